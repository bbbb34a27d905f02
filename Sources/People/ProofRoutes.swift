import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/me/proof`: a fresh code before what weighs much.
struct ProofRoutes: Sendable {
    let services: Services
    let signIns: SignInCommands
    let cookies: CookieMode

    func addRoutes(to routes: Routes) {
        routes.get("me/proof", .may("read", "profile"), use: show)
        routes.post("me/proof", .may("read", "profile"), use: prove)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await page(to: localPath(request.uri.queryParameters["to"]), request, context)
    }

    @Sendable
    private func prove(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        let form = try await Form(request, context)
        let to = localPath(form["to"])
        let client = SignInCommands.Client(request, context, .cookie)
        do {
            if form["send"] != nil {
                let asked = try await signIns.askForProof(of: caller.id, in: context.language, client: client)
                var response = Response.seeOther("/me/proof?to=\(percentEncoded(to))")
                response.setCookie(cookies.cookie(cookies.challenge, asked.challenge, maxAge: Int(SignInCode.lifetime)))
                return response
            }
            let renewed: RenewedToken?
            if let code = form["totp"] {
                renewed = try await signIns.prove(
                    oneTimePassword: code, of: caller.id, session: signedIn.session, client: client)
            } else {
                guard let challenge = cookies.challenge(of: request) else { throw SignInError.codeRefused }
                renewed = try await signIns.prove(
                    form["code"] ?? "", challenge: challenge, of: caller.id, session: signedIn.session, client: client)
            }
            var response = Response.seeOther(to)
            if let renewed {
                response.setCookie(
                    cookies.cookie(cookies.session, renewed.token, maxAge: max(1, renewed.secondsLeft)))
            }
            response.setCookie(cookies.cleared(cookies.challenge))
            return response
        } catch let error as SignInError {
            return try await page(to: to, error: error, request, context)
        }
    }

    private func page(
        to: String, error: SignInError? = nil, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try context.requireCaller()
        let t = services.site.strings(in: context.language)
        let phone = try await signIns.phone(of: caller.id)
        var waiting: (phone: Phone, shownCode: String?)?
        if let challenge = cookies.challenge(of: request) {
            waiting = try await signIns.waiting(challenge, for: .proof)
        }
        let isSent = waiting.map { $0.phone == phone } ?? false
        let words = error.map { ProblemWords($0.problem, t: t).detail }
        let page = ProofPage(
            frame: caller.isStaff ? "work" : "rider", to: to, isStaff: phone == nil, maskedPhone: phone?.masked ?? "",
            isSent: isSent, shownCode: isSent ? waiting?.shownCode : nil, error: words,
            status: error == nil ? .ok : .unprocessableContent)
        var response = try services.site.render(page, for: request, context)
        if let seconds = error?.problem.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }
}

extension CookieMode {
    func challenge(of request: Request) -> Token? {
        request.cookies[challenge].flatMap { Token($0.value) }
    }
}

/// `/me/proof`
struct ProofPage: Page {
    static let template = "people/proof"
    let frame: String
    let to: String
    let isStaff: Bool
    let maskedPhone: String
    let isSent: Bool
    /// In the demo, where no message is sent.
    let shownCode: String?
    let error: String?
    let status: HTTPResponse.Status

    func title(_ t: Strings) -> String { t("proof.title") }
}
