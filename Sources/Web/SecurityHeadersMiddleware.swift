import HTTPTypes
import Hummingbird

/// What every answer says to the browser: load nothing from elsewhere but the map's tiles, run no inline script, be
/// framed by nobody, send no address along.
package struct SecurityHeadersMiddleware: RouterMiddleware {
    private let contentPolicy: String
    private let isSecure: Bool

    /// - Parameters:
    ///   - tileOrigin: where the map's tiles come from, such as `https://t0.tianditu.gov.cn`.
    ///   - isSecure: whether people reach the server by TLS only.
    package init(tileOrigin: String? = nil, isSecure: Bool) {
        let images = ["'self'", "data:", "blob:"] + (tileOrigin.map { [$0] } ?? [])
        contentPolicy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "font-src 'self'",
            "img-src \(images.joined(separator: " "))", "manifest-src 'self'", "worker-src 'self'",
            "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
        ].joined(separator: "; ")
        self.isSecure = isSecure
    }

    package func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = contentPolicy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.permissionsPolicy] = "geolocation=(self), camera=(self), microphone=()"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        response.headers[.crossOriginOpenerPolicy] = "same-origin"
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000; includeSubDomains" }
        return response
    }
}

extension HTTPField.Name {
    static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
    static let crossOriginResourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
    static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let formToken = HTTPField.Name("X-Form-Token")!
}
