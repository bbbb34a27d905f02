import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Logging
import Web

/// The templates and words of Web alone, read once.
let sharedSite = Result { try Site([]) }

/// The words for a key, as Web's tables have them.
func words(_ key: String, in language: Language = .zhHans, _ details: [String: String] = [:]) throws -> String {
    try sharedSite.get().strings(in: language)(key, details)
}

/// A small server in the process: everything that every request goes through, and the routes of one test.
func withRouter(
    as signedIn: SignedIn? = nil, isSecure: Bool = false, tileOrigin: String? = nil,
    routes: (Router<AppContext>) throws -> Void,
    _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
) async throws {
    let site = try sharedSite.get()
    let router = Router(context: AppContext.self)
    router.addMiddleware {
        SecurityHeadersMiddleware(tileOrigin: tileOrigin, isSecure: isSecure)
        LanguageMiddleware()
        ProblemMiddleware(site: site)
        SameOriginMiddleware()
        SignEverybodyIn(signedIn: signedIn)
    }
    LanguageRoutes(isSecure: true).addRoutes(to: Routes(router, policy: Policy(rules: [])))
    ProblemRoutes(site: site).addRoutes(to: Routes(router, policy: Policy(rules: [])))
    try routes(router)
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    try await Application(router: router, logger: logger).test(.router) { client in
        try await test(client)
    }
}

private struct SignEverybodyIn: RouterMiddleware {
    let signedIn: SignedIn?

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.signedIn = signedIn
        return try await next(request, context)
    }
}

extension SignedIn {
    static func mei(by means: Means = .cookie, roles: [Role] = [.rider]) -> SignedIn {
        SignedIn(
            caller: Caller(id: ID(UUID(high: 1, low: 1)), name: "美 <b>", grants: roles.map { Grant(role: $0) }),
            session: ID(UUID(high: 2, low: 1)), means: means, formToken: "token-of-mei", unread: 3)
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let formToken = HTTPField.Name("X-Form-Token")!
}
