import Foundation
import Kernel
import Storage

/// Reads any table of either database, in the order of its keys.
struct TableStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    func rows(of table: MovedTable, after key: [SQLValue]?, limit: Int) throws -> [[SQLValue]] {
        let names = Self.keyColumns(of: table)
        let condition: SQL = key.map { "(\(names)) > (\($0.map { "\($0)" }.joined(by: ", ")))" } ?? "TRUE"
        return try values(
            of: table,
            "SELECT \(Self.columns(of: table)) FROM \(identifier: table.name) WHERE \(condition) ORDER BY \(names) LIMIT \(limit)"
        )
    }

    /// The rows with these keys, of a table whose key is one column.
    func rows(of table: MovedTable, keys: [SQLValue]) throws -> [[SQLValue]] {
        try values(
            of: table,
            """
            SELECT \(Self.columns(of: table)) FROM \(identifier: table.name)
            WHERE \(Self.keyColumns(of: table)) IN (\(each: keys))
            """)
    }

    /// The last key, when there is any row.
    func lastKey(of table: MovedTable) throws -> [SQLValue]? {
        let backwards = table.key.map { "\(Self.keyColumn($0, of: table)) DESC" as SQL }.joined(by: ", ")
        let row = try db.row(
            """
            SELECT \(Self.keyColumns(of: table)) FROM \(identifier: table.name) ORDER BY \(backwards) LIMIT 1
            """)
        return try row.map { row in try table.key.indices.map { try row[$0] } }
    }

    func count(of table: String) throws -> Int {
        try db.value("SELECT COUNT(*) FROM \(identifier: table)")
    }

    private func values(of table: MovedTable, _ statement: SQL) throws -> [[SQLValue]] {
        try db.rows(statement).map { row in try table.columns.indices.map { try row[$0] } }
    }

    static func columns(of table: MovedTable) -> SQL {
        table.columns.map { "\(identifier: $0.name)" }.joined(by: ", ")
    }

    private static func keyColumns(of table: MovedTable) -> SQL {
        table.key.map { keyColumn($0, of: table) }.joined(by: ", ")
    }

    private static func keyColumn(_ place: Int, of table: MovedTable) -> SQL {
        let column = table.columns[place]
        return column.kind == .text ? "\(identifier: column.name) \(.byBytes)" : "\(identifier: column.name)"
    }
}

/// What only the district's file is asked for, which is SQLite.
struct DistrictStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    /// The names of all tables, those that others point to first.
    func tables() throws -> [String] {
        let names: [String] = try db.rows(.tables).map { try $0["name"] }
        var waiting = try names.sorted().map { name in
            (name, Set(try references(of: name).map(\.table)).subtracting([name]))
        }
        var ordered: [String] = []
        while let next = waiting.firstIndex(where: { $0.1.isSubset(of: ordered) }) {
            ordered.append(waiting.remove(at: next).0)
        }
        guard waiting.isEmpty else { throw MoveError.otherTables(waiting[0].0) }
        return ordered
    }

    func columns(of table: String) throws -> Set<String> {
        Set(try db.rows(.columns(of: table)).map { try $0["name"] as String })
    }

    func key(of table: String) throws -> [String] {
        try db.rows("SELECT name FROM pragma_table_info(\(table)) WHERE pk > 0 ORDER BY pk").map { try $0[0] }
    }

    func references(of table: String) throws -> [(table: String, column: String)] {
        try db.rows("SELECT \"table\", \"from\" FROM pragma_foreign_key_list(\(table))").map {
            (try $0[0], try $0[1])
        }
    }

    /// The keys of a table whose rows point to each other, each with the key that it points to.
    func tree(of table: MovedTable, parent: Int) throws -> [(key: SQLValue, parent: SQLValue)] {
        let (key, parent) = (table.columns[table.key[0]].name, table.columns[parent].name)
        return try db.rows(
            "SELECT \(identifier: key), \(identifier: parent) FROM \(identifier: table.name) ORDER BY \(identifier: key)"
        ).map { (try $0[0], try $0[1]) }
    }
}

