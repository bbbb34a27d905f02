import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Storage
import Web

/// The outlines that our own map draws. Open to everybody, like the map.
struct OutlineRoutes: Sendable {
    private let services: Services
    /// What one answer holds at most: the townships of a city.
    private static let limit = 400
    /// How many details fit across the map's window.
    private static let resolution = 1500

    init(_ services: Services) {
        self.services = services
    }

    func add(to routes: Routes) {
        routes.get("map/outlines", .open, use: outlines)
    }

    @Sendable
    private func outlines(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        let level = query.choice("level", of: Level.self)
        let box = query.text("bbox", 7...100)
        let bounds = box.flatMap { Bounds($0) }
        if box != nil, bounds == nil { query.problem("bbox", "not-a-box") }
        try query.finish()
        guard let bounds, let level else { throw InvalidFields("bbox", "missing") }
        let found = try await services.database.read { db in
            try DirectoryStore(db).outlines(of: level, touching: bounds, limit: Self.limit + 1)
        }
        // A hundred-thousandth of a degree, about a metre, is the least that anybody needs to see.
        let width = (Int(bounds.east) - Int(bounds.west)) / Self.resolution
        let cell = Int32(clamping: max(100, width))
        let features = found.prefix(Self.limit).map { found in
            OutlineCollection.Feature(
                found.territory, found.outline.outline, isSchematic: found.outline.isSchematic, cell: cell)
        }
        var response = try Response.json(
            OutlineCollection(features: features, isTruncated: found.count > Self.limit))
        response.headers[.contentType] = "application/geo+json"
        // Outlines change a few times a year; ten minutes keep a map that is moved about from asking again and again.
        response.headers[.cacheControl] = "public, max-age=600"
        return response
    }
}
