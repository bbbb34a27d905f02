import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// Territories for programs. Open to everybody: they are public facts, and a phone asks before its owner signs in.
struct TerritoryAPIRoutes: Sendable {
    private let services: Services

    init(_ services: Services) {
        self.services = services
    }

    func add(to routes: Routes) {
        routes.get("api/v1/territories/at", .open, use: territoriesAtPosition)
        routes.get("api/v1/territories", .open, use: children)
    }

    @Sendable
    private func territoriesAtPosition(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        let lat = query.number("lat", -90...90)
        let lng = query.number("lng", -180...180)
        try query.finish()
        guard let lat, let lng else { throw InvalidFields("lat", "missing") }
        let territories = try await services.database.read { db in
            try DirectoryStore(db).territories(at: Position(lat: lat, lng: lng))
        }
        return try .json(territories.map(TerritoryAnswer.init))
    }

    @Sendable
    private func children(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        let parent = query.text("parent", 6...15, optional: true).map(TerritoryCode.init(rawValue:))
        let cursor = query.text("cursor", 1...512, optional: true)
        let limit = query.integer("limit", 1...200, optional: true) ?? 100
        try query.finish()
        let after = try cursor.map { TerritoryCode(rawValue: try Cursor($0, parts: 1).parts[0]) }
        let found = try await services.database.read { db in
            let store = DirectoryStore(db)
            if let parent, try store.territory(parent) == nil { throw NoSuchPage() }
            return try store.children(of: parent, after: after, limit: limit + 1)
        }
        let items = found.prefix(limit)
        let next = found.count > limit ? items.last.map { Cursor([$0.code.rawValue]).text } : nil
        return try .json(ListAnswer(items: items.map(TerritoryAnswer.init), next: next))
    }
}

private struct TerritoryAnswer: Encodable {
    let code: String
    let level: Level
    let name: String

    init(_ territory: Territory) {
        code = territory.code.rawValue
        level = territory.level
        name = territory.name
    }
}
