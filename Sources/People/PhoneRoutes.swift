import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/me/phone`: another number, after a code to the old one and a code to the new one.
struct PhoneRoutes: Sendable {
    let services: Services
    let signIns: SignInCommands
    let cookies: CookieMode

    func addRoutes(to routes: Routes) {
        routes.get("me/phone", .may("changePhone", "myData"), use: show)
        routes.post("me/phone", .may("changePhone", "myData"), use: change)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await page(PhoneFields(), startsAgain: request.uri.queryParameters["start"] != nil, request, context)
    }

    @Sendable
    private func change(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        let form = try await Form(request, context)
        let t = services.site.strings(in: context.language)
        let client = SignInCommands.Client(request, context, .cookie)
        var fields = PhoneFields(phone: form["phone"] ?? "")
        do {
            if form.values["code"] != nil {
                guard let challenge = cookies.challenge(of: request) else { throw SignInError.codeRefused }
                try await signIns.changePhone(
                    form["code"] ?? "", phone: nil, challenge: challenge, of: caller, client: client)
                var response = Response.seeOther("/me", done: "phone-changed")
                response.setCookie(cookies.cleared(cookies.challenge))
                return response
            }
            guard let phone = form["phone"].flatMap({ Phone($0) }) else {
                fields.errors["phone"] = t(form["phone"] == nil ? "field.missing" : "field.not-a-mobile-number")
                return try await page(fields, request, context)
            }
            guard try await signIns.phone(of: caller.id) != phone else {
                fields.errors["phone"] = t("field.same-number")
                return try await page(fields, request, context)
            }
            let asked = try await signIns.askForCode(
                toNew: phone, session: signedIn.session, in: context.language, client: client)
            var response = Response.seeOther("/me/phone")
            response.setCookie(cookies.cookie(cookies.challenge, asked.challenge, maxAge: Int(SignInCode.lifetime)))
            return response
        } catch is Proof.Needed {
            return .seeOther(Self.proof)
        } catch let error as SignInError {
            fields.notice = ProblemWords(error.problem, t: t).detail
            fields.retryAfter = error.problem.retryAfter
            return try await page(fields, request, context)
        } catch let error as AccountError where error == .phoneTaken {
            fields.notice = ProblemWords(error.problem, t: t).detail
            return try await page(fields, startsAgain: true, request, context)
        }
    }

    private static let proof = "/me/proof?to=/me/phone"

    private struct PhoneFields {
        var phone = ""
        var errors: [String: String] = [:]
        var notice: String?
        var retryAfter: Int?
    }

    private func page(
        _ fields: PhoneFields, startsAgain: Bool = false, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try context.requireCaller()
        guard let signedIn = context.signedIn, let old = try await signIns.phone(of: caller.id) else {
            throw NoSuchPage()
        }
        guard try await signIns.hasProof(signedIn.session) else { return .seeOther(Self.proof) }
        var waiting: (phone: Phone, shownCode: String?)?
        if !startsAgain, let challenge = cookies.challenge(of: request) {
            waiting = try await signIns.waiting(challenge, for: .newPhone)
            if waiting?.phone == old { waiting = nil }
        }
        let isRefused = !fields.errors.isEmpty || fields.notice != nil
        let page = NewPhonePage(
            old: old.masked, phone: fields.phone, isSent: waiting != nil, new: waiting?.phone.masked ?? "",
            shownCode: waiting?.shownCode, errors: fields.errors, notice: fields.notice,
            status: isRefused ? .unprocessableContent : .ok)
        var response = try services.site.render(page, for: request, context)
        if let seconds = fields.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}

/// `/me/phone`
struct NewPhonePage: Page {
    static let template = "people/new-phone"
    let old: String
    let phone: String
    let isSent: Bool
    let new: String
    /// In the demo, where no message is sent.
    let shownCode: String?
    let errors: [String: String]
    let notice: String?
    let status: HTTPResponse.Status

    func title(_ t: Strings) -> String { t("newPhone.title") }
}
