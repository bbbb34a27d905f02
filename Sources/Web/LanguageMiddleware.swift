import Hummingbird
import Kernel

/// Finds the reader's language, for the pages and problems that follow: the one chosen on a page, else the browser's.
package struct LanguageMiddleware: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let chosen = request.cookies["language"].flatMap { Language(rawValue: $0.value) }
        context.language = chosen ?? Language(acceptLanguage: request.headers[.acceptLanguage])
        var response = try await next(request, context)
        response.headers[.contentLanguage] = context.language.rawValue
        return response
    }
}

/// `/language/en?to=/reports`: the switch on every page.
package struct LanguageRoutes: Sendable {
    private let isSecure: Bool

    /// `isSecure`: whether browsers reach the server by TLS, and must not send the choice by anything else.
    package init(isSecure: Bool) {
        self.isSecure = isSecure
    }

    package func addRoutes(to routes: Routes) {
        routes.get("language/:language", .open) { [isSecure] request, context -> Response in
            guard let language = context.parameters.get("language").flatMap({ Language(rawValue: $0) }) else {
                throw NoSuchPage()
            }
            var response = Response.redirect(to: localPath(request.uri.queryParameters["to"]), type: .normal)
            response.setCookie(
                Cookie(
                    name: "language", value: language.rawValue, maxAge: 31_536_000, path: "/", secure: isSecure,
                    sameSite: .lax))
            return response
        }
    }
}

/// The path when it leads to a page of ours, else the front page: no link of ours may send people elsewhere.
///
/// This looks at bytes. As characters, `//` with a mark after it is no `//` to Swift, and still is one to a browser.
package func localPath(_ text: (some StringProtocol)?) -> String {
    guard let text, text.utf8.first == UInt8(ascii: "/"), text.utf8.dropFirst().first != UInt8(ascii: "/"),
        text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") })
    else { return "/" }
    return String(text)
}
