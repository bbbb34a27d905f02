import Foundation
import Kernel
import Storage

/// Keeps territories with their outlines, and offices with their duties.
package struct DirectoryStore {
    let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func territory(_ code: TerritoryCode) throws -> Territory? {
        try db.row("\(Self.select) WHERE t.code = \(code)").map(Territory.init)
    }

    /// Those of `codes` that exist.
    package func territories(_ codes: some Collection<TerritoryCode>) throws -> [TerritoryCode: Territory] {
        var found: [TerritoryCode: Territory] = [:]
        var rest = Array(codes)[...]
        while !rest.isEmpty {
            for row in try db.rows("\(Self.select) WHERE t.code IN (\(each: Array(rest.prefix(500))))") {
                let territory = try Territory(row)
                found[territory.code] = territory
            }
            rest = rest.dropFirst(500)
        }
        return found
    }

    /// The territories that `path` names, from the province down; those that don't exist any more are left out.
    package func territories(on path: TerritoryPath) throws -> [Territory] {
        let known = try territories(path.codes)
        return path.codes.compactMap { known[$0] }
    }

    /// What lies right in a territory, by code; the provinces when it is `nil`.
    package func children(
        of parent: TerritoryCode?, after code: TerritoryCode? = nil, limit: Int = 1000
    ) throws -> [Territory] {
        try db.rows(
            """
            \(Self.select) WHERE \(Self.liesIn(parent)) AND t.code > \(code?.rawValue ?? "")
            ORDER BY t.code LIMIT \(limit)
            """
        ).map(Territory.init)
    }

    /// What lies right in a territory, with what is known of its outline and those right in it.
    package func overview(of parent: TerritoryCode?) throws -> [TerritoryOverview] {
        try db.rows(
            """
            SELECT t.code, t.level, t.parent_code, t.path, t.name, t.code_system, o.is_schematic,
                (SELECT COUNT(*) FROM territory c WHERE c.parent_code = t.code) AS children,
                (SELECT COUNT(*) FROM territory c JOIN territory_outline x ON x.code = c.code
                 WHERE c.parent_code = t.code) AS outlined
            FROM territory t LEFT JOIN territory_outline o ON o.code = t.code
            WHERE \(Self.liesIn(parent)) ORDER BY t.code
            """
        ).map { row in
            TerritoryOverview(
                territory: try Territory(row), isSchematic: try row["is_schematic"], children: try row["children"],
                outlinedChildren: try row["outlined"])
        }
    }

    /// How many territories there are of each level.
    package func counts() throws -> [Level: Int] {
        let rows = try db.rows("SELECT level, COUNT(*) AS number FROM territory GROUP BY level")
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["level"] as Level, try $0["number"] as Int) })
    }

    /// Adds and changes territories; parents come first. What is the same already isn't touched.
    package func save(_ territories: [Territory]) throws {
        var rest = territories[...]
        // 500 rows in a statement: one round trip instead of 500, and well below either database's limit of values.
        while !rest.isEmpty {
            let values = rest.prefix(500).map { territory -> SQL in
                """
                (\(territory.code), \(territory.level), \(territory.parent), \(territory.path), \(territory.name),
                \(territory.codeSystem))
                """
            }
            try db.execute(
                """
                INSERT INTO territory (code, level, parent_code, path, name, code_system)
                VALUES \(values.joined(by: ", "))
                ON CONFLICT (code) DO UPDATE SET level = excluded.level, parent_code = excluded.parent_code,
                    path = excluded.path, name = excluded.name, code_system = excluded.code_system
                """
            )
            rest = rest.dropFirst(500)
        }
    }

    /// After territories changed: brings the paths of what lies in them, and of the offices there, up to date.
    package func refreshPaths() throws {
        for level in [Level.community, .grid] {
            try db.execute(
                """
                UPDATE territory SET path = (SELECT p.path FROM territory p WHERE p.code = territory.parent_code)
                    || code || '/'
                WHERE level = \(level) AND path <> (SELECT p.path FROM territory p WHERE p.code = territory.parent_code)
                    || code || '/'
                """
            )
        }
        try db.execute(
            """
            UPDATE office SET territory_path = (SELECT t.path FROM territory t WHERE t.code = office.territory_code)
            WHERE territory_path <> (SELECT t.path FROM territory t WHERE t.code = office.territory_code)
            """
        )
        try db.execute(
            """
            UPDATE office_duty
            SET territory_path = (SELECT t.path FROM territory t WHERE t.code = office_duty.territory_code)
            WHERE territory_path <> (SELECT t.path FROM territory t WHERE t.code = office_duty.territory_code)
            """
        )
    }

    /// All territories down to `level`, by code.
    func territories(downTo level: Level) throws -> [TerritoryCode: Territory] {
        let levels = Level.allCases.filter { $0 <= level }
        let rows = try db.rows("\(Self.select) WHERE t.level IN (\(each: levels.map(\.rawValue)))")
        return try Dictionary(uniqueKeysWithValues: rows.map(Territory.init).map { ($0.code, $0) })
    }

    static let select: SQL = "SELECT t.code, t.level, t.parent_code, t.path, t.name, t.code_system FROM territory t"

    private static func liesIn(_ parent: TerritoryCode?) -> SQL {
        if let parent { "t.parent_code = \(parent)" } else { "t.parent_code IS NULL" }
    }
}

/// A territory as the page of territories lists it.
package struct TerritoryOverview: Sendable, Hashable {
    package let territory: Territory
    /// Whether its outline is only schematic; `nil` when it has none.
    package let isSchematic: Bool?
    package let children: Int
    package let outlinedChildren: Int
}

extension Level: SQLConvertible {}
extension CodeSystem: SQLConvertible {}

extension Territory {
    init(_ row: Row) throws {
        self.init(
            code: try row["code"], level: try row["level"], parent: try row["parent_code"], path: try row["path"],
            name: try row["name"], codeSystem: try row["code_system"])
    }
}
