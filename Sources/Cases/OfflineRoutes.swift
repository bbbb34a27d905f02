import Foundation
import Hummingbird
import Kernel
import Web

/// What phones keep for the time without a network, and where what they could not send is seen.
///
/// The pages under `/offline` are the same for everybody who asks: they are kept in a browser's cache, so nothing of a person is
/// ever in them.
package struct OfflineRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let map: MapSettings

    package init(_ services: Services, facts: CaseFacts, map: MapSettings) {
        self.services = services
        self.facts = facts
        self.map = map
    }

    package func add(to routes: Routes) {
        routes.get("reports/unsent", .open, use: unsent)
        routes.get("session", .signedIn, use: session)
        routes.get("offline", .open, use: offline)
        routes.get("offline/report", .open, use: report)
        routes.get("offline/unsent", .open) { request, context in
            try await unsent(request, context: context.asOfflineCopy)
        }
    }

    /// The reports that wait on this phone: a script fills it from the phone's own store, the server knows none of them.
    @Sendable
    private func unsent(_ request: Request, context: AppContext) async throws -> Response {
        try services.site.render(UnsentPage(), for: request, context)
    }

    @Sendable
    private func offline(_ request: Request, context: AppContext) async throws -> Response {
        try services.site.render(OfflinePage(), for: request, context.asOfflineCopy)
    }

    @Sendable
    private func report(_ request: Request, context: AppContext) async throws -> Response {
        let page = ReportFormPage(
            ReportForm(id: nil), facts: facts, map: map, t: services.site.strings(in: context.language),
            language: context.language)
        return try services.site.render(page, for: request, context.asOfflineCopy)
    }

    /// Who is signed in, for a phone that wants to send what waits: under which name it kept it, and the token of forms.
    @Sendable
    private func session(_ request: Request, context: AppContext) async throws -> Response {
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        return try .json(OpenSession(owner: signedIn.owner, formToken: signedIn.formToken))
    }
}

/// What a script needs to send in the name of who is signed in.
private struct OpenSession: Encodable {
    let owner: String
    let formToken: String
}

struct UnsentPage: Page {
    static let template = "reports/unsent"

    func title(_ t: Strings) -> String { t("unsent.title") }
}

struct OfflinePage: Page {
    static let template = "offline"

    func title(_ t: Strings) -> String { t("offline.title") }
}
