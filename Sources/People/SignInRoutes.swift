import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// The pages by which people come in and go out.
struct SignInRoutes: Sendable {
    let services: Services
    let commands: SignInCommands
    let cookies: CookieMode

    func addRoutes(to routes: Routes) {
        routes.get("sign-in", .open, use: showSignIn)
        routes.post("sign-in", .open, use: signIn)
        routes.get("sign-in/staff", .open, use: showStaffSignIn)
        routes.post("sign-in/staff", .open, use: signInStaff)
        routes.post("sign-out", .open, use: signOut)
    }

    // MARK: Riders: a number, then a code

    @Sendable
    private func showSignIn(_ request: Request, context: AppContext) async throws -> Response {
        let to = localPath(request.uri.queryParameters["to"])
        guard context.signedIn == nil else { return .seeOther(to) }
        let startsAgain = request.uri.queryParameters["start"] != nil
        if !startsAgain, let challenge = challenge(of: request), let waiting = try await commands.waiting(challenge) {
            let page = CodePage(to: to, maskedPhone: waiting.phone.masked, shownCode: waiting.shownCode)
            return try services.site.render(page, for: request, context)
        }
        return try services.site.render(PhonePage(to: to), for: request, context)
    }

    @Sendable
    private func signIn(_ request: Request, context: AppContext) async throws -> Response {
        let form = try await Form(request, context)
        let to = localPath(form["to"])
        if form.values["code"] != nil {
            return try await takeCode(form["code"], to: to, request, context)
        }
        if form["again"] != nil, let challenge = challenge(of: request),
            let waiting = try await commands.waiting(challenge)
        {
            return try await sendCode(to: waiting.phone, typed: "", then: to, request, context)
        }
        let t = services.site.strings(in: context.language)
        guard let typed = form["phone"], let phone = Phone(typed) else {
            let problem = form["phone"] == nil ? "field.missing" : "field.not-a-mobile-number"
            let page = PhonePage(
                to: to, phone: form["phone"] ?? "", errors: ["phone": t(problem)], status: .unprocessableContent)
            return try services.site.render(page, for: request, context)
        }
        return try await sendCode(to: phone, typed: typed, then: to, request, context)
    }

    private func sendCode(
        to phone: Phone, typed: String, then to: String, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        do {
            let asked = try await commands.askForCode(
                to: phone, in: context.language, client: .init(request, context, .cookie))
            var response = Response.seeOther("/sign-in?to=\(percentEncoded(to))")
            response.setCookie(cookies.cookie(cookies.challenge, asked.challenge, maxAge: Int(SignInCode.lifetime)))
            return response
        } catch let error as SignInError {
            let page = PhonePage(
                to: to, phone: typed, notice: words(of: error, context), status: error.pageStatus)
            return try answer(page, error, request, context)
        }
    }

    private func takeCode(
        _ code: String?, to: String, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let challenge = challenge(of: request)
        do {
            guard let challenge else { throw SignInError.codeRefused }
            let entered = try await commands.enter(
                code ?? "", phone: nil, challenge: challenge, client: .init(request, context, .cookie))
            return welcome(entered, to: to)
        } catch let error as SignInError {
            if let challenge, let waiting = try await commands.waiting(challenge) {
                let isField = error == .codeRefused
                let page = CodePage(
                    to: to, maskedPhone: waiting.phone.masked, shownCode: waiting.shownCode,
                    errors: isField ? ["code": words(of: error, context)] : [:],
                    notice: isField ? nil : words(of: error, context), status: error.pageStatus)
                return try answer(page, error, request, context)
            }
            // Too old, used up, or asked for in another browser: another code is needed.
            let page = PhonePage(to: to, notice: words(of: error, context), status: error.pageStatus)
            return try answer(page, error, request, context)
        }
    }

    // MARK: Staff

    @Sendable
    private func showStaffSignIn(_ request: Request, context: AppContext) async throws -> Response {
        let to = localPath(request.uri.queryParameters["to"])
        guard context.signedIn == nil else { return .seeOther(to) }
        return try services.site.render(StaffSignInPage(to: to), for: request, context)
    }

    @Sendable
    private func signInStaff(_ request: Request, context: AppContext) async throws -> Response {
        let form = try await Form(request, context)
        let to = localPath(form["to"])
        let t = services.site.strings(in: context.language)
        let login = form["login"] ?? ""
        let missing = ["login", "password", "totp"].filter { form[$0] == nil }
        let tooLong = ["login", "password", "totp"].filter { (form[$0] ?? "").count > PasswordRule.maximum }
        guard missing.isEmpty, tooLong.isEmpty else {
            var errors = missing.reduce(into: [String: String]()) { $0[$1] = t("field.missing") }
            for field in tooLong { errors[field] = t("field.too-long", ["limit": "\(PasswordRule.maximum)"]) }
            let page = StaffSignInPage(to: to, login: login, errors: errors, status: .unprocessableContent)
            return try services.site.render(page, for: request, context)
        }
        do {
            let entered = try await commands.enter(
                login: login, password: form["password"] ?? "", code: form["totp"] ?? "",
                client: .init(request, context, .cookie))
            return welcome(entered, to: to)
        } catch let error as SignInError {
            let page = StaffSignInPage(
                to: to, login: login, notice: words(of: error, context), status: error.pageStatus)
            return try answer(page, error, request, context)
        }
    }

    // MARK: Both

    @Sendable
    private func signOut(_ request: Request, context: AppContext) async throws -> Response {
        _ = try await Form(request, context)
        if let signedIn = context.signedIn {
            try? await commands.end(signedIn.session, of: signedIn.caller.id)
        }
        var response = Response.seeOther("/sign-in", done: "signed-out")
        response.setCookie(cookies.cleared(cookies.session))
        return response
    }

    private func welcome(_ entered: SignInCommands.Entered, to: String) -> Response {
        let door = to == "/" && entered.person.kind == .staff ? "/work" : to
        if entered.usedRecoveryCode { return welcomed(entered, at: "/me/recovery-codes?done=recovery-code-used") }
        let isNew = entered.person.kind == .rider && entered.person.welcomedAt == nil
        return welcomed(entered, at: isNew ? "/welcome?to=\(percentEncoded(door))" : door)
    }

    private func welcomed(_ entered: SignInCommands.Entered, at door: String) -> Response {
        var response = Response.seeOther(door)
        let life = SessionLife.of(entered.person.kind).absolute
        response.setCookie(cookies.cookie(cookies.session, entered.token, maxAge: Int(life)))
        response.setCookie(cookies.cleared(cookies.challenge))
        return response
    }

    private func challenge(of request: Request) -> Token? { cookies.challenge(of: request) }

    private func words(of error: SignInError, _ context: AppContext) -> String {
        ProblemWords(error.problem, t: services.site.strings(in: context.language)).detail
    }

    private func answer(
        _ page: some Page, _ error: SignInError, _ request: Request, _ context: AppContext
    ) throws -> Response {
        var response = try services.site.render(page, for: request, context)
        if let seconds = error.problem.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}

extension SignInError {
    /// A form shown again is 422: 401 would ask a browser for another way to sign in.
    fileprivate var pageStatus: HTTPResponse.Status {
        problem.status == 401 ? .unprocessableContent : .init(code: problem.status)
    }
}

extension SignInCommands.Client {
    init(_ request: Request, _ context: AppContext, _ means: SessionMeans) {
        self.init(
            means: means, device: Device(userAgent: request.headers[.userAgent], means: means),
            address: context.remoteAddress,
            replaces: context.signedIn.flatMap { $0.means == .cookie && means == .cookie ? $0.session : nil })
    }
}