/// What only the province's database is asked for, which is PostgreSQL.
struct ProvinceStore {
    private let db: any Transaction
    static let progress = "move_progress"

    init(_ db: any Transaction) {
        self.db = db
    }

    /// The columns of a table in their order, with their types; nothing when one has a type that isn't ours.
    func columns(of table: String) throws -> [MovedTable.Column]? {
        let rows = try db.rows(
            """
            SELECT column_name::text, data_type::text FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = \(table) ORDER BY ordinal_position
            """)
        let columns = try rows.compactMap { row -> MovedTable.Column? in
            guard let kind = MovedTable.Kind(rawValue: try row[1]) else { return nil }
            return MovedTable.Column(name: try row[0], kind: kind)
        }
        return columns.count == rows.count ? columns : nil
    }

    /// Begins a move of what has this digest, or finds that it has begun.
    func begin(_ digest: String, tables: [MovedTable]) throws {
        let names: [String] = try db.rows(.tables).map { try $0["name"] }
        if names.contains(Self.progress) {
            guard try db.value("SELECT source FROM move_progress", as: String.self) == digest else {
                throw MoveError.otherSource
            }
            return
        }
        try removeShippedCalendar()
        // Nodes that looked at the empty database left a sign of life.
        if names.contains("heartbeat") { try db.execute("DELETE FROM heartbeat") }
        for table in tables {
            let rows = try TableStore(db).count(of: table.name)
            guard rows == 0 else { throw MoveError.notEmpty(table: table.name, rows: rows) }
        }
        try db.execute("CREATE TABLE move_progress (source TEXT PRIMARY KEY)")
        try db.execute("INSERT INTO move_progress (source) VALUES (\(digest))")
    }

    /// Whoever made the tables by `nuanxin migrate` has the holidays that ship with the product: the district brings its own.
    private func removeShippedCalendar() throws {
        let isOnlyThat: Bool = try db.value(
            """
            SELECT NOT EXISTS (SELECT 1 FROM journal_entry WHERE subject NOT IN (SELECT id FROM calendar_year))
            AND NOT EXISTS (SELECT 1 FROM account) AND NOT EXISTS (SELECT 1 FROM territory)
            AND NOT EXISTS (SELECT 1 FROM calendar_year WHERE imported_by IS NOT NULL)
            """)
        guard isOnlyThat else { return }
        try db.execute("DELETE FROM journal_entry WHERE subject IN (SELECT id FROM calendar_year)")
        try db.execute("DELETE FROM journal_cursor")
        try db.execute("DELETE FROM journal_seal")
        try db.execute("DELETE FROM journal_checkpoint")
        try db.execute("DELETE FROM calendar_year")
    }

    func insert(_ rows: [[SQLValue]], into table: MovedTable) throws {
        let columns = TableStore.columns(of: table)
        try db.execute(
            """
            INSERT INTO \(identifier: table.name) (\(columns)) OVERRIDING SYSTEM VALUE
            SELECT \(columns) FROM json_populate_recordset(NULL::\(identifier: table.name), \(table.json(rows))::json)
            """)
    }

    /// Lets the columns that count up by themselves go on after what was moved.
    func continueCounting(of table: MovedTable) throws {
        let counted = try db.rows(
            """
            SELECT column_name::text FROM information_schema.columns
            WHERE table_schema = current_schema() AND table_name = \(table.name) AND is_identity = 'YES'
            """)
        for column in try counted.map({ try $0[0] as String }) {
            _ = try db.rows(
                """
                SELECT setval(
                    pg_get_serial_sequence(quote_ident(current_schema()) || '.' || quote_ident(\(table.name)), \(column)),
                    GREATEST(last, 1), last > 0)
                FROM (SELECT COALESCE(MAX(\(identifier: column)), 0) AS last FROM \(identifier: table.name)) AS counted
                """)
        }
    }

    func finish() throws {
        try db.execute("DROP TABLE move_progress")
    }

    /// Whether a move into this database began and didn't end.
    static func isHalfMoved(_ db: any Transaction) throws -> Bool {
        try db.rows(.tables).contains { try $0["name"] as String == progress }
    }
}
