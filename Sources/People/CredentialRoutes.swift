import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// `/me/password`, `/me/recovery-codes`: how staff keep what they sign in with. Riders sign in by their phone and are shown to
/// their own page.
struct CredentialRoutes: Sendable {
    let services: Services
    let signIns: SignInCommands
    let cookies: CookieMode
    private var desk: StaffDesk { StaffDesk(services: services, signIns: signIns, cookies: cookies) }

    func addRoutes(to routes: Routes) {
        routes.get("me/password", .may("change", "profile"), use: showPassword)
        routes.post("me/password", .may("change", "profile"), use: changePassword)
        routes.get("me/recovery-codes", .may("change", "profile"), use: showCodes)
        routes.post("me/recovery-codes", .may("change", "profile"), use: renewCodes)
        routes.put("api/v1/me/password", .may("change", "profile"), use: putPassword)
        routes.post("api/v1/me/recovery-codes", .may("change", "profile"), use: postCodes)
    }

    // MARK: Password

    @Sendable
    private func showPassword(_ request: Request, context: AppContext) async throws -> Response {
        guard try await isStaff(context) else { return .seeOther("/me") }
        return try await passwordPage(
            DeskForm(values: ["to": localPath(request.uri.queryParameters["to"])]), request, context)
    }

    @Sendable
    private func changePassword(_ request: Request, context: AppContext) async throws -> Response {
        guard try await isStaff(context) else {
            // A form from elsewhere is refused before all else.
            _ = try await Form(request, context)
            return .seeOther("/me")
        }
        let caller = try context.requireCaller()
        return try await desk.submit(request, context, fields: ["to"]) { form in
            try await passwordPage(form, request, context)
        } doing: { sent, form in
            var problems: [FieldProblem] = []
            func secret(_ field: String) -> String {
                // As it was typed: spaces belong to a password.
                let text = sent.values[field]?.first ?? ""
                if text.isEmpty { problems.append(FieldProblem(field, "missing")) }
                if text.count > PasswordRule.maximum {
                    problems.append(
                        FieldProblem(field, "too-long", details: ["limit": "\(PasswordRule.maximum)"]))
                }
                return text
            }
            let (current, password, again) = (secret("current"), secret("password"), secret("again"))
            if problems.isEmpty, password != again { problems.append(FieldProblem("again", "not-the-same")) }
            guard problems.isEmpty else { throw InvalidFields(problems) }
            let codes = try await signIns.changePassword(
                from: current, to: password, by: caller, client: .init(request, context, .cookie))
            let to = localPath(form.values["to"])
            guard codes.isEmpty else {
                // Who has no role yet has nothing on the workbench.
                let page = RecoveryCodesPage(new: codes, to: caller.isStaff ? to : "/me")
                return try services.site.render(page, for: request, Self.free(context))
            }
            return .seeOther(to == "/" ? "/me" : to, done: "password-changed")
        }
    }

    private func passwordPage(
        _ form: DeskForm, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let own = try await signIns.ownCredentials(of: context.requireCaller().id)
        return try services.site.render(PasswordPage(form, isForced: own.mustChangePassword), for: request, context)
    }

    // MARK: Recovery codes

    @Sendable
    private func showCodes(_ request: Request, context: AppContext) async throws -> Response {
        guard try await isStaff(context) else { return .seeOther("/me") }
        return try await codesPage(try await desk.blank(context), request, context)
    }

    @Sendable
    private func renewCodes(_ request: Request, context: AppContext) async throws -> Response {
        guard try await isStaff(context) else {
            // A form from elsewhere is refused before all else.
            _ = try await Form(request, context)
            return .seeOther("/me")
        }
        let caller = try context.requireCaller()
        return try await desk.submit(request, context, fields: []) { form in
            try await codesPage(form, request, context)
        } doing: { _, _ in
            let codes = try await signIns.renewRecoveryCodes(by: caller)
            return try services.site.render(RecoveryCodesPage(new: codes, to: "/me"), for: request, context)
        }
    }

    private func codesPage(_ form: DeskForm, _ request: Request, _ context: AppContext) async throws -> Response {
        let own = try await signIns.ownCredentials(of: context.requireCaller().id)
        return try services.site.render(RecoveryCodesPage(own, form), for: request, context)
    }

    // MARK: Programs

    @Sendable
    private func putPassword(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard try await isStaff(context) else { throw NotAllowed() }
        var fields = try await JSONFields(request)
        let current = fields.text("current", 1...PasswordRule.maximum)
        let password = fields.text("password", 1...PasswordRule.maximum)
        try fields.finish()
        let codes = try await signIns.changePassword(
            from: current ?? "", to: password ?? "", by: caller, client: .init(request, context, .bearer))
        return try .json(RecoveryCodesAnswer(recoveryCodes: codes))
    }

    @Sendable
    private func postCodes(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard try await isStaff(context) else { throw NotAllowed() }
        return try .json(RecoveryCodesAnswer(recoveryCodes: try await signIns.renewRecoveryCodes(by: caller)))
    }

    private func isStaff(_ context: AppContext) async throws -> Bool {
        let id = try context.requireCaller().id
        return try await services.database.read { db in try AccountStore(db).find(id).kind == .staff }
    }

    /// The same request of somebody whose password is their own from now on.
    private static func free(_ context: AppContext) -> AppContext {
        guard let before = context.signedIn else { return context }
        var context = context
        context.signedIn = SignedIn(
            caller: before.caller, session: before.session, means: before.means, formToken: before.formToken,
            unread: before.unread, mayEver: before.mayEver)
        return context
    }
}

private struct RecoveryCodesAnswer: Encodable {
    /// Shown this once; empty when those from before go on working.
    let recoveryCodes: [String]
}
