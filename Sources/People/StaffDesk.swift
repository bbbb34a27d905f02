import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// A form of the desk, or of one's own credentials, as it is shown: what was typed, what is wrong with it, and whether it has
/// to be confirmed by a code.
package struct DeskForm: Sendable {
    package var values: [String: String] = [:]
    package var errors: [String: String] = [:]
    /// What is wrong with no single field.
    package var notice: String?
    /// Without a fresh proof the form asks for a code along with the rest, so that nothing typed is lost on the way.
    var asksCode = false
    package var status: HTTPResponse.Status = .ok
    package var retryAfter: Int?

    /// For the summary above the form, in the order of `fields`.
    package func errorList(_ fields: [String]) -> [FormFault] {
        fields.compactMap { field in errors[field].map { FormFault(field: field, detail: $0) } }
    }
}

/// What the forms of the desk have in common: a fresh proof, and being shown again with all that was typed.
package struct StaffDesk: Sendable {
    let services: Services
    let signIns: SignInCommands
    let cookies: CookieMode

    /// A form before anything was typed.
    package func blank(_ context: AppContext, _ values: [String: String] = [:]) async throws -> DeskForm {
        DeskForm(values: values, asksCode: try await asksCode(context))
    }

    /// Does what a form asks for. When it can't be done, `again` shows the form with what was typed and what is wrong.
    package func submit(
        _ request: Request, _ context: AppContext, fields: [String],
        again: (DeskForm) async throws -> Response, doing work: (Form, DeskForm) async throws -> Response
    ) async throws -> Response {
        let caller = try context.requireCaller()
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        let sent = try await Form(request, context)
        let t = services.site.strings(in: context.language)
        var form = DeskForm()
        for field in fields { form.values[field] = sent[field] ?? "" }
        // A proof gives the browser a new token, whatever comes of the rest.
        var renewed: RenewedToken?
        func carrying(_ response: Response) -> Response {
            guard let renewed else { return response }
            var response = response
            response.setCookie(cookies.cookie(cookies.session, renewed.token, maxAge: max(1, renewed.secondsLeft)))
            return response
        }
        do {
            if let code = sent["totp"] {
                renewed = try await signIns.prove(
                    oneTimePassword: String(code.prefix(64)), of: caller.id, session: signedIn.session,
                    client: .init(request, context, .cookie))
            }
            return carrying(try await work(sent, form))
        } catch is Proof.Needed {
            form.errors["totp"] = t("field.missing")
        } catch let error as SignInError {
            if error == .codeRefused {
                form.errors["totp"] = ProblemWords(error.problem, t: t).detail
            } else {
                form.notice = ProblemWords(error.problem, t: t).detail
                form.retryAfter = error.problem.retryAfter
            }
        } catch let error as InvalidFields {
            for fault in error.fields { form.errors[fault.field] = t("field.\(fault.name)", fault.details) }
        } catch let error as AccountError where error.problem.status != 404 {
            let words = ProblemWords(error.localized(t), t: t)
            if let field = error.field, fields.contains(field) || field == "current" || field == "password" {
                form.errors[field] = "\(words.title)\(t("staff.stop"))\(words.detail)"
            } else {
                form.notice = "\(words.title)\(t("staff.stop"))\(words.detail)"
            }
        }
        form.asksCode = try await asksCode(context)
        form.status = form.retryAfter == nil ? .unprocessableContent : .tooManyRequests
        var response = try await again(form)
        if let seconds = form.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return carrying(response)
    }

    private func asksCode(_ context: AppContext) async throws -> Bool {
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        return try await !signIns.hasProof(signedIn.session)
    }
}

extension AccountError {
    /// The field of a form that it is about.
    fileprivate var field: String? {
        switch self {
        case .badLogin, .loginTaken: "login"
        case .badPeriod, .tooLong: "until"
        case .inThePast, .leaveOverlaps: "from"
        case .missingPlace: "territory"
        case .rolesApart: "role"
        case .noSuchStandIn: "standIn"
        case .wrongPassword: "current"
        case .samePassword, .weakPassword: "password"
        default: nil
        }
    }

    /// With a role by its name, as people know it.
    fileprivate func localized(_ t: Strings) -> Problem {
        if case .missingPlace(let role) = self {
            return Problem("grant-without-place", status: 422, details: ["role": t("role.\(role)")])
        }
        return problem
    }
}

extension Form {
    /// A text that must be there, of at most `limit` characters.
    package func needed(_ field: String, limit: Int, problems: inout [FieldProblem]) -> String {
        let before = problems.count
        if let text = text(field, limit: limit, problems: &problems) { return text }
        if problems.count == before { problems.append(FieldProblem(field, "missing")) }
        return ""
    }

    func day(_ field: String, problems: inout [FieldProblem]) -> Day? {
        let text = needed(field, limit: 10, problems: &problems)
        let day = Day(text)
        if !text.isEmpty, day == nil { problems.append(FieldProblem(field, "not-a-day")) }
        return day
    }
}

extension Date {
    /// The day of an instant, and of an end its last day.
    var dayText: String { Day(of: self).description }
    var lastDayText: String { Day(of: addingTimeInterval(-0.001)).description }
}
