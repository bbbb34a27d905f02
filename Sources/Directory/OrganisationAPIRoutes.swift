import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The organisations, for programs that name one in a case. The register of businesses is open to everybody who is signed in.
struct OrganisationAPIRoutes: Sendable {
    let services: Services

    func add(to routes: Routes) {
        routes.get("api/v1/organisations", .may("read", "organisation"), use: list)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        let name = query.text("q", 1...60, optional: true)
        let cursor = query.text("cursor", 1...512, optional: true)
        let limit = query.integer("limit", 1...200, optional: true) ?? 50
        try query.finish()
        let after = try cursor.map { try Cursor($0, parts: 1).parts[0] }
        let found = try await services.database.read { db in
            try DirectoryStore(db).organisations(named: name, after: after, limit: limit + 1)
        }
        let items = found.prefix(limit).map(OrganisationAnswer.init)
        let next = found.count > limit ? items.last.map { Cursor([$0.code]).text } : nil
        return try .json(ListAnswer(items: items, next: next))
    }
}

private struct OrganisationAnswer: Encodable {
    let id: ID<OrganisationEntity>
    let code: String
    let kind: Organisation.Kind
    let name: String
    let territory: String
    let parent: ID<OrganisationEntity>?

    init(_ organisation: Organisation) {
        id = organisation.id
        code = organisation.code
        kind = organisation.kind
        name = organisation.name
        territory = organisation.territory.rawValue
        parent = organisation.parent
    }
}
