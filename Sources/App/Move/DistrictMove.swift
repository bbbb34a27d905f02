import Crypto
import Foundation
import Kernel
import SQLiteBackend
import Storage
import SystemPackage

/// Takes a district out of its SQLite file into an empty PostgreSQL database: every table, every row, compared afterwards.
///
/// It may be ended at any moment and begun again. Each batch is kept as a whole, and a table is copied in the order of its
/// keys, so what is there says where to go on. The source isn't changed.
package struct DistrictMove: Sendable {
    private let source: SQLiteSnapshot
    private let target: any Storage.Database
    private let batchSize: Int
    private let report: @Sendable (String) throws -> Void

    /// `report` hears of each batch that was kept, and ends the move when it throws.
    package init(
        from source: SQLiteSnapshot, to target: any Storage.Database, batchSize: Int = 500,
        report: @escaping @Sendable (String) throws -> Void = { _ in }
    ) {
        self.source = source
        self.target = target
        self.batchSize = batchSize
        self.report = report
    }

    /// - Returns: how many rows each table has, in both.
    package func run() async throws -> [(table: String, rows: Int)] {
        guard let leadership = await target.leadership(of: "move") else { throw MoveError.moving }
        defer { Task { await leadership.resign() } }
        try checkVersion()
        try await target.migrate(Nuanxin.migrations)
        let tables = try await plan()
        var digests: [TableDigest] = []
        for table in tables { digests.append(try sourceDigest(of: table)) }
        let whole = SHA256.hash(data: digests.reduce(Data()) { $0 + $1.digest })
        let name = Data(whole).base64EncodedString()
        try await target.write(alone: "moving") { db in try ProvinceStore(db).begin(name, tables: tables) }
        for table in tables {
            if let parent = table.parent {
                try await copyTree(table, parent: parent)
            } else {
                try await copy(table)
            }
            try await target.write { db in try ProvinceStore(db).continueCounting(of: table) }
        }
        for (table, digest) in zip(tables, digests) {
            try report("comparing \(table.name)")
            let moved = try await targetDigest(of: table)
            guard moved == digest else {
                throw MoveError.different(table: table.name, source: digest.rows, target: moved.rows)
            }
        }
        try await target.write { db in try ProvinceStore(db).finish() }
        return zip(tables, digests).map { ($0.name, $1.rows) }
    }

    private func checkVersion() throws {
        let steps = try source.read { try BackupStore($0).migrations() }
        let ours = Dictionary(uniqueKeysWithValues: Nuanxin.migrations.map { ($0.name, $0.digest) })
        let all = Set(steps.keys).union(ours.keys).sorted()
        if let other = all.first(where: { steps[$0] != ours[$0] }) { throw MoveError.otherVersion(other) }
    }

    private func plan() async throws -> [MovedTable] {
        let names = try source.read { try DistrictStore($0).tables() }.filter { $0 != "schema_migration" }
        let columns = try await target.read { db in try names.map { try ProvinceStore(db).columns(of: $0) } }
        let theirs = try await target.read { db in
            Set(try db.rows(.tables).map { try $0["name"] as String }).subtracting([ProvinceStore.progress])
        }
        let missing = theirs.symmetricDifference(names + ["schema_migration"])
        guard missing.isEmpty else { throw MoveError.otherTables(missing.sorted()[0]) }
        return try source.read { db in
            let store = DistrictStore(db)
            return try zip(names, columns).map { name, columns in
                let key = try store.key(of: name)
                guard let columns, try store.columns(of: name) == Set(columns.map(\.name)), !key.isEmpty else {
                    throw MoveError.otherTables(name)
                }
                let places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1.name, $0) })
                let parent = try store.references(of: name).first { $0.table == name }?.column
                return MovedTable(
                    name: name, columns: columns, key: key.compactMap { places[$0] },
                    parent: parent.flatMap { places[$0] })
            }
        }
    }

    private func copy(_ table: MovedTable) async throws {
        var last = try await target.read { db in try TableStore(db).lastKey(of: table) }
        while true {
            let after = last
            let rows = try source.read { try TableStore($0).rows(of: table, after: after, limit: batchSize) }
            guard let final = rows.last else { return }
            try await keep(rows, in: table)
            last = table.key(of: final)
        }
    }

    /// Rows that point to others of their table come after those.
    private func copyTree(_ table: MovedTable, parent: Int) async throws {
        let tree = try source.read { try DistrictStore($0).tree(of: table, parent: parent) }
        let keys = Self.parentsFirst(tree)
        guard keys.count == tree.count else { throw MoveError.otherTables(table.name) }
        var done = try await target.read { db in try TableStore(db).count(of: table.name) }
        while done < keys.count {
            let batch = Array(keys[done..<min(done + batchSize, keys.count)])
            try await keep(try source.read { try TableStore($0).rows(of: table, keys: batch) }, in: table)
            done += batch.count
        }
    }

    private func keep(_ rows: [[SQLValue]], in table: MovedTable) async throws {
        let converted = try rows.map(table.converted)
        try await target.write { db in try ProvinceStore(db).insert(converted, into: table) }
        try report("\(table.name): \(rows.count) rows")
    }

    /// One level of the tree after the other, each in the order in which it came.
    private static func parentsFirst(_ tree: [(key: SQLValue, parent: SQLValue)]) -> [SQLValue] {
        let children = Dictionary(grouping: tree, by: \.parent).mapValues { $0.map(\.key) }
        var ordered = children[.null] ?? []
        var next = 0
        while next < ordered.count {
            ordered += children[ordered[next]] ?? []
            next += 1
        }
        return ordered
    }

    private func sourceDigest(of table: MovedTable) throws -> TableDigest {
        var digest = TableDigest()
        var last: [SQLValue]?
        while true {
            let after = last
            let rows = try source.read { try TableStore($0).rows(of: table, after: after, limit: 1000) }
            guard let final = rows.last else { return digest }
            for row in rows { digest.add(try table.converted(row)) }
            last = table.key(of: final)
        }
    }

    private func targetDigest(of table: MovedTable) async throws -> TableDigest {
        var digest = TableDigest()
        var last: [SQLValue]?
        while true {
            let after = last
            let rows = try await target.read { db in try TableStore(db).rows(of: table, after: after, limit: 1000) }
            guard let final = rows.last else { return digest }
            for row in rows { digest.add(row) }
            last = table.key(of: final)
        }
    }
}
