import Kernel
import Storage

extension DirectoryStore {
    /// The middle of everything that has an outline; `nil` when nothing has.
    package func middle() throws -> Position? {
        let row = try db.row(
            "SELECT MIN(west) AS west, MAX(east) AS east, MIN(south) AS south, MAX(north) AS north FROM territory_outline"
        )
        guard let row, let west: Int = try row["west"], let east: Int = try row["east"],
            let south: Int = try row["south"], let north: Int = try row["north"]
        else { return nil }
        return Position(lat: Double(south + north) / 2e7, lng: Double(west + east) / 2e7)
    }
}

extension DirectoryStore {
    /// The territories that somebody can call their own: the counties in which the city has offices.
    package func homes() throws -> [Territory] {
        try db.rows(
            """
            \(Self.select) WHERE t.level = \(Level.county)
            AND t.code IN (SELECT territory_code FROM office) ORDER BY t.code
            """
        ).map(Territory.init)
    }

    package func isHome(_ code: TerritoryCode) throws -> Bool {
        try db.row(
            """
            SELECT 1 AS found FROM territory t WHERE t.code = \(code) AND t.level = \(Level.county)
            AND t.code IN (SELECT territory_code FROM office) LIMIT 1
            """) != nil
    }
}
