import HTTPTypes
import Hummingbird
import Web

/// Finds the address of the person behind our own proxy, for the limits of sign-ins.
///
/// Only the last entry of `X-Forwarded-For` is the proxy's own word; those before it are whatever the client sent. From a
/// peer that isn't one of our proxies (`tls.proxy.from`), and without a proxy (`tls.proxy`), the header says nothing at all.
struct ProxyMiddleware: RouterMiddleware {
    /// `nil` when there is no proxy.
    let proxies: PeerNetworks?

    func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard let proxies, proxies.holds(context.remoteAddress), let header = request.headers[.forwardedFor],
            let last = header.split(separator: ",").last?.filter({ $0 != " " }), !last.isEmpty
        else { return try await next(request, context) }
        var context = context
        context.remoteAddress = String(last.prefix(64))
        return try await next(request, context)
    }
}

extension HTTPField.Name {
    fileprivate static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
}
