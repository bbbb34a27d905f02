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
