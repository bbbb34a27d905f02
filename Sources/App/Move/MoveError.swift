import Foundation

/// Why a district can't be moved, or wasn't: each a sentence for the person at the console.
package enum MoveError: Error, Equatable, CustomStringConvertible {
    case noTarget
    case noSource(String)
    case inUse(String)
    case otherVersion(String)
    case otherTables(String)
    case notEmpty(table: String, rows: Int)
    case otherSource
    case moving
    case halfMoved
    /// A value that the other database has no place for.
    case badValue(table: String, column: String)
    case different(table: String, source: Int, target: Int)

    package var description: String {
        switch self {
        case .noTarget: "move: give the PostgreSQL database as NUANXIN_DATABASE_URL"
        case .noSource(let path): "\(path) isn't there: is this the data folder?"
        case .inUse(let path):
            "\(path) is in use: stop the server first, or give --force to move it as it is at this moment"
        case .otherVersion(let name):
            "the tables of the source are of another version (\(name)): run nuanxin migrate on it with this one first"
        case .otherTables(let name): "\(name) isn't the same table in both databases"
        case .notEmpty(let table, let rows):
            "the target isn't empty: \(table) has \(rows) rows; a district is moved into an empty database"
        case .otherSource:
            "the target holds part of another move, or the source changed since it began: empty it and begin again"
        case .moving: "another move into this database is running"
        case .halfMoved:
            "a move into this database has begun and isn't done: run the same nuanxin move again, then start the server"
        case .badValue(let table, let column): "\(table).\(column) holds a value that PostgreSQL can't keep"
        case .different(let table, let source, let target):
            "\(table) isn't the same in both databases (\(source) rows here, \(target) there): nothing was taken away; "
                + "empty the target and begin again"
        }
    }
}
