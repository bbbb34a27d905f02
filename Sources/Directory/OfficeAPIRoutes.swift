import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The offices with their duties, for programs of the administrators: what `/admin/offices` shows.
struct OfficeAPIRoutes: Sendable {
    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    func add(to routes: Routes) {
        routes.get("api/v1/offices", .may("read", "office"), use: list)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard services.policy.allows(caller, "read", on: Subject(kind: "office")) else { throw NotAllowed() }
        var query = QueryFields(request)
        let name = query.text("q", 1...60, optional: true)
        let cursor = query.text("cursor", 1...512, optional: true)
        let limit = query.integer("limit", 1...200, optional: true) ?? 50
        try query.finish()
        let after = try cursor.map { try Cursor($0, parts: 1).parts[0] }
        let (found, duties) = try await services.database.read { db in
            let store = DirectoryStore(db)
            let offices = try store.offices(named: name, after: after, limit: limit + 1)
            return (offices, try store.duties(of: offices.map(\.id)))
        }
        let items = found.prefix(limit)
        let next = found.count > limit ? items.last.map { Cursor([$0.code]).text } : nil
        return try .json(ListAnswer(items: items.map { OfficeAnswer($0, duties: duties[$0.id] ?? []) }, next: next))
    }
}

private struct OfficeAnswer: Encodable {
    struct DutyAnswer: Encodable {
        /// The category's code or its beginning; empty for all.
        let category: String
        let territory: String
        let priority: Int
    }

    let id: ID<OfficeEntity>
    let code: String
    let kind: Office.Kind
    let name: LocalizedText
    let territory: String?
    let parent: ID<OfficeEntity>?
    let dutyDesk: Bool
    let hotline: String?
    let hours: String?
    let duties: [DutyAnswer]

    init(_ office: Office, duties: [Duty]) {
        id = office.id
        code = office.code
        kind = office.kind
        name = office.name
        territory = office.territory.codes.last?.rawValue
        parent = office.parent
        dutyDesk = office.isDutyDesk
        hotline = office.hotline
        hours = office.hours?.text
        self.duties = duties.map { duty in
            DutyAnswer(
                category: duty.category, territory: duty.territory.codes.last?.rawValue ?? "", priority: duty.priority)
        }
    }
}
