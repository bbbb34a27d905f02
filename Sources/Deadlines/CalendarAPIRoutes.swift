import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The holiday notices for programs: read by anybody, imported by administrators.
struct CalendarAPIRoutes: Sendable {
    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    func add(to routes: Routes) {
        routes.get("api/v1/calendar", .open, use: years)
        routes.post("api/v1/calendar", .may("import", "calendar"), use: importYears)
    }

    @Sendable
    private func years(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        try query.finish()
        let years = try await services.database.read { try CalendarStore($0).years() }
        return try .json(ListAnswer(items: years.map(\.notice), next: nil))
    }

    @Sendable
    private func importYears(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard services.policy.allows(caller, "import", on: Subject(kind: "calendar")) else { throw NotAllowed() }
        var query = QueryFields(request)
        let isDryRun = query.flag("dryRun") ?? false
        try query.finish()
        let type = request.headers[.contentType] ?? "application/json"
        guard type.lowercased().hasPrefix("application/json") else { throw UnsupportedBody() }
        let body = try await request.body.collect(upTo: 64 * 1024)
        let read = CalendarImport(try JSONValue(parsing: body.readableBytesView))
        guard read.findings.isEmpty else { throw CalendarError.invalid(read.findings) }
        let changed =
            isDryRun
            ? try await CalendarCommands(services).preview(read)
            : try await CalendarCommands(services).keep(read, by: caller)
        return try .json(ImportAnswer(changed: changed, dryRun: isDryRun))
    }
}

private struct ImportAnswer: Encodable {
    /// The years that are other than before.
    let changed: [Int]
    let dryRun: Bool
}
