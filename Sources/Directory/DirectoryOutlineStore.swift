import Foundation
import Kernel
import Storage

extension DirectoryStore {
    /// The territories round a point, from the province down to the deepest one with an outline there; empty outside every
    /// outline. A point on a border belongs to the territory with the lower code.
    ///
    /// The index on the bounds is read from its western end to the point, so the cost grows with the number of outlines:
    /// measured 0.2 ms with a city's 234, 1 ms with 3,000, 5–9 ms with 42,000. Many more would need a tree.
    package func territories(at position: Position) throws -> [Territory] {
        let vertex = Vertex(position)
        let x = Int(vertex.x)
        let y = Int(vertex.y)
        let candidates = try db.rows(
            """
            SELECT t.code, t.level, t.parent_code, t.path, t.name, t.code_system, o.shape
            FROM territory_outline o JOIN territory t ON t.code = o.code
            WHERE o.west <= \(x) AND o.east >= \(x) AND o.south <= \(y) AND o.north >= \(y)
            """
        ).map { (territory: try Territory($0), shape: try $0["shape"] as Data) }
        let deepestFirst = candidates.sorted { left, right in
            (-left.territory.level.depth, left.territory.code.rawValue)
                < (-right.territory.level.depth, right.territory.code.rawValue)
        }
        for candidate in deepestFirst {
            guard let outline = Outline(bytes: candidate.shape) else { throw OutlineDamaged(candidate.territory.code) }
            if outline.contains(vertex) { return try territories(on: candidate.territory.path) }
        }
        return []
    }

    package func outline(of code: TerritoryCode) throws -> TerritoryOutline? {
        try db.row("SELECT code, source, is_schematic, shape FROM territory_outline WHERE code = \(code)")
            .map(TerritoryOutline.init)
    }

    /// The outlines of `level` that touch `bounds`, with their territories, by code.
    package func outlines(
        of level: Level, touching bounds: Bounds, limit: Int
    ) throws -> [(territory: Territory, outline: TerritoryOutline)] {
        try db.rows(
            """
            SELECT t.code, t.level, t.parent_code, t.path, t.name, t.code_system, o.source, o.is_schematic, o.shape
            FROM territory_outline o JOIN territory t ON t.code = o.code
            WHERE o.west <= \(Int(bounds.east)) AND o.east >= \(Int(bounds.west))
                AND o.south <= \(Int(bounds.north)) AND o.north >= \(Int(bounds.south)) AND o.level = \(level)
            ORDER BY o.code LIMIT \(limit)
            """
        ).map { (try Territory($0), try TerritoryOutline($0)) }
    }

    /// The outlines of `codes` that there are.
    package func outlines(of codes: some Collection<TerritoryCode>) throws -> [TerritoryCode: TerritoryOutline] {
        var found: [TerritoryCode: TerritoryOutline] = [:]
        var rest = Array(codes)[...]
        while !rest.isEmpty {
            let rows = try db.rows(
                """
                SELECT code, source, is_schematic, shape FROM territory_outline
                WHERE code IN (\(each: Array(rest.prefix(500))))
                """
            )
            for row in rows {
                let outline = try TerritoryOutline(row)
                found[outline.code] = outline
            }
            rest = rest.dropFirst(500)
        }
        return found
    }

    package func save(_ outline: TerritoryOutline, level: Level) throws {
        let bounds = outline.outline.bounds
        try db.execute(
            """
            INSERT INTO territory_outline (code, level, source, is_schematic, west, south, east, north, shape)
            VALUES (\(outline.code), \(level), \(outline.source), \(outline.isSchematic), \(Int(bounds.west)),
                \(Int(bounds.south)), \(Int(bounds.east)), \(Int(bounds.north)), \(outline.outline.bytes))
            ON CONFLICT (code) DO UPDATE SET level = excluded.level, source = excluded.source,
                is_schematic = excluded.is_schematic, west = excluded.west, south = excluded.south,
                east = excluded.east, north = excluded.north, shape = excluded.shape
            """
        )
    }
}

/// A stored outline that can't be read: the database was changed by something else.
package struct OutlineDamaged: Error, CustomStringConvertible {
    package let code: TerritoryCode

    init(_ code: TerritoryCode) {
        self.code = code
    }

    package var description: String { "the outline of \(code.rawValue) can't be read" }
}

extension CoordinateSystem: SQLConvertible {}

extension TerritoryOutline {
    fileprivate init(_ row: Row) throws {
        let code: TerritoryCode = try row["code"]
        guard let outline = Outline(bytes: try row["shape"]) else { throw OutlineDamaged(code) }
        self.init(
            code: code, outline: outline, source: try row["source"], isSchematic: try row["is_schematic"])
    }
}
