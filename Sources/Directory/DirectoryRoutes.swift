import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The administrators' pages of offices and territories.
struct DirectoryRoutes: Sendable {
    private let services: Services
    private let categoryNames: Directory.CategoryNames
    private static let pageSize = 50

    init(_ services: Services, categoryNames: @escaping Directory.CategoryNames) {
        self.services = services
        self.categoryNames = categoryNames
    }

    func add(to routes: Routes) {
        routes.get("admin/offices", .may("read", "office"), use: offices)
        routes.get("admin/territories", .may("read", "territory"), use: territories)
    }

    @Sendable
    private func offices(_ request: Request, context: AppContext) async throws -> Response {
        try require("office", context)
        var query = QueryFields(request)
        let name = query.text("q", 1...60, optional: true)
        let cursor = query.text("cursor", 1...512, optional: true)
        try query.finish()
        let after = try cursor.map { try Cursor($0, parts: 1).parts[0] }
        let (found, duties) = try await services.database.read { db in
            let store = DirectoryStore(db)
            let offices = try store.offices(named: name, after: after, limit: Self.pageSize + 1)
            return (offices, try store.duties(of: offices.map(\.id)))
        }
        let shown = Array(found.prefix(Self.pageSize))
        let next = found.count > shown.count ? shown.last.map { Cursor([$0.code]) } : nil
        let t = services.site.strings(in: context.language)
        let page = OfficesPage(
            shown, duties: duties, searched: name, next: next, isFirst: cursor == nil, t: t,
            language: context.language, categoryNames: categoryNames)
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func territories(_ request: Request, context: AppContext) async throws -> Response {
        try require("territory", context)
        var query = QueryFields(request)
        let code = query.text("in", 6...15, optional: true).map(TerritoryCode.init(rawValue:))
        try query.finish()
        let (line, inside, counts) = try await services.database.read { db in
            let store = DirectoryStore(db)
            let territory = try code.map { code in
                guard let territory = try store.territory(code) else { throw NoSuchPage() }
                return territory
            }
            return (
                try territory.map { try store.territories(on: $0.path) } ?? [], try store.overview(of: code),
                try store.counts()
            )
        }
        let page = TerritoriesPage(
            line: line, inside: inside, counts: counts, t: services.site.strings(in: context.language))
        return try services.site.render(page, for: request, context)
    }

    /// Everybody else is told that there is no such page.
    private func require(_ kind: String, _ context: AppContext) throws {
        let caller = try context.requireStaff()
        guard services.policy.allows(caller, "read", on: Subject(kind: kind)) else { throw NoSuchPage() }
    }
}
