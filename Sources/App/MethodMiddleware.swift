import HTTPTypes
import Hummingbird
import Kernel
import Synchronization
import Web

/// Which methods each address has.
final class RouteTable: Sendable {
    private let routes = Mutex<[(method: HTTPRequest.Method, segments: [String])]>([])

    func fill(_ list: [(HTTPRequest.Method, String)]) {
        routes.withLock { routes in
            routes = list.map { ($0.0, Self.segments($0.1)) }
        }
    }

    /// The methods of the address at `path`; none when there is no such address.
    func methods(at path: String) -> [HTTPRequest.Method] {
        let wanted = Self.segments(path)
        let found = routes.withLock { routes in
            routes.filter { route in
                route.segments.count == wanted.count
                    && zip(route.segments, wanted).allSatisfy { $0 == $1 || $0.hasPrefix(":") || $0.hasPrefix("{") }
            }
        }
        return Array(Set(found.map(\.method) + (found.contains { $0.method == .get } ? [.head] : [])))
            .sorted { $0.rawValue < $1.rawValue }
    }

    /// The nearest address above `path` that can be looked at; `nil` when `path` is none of ours.
    ///
    /// What it gives is a path on this server: the first part of an address of ours is never a parameter.
    func page(above path: String) -> String? {
        guard !methods(at: path).isEmpty else { return nil }
        var segments = Self.segments(path)
        while segments.popLast() != nil {
            let parent = "/" + segments.joined(separator: "/")
            if methods(at: parent).contains(.get) { return parent }
        }
        return nil
    }

    private static func segments(_ path: String) -> [String] {
        path.split(separator: "/").map(String.init)
    }
}

/// Answers 405 with `Allow` where an address exists and the method doesn't; the router alone would say 404.
///
/// A person who comes to an address that only takes forms is led to the page above it. The page that shows a refused form
/// again has such an address, and so have its language switch, a reload by hand and the list of pages visited.
struct MethodMiddleware: RouterMiddleware {
    let table: RouteTable

    func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let methods = table.methods(at: request.uri.path)
            guard !methods.isEmpty, !methods.contains(request.method) else { throw NoSuchPage() }
            if request.method == .get, request.wantsPage, let page = table.page(above: request.uri.path) {
                return .seeOther(page)
            }
            throw MethodNotAllowed(methods: methods)
        }
    }
}

struct MethodNotAllowed: ProblemError {
    let methods: [HTTPRequest.Method]

    var problem: Problem {
        Problem("http-405", status: 405, details: ["allow": methods.map(\.rawValue).joined(separator: ", ")])
    }
}
