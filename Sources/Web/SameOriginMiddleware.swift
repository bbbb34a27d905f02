import Foundation
import HTTPTypes
import Hummingbird
import Kernel

/// Refuses a change that a page of another site sends in the name of somebody who is signed in here.
///
/// This looks at what the browser says of itself; ``Form`` looks at the token in the form as well. The API takes no
/// cookies and needs neither.
package struct SameOriginMiddleware: RouterMiddleware {
    package init() {}

    package func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        let changes = request.method != .get && request.method != .head
        if changes, !request.uri.path.hasPrefix("/api/"), comesFromElsewhere(request) {
            throw ForgedForm()
        }
        return try await next(request, context)
    }

    private func comesFromElsewhere(_ request: Request) -> Bool {
        if let site = request.headers[.secFetchSite] { return site != "same-origin" && site != "none" }
        guard let origin = request.headers[.origin] else { return false }
        return Self.authority(of: origin) != request.head.authority
    }

    /// `127.0.0.1:8080` of `http://127.0.0.1:8080`, as browsers write it in `Host` too. `null` has none: it is elsewhere.
    static func authority(of origin: String) -> String {
        origin.firstRange(of: "://").map { String(origin[$0.upperBound...]) } ?? "nowhere"
    }
}

/// A form that didn't come from our own page, or from one that is too old.
package struct ForgedForm: ProblemError {
    package init() {}
    package var problem: Problem { Problem("forged-form", status: 403) }
}
