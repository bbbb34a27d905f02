import Foundation
import Kernel
import Storage

/// Counts what is sealed with which key, and seals it anew.
struct SealedTableStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    /// How many rows of a table lie under each key.
    func counts(of table: SealedTable) throws -> [UUID: Int] {
        let columns = table.hasIndexes ? ["key_id", "index_key_id"] : ["key_id"]
        return try columns.reduce(into: [:]) { counts, column in
            let rows = try db.rows(
                """
                SELECT \(identifier: column), COUNT(*) FROM \(identifier: table.name)
                WHERE \(identifier: column) IS NOT NULL GROUP BY \(identifier: column)
                """)
            for row in rows { counts[try row[0], default: 0] += try row[1] }
        }
    }

    /// Seals up to `limit` rows that lie under one of the keys with the current one. Says how many.
    func reseal(_ table: SealedTable, under keys: [UUID], limit: Int) throws -> Int {
        let names = table.columns.map { "\(identifier: $0.name)" as SQL }.joined(by: ", ")
        let isOld: SQL =
            table.hasIndexes
            ? "(key_id IN (\(each: keys)) OR index_key_id IN (\(each: keys)))" : "key_id IN (\(each: keys))"
        let rows = try db.rows(
            """
            SELECT \(identifier: table.key), \(names) FROM \(identifier: table.name)
            WHERE \(isOld) LIMIT \(limit) \(.skipLocked)
            """)
        for row in rows { try reseal(row, of: table) }
        return rows.count
    }

    private func reseal(_ row: Row, of table: SealedTable) throws {
        let seals = try db.seals
        let id: UUID = try row[0]
        var changes: [SQL] = ["key_id = \(try seals.key(table.keyClass, .seal))"]
        var isIndexed = false
        for (number, column) in table.columns.enumerated() {
            guard let sealed: Data = try row[number + 1] else { continue }
            let place = SealedPlace(table.name, column.name, id)
            let content = try seals.open(sealed, at: place)
            changes.append("\(identifier: column.name) = \(try seals.seal(content, of: table.keyClass, at: place))")
            if let index = column.index {
                let value = try seals.index(content, of: table.keyClass, named: "\(table.name).\(index)")
                changes.append("\(identifier: index) = \(value)")
                isIndexed = true
            }
        }
        if isIndexed { changes.append("index_key_id = \(try seals.key(table.keyClass, .index))") }
        try db.execute(
            "UPDATE \(identifier: table.name) SET \(changes.joined(by: ", ")) WHERE \(identifier: table.key) = \(id)")
    }
}

extension SealedTable {
    /// Where a sealed value of a row stands.
    package func place(_ column: String, _ row: UUID) -> SealedPlace { SealedPlace(name, column, row) }

    /// The blind index to keep in `column`, and those to look for there.
    package func index(_ value: Data, in column: String, _ seals: Seals) throws -> Data {
        try seals.index(value, of: keyClass, named: "\(name).\(column)")
    }

    package func indexes(_ value: Data, in column: String, _ seals: Seals) throws -> [Data] {
        try seals.indexes(value, of: keyClass, named: "\(name).\(column)")
    }
}
