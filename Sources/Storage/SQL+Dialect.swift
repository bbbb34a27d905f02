/// The databases this product runs on.
package enum SQLDialect: Sendable, Hashable, CaseIterable {
    case sqlite, postgres

    func placeholder(at position: Int) -> String {
        self == .sqlite ? "?" : "$\(position)"
    }
}

// Everything that SQLite and PostgreSQL spell differently is in this file, and nowhere else.
// A feature that needs one more difference adds it here, with a contract test.
//
// Instants are whole milliseconds since 1970 in UTC (`.integer`), days are TEXT such as `2026-11-21`: both sort and
// compare the same on either database, and no statement needs date functions.
extension SQL {
    /// The column type for an ``ID``: 16 bytes.
    package static let uuid = SQL(sqlite: "BLOB", postgres: "UUID")

    /// The column type for whole numbers of 64 bits, and for instants.
    package static let integer = SQL(sqlite: "INTEGER", postgres: "BIGINT")

    /// The column type for degrees and other measured numbers.
    package static let real = SQL(sqlite: "REAL", postgres: "DOUBLE PRECISION")

    /// The column type for yes or no.
    package static let boolean = SQL(sqlite: "INTEGER", postgres: "BOOLEAN")

    /// The column type for bytes.
    package static let bytes = SQL(sqlite: "BLOB", postgres: "BYTEA")

    /// The column type for text that is compared byte by byte, whatever the database's locale.
    package static let code = SQL(sqlite: "TEXT", postgres: "TEXT COLLATE \"C\"")

    /// The column type for a key that the database counts up itself.
    package static let serial = SQL(
        sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT", postgres: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY")

    /// What ends a `CREATE TABLE`: SQLite then checks types as PostgreSQL always does.
    package static let strict = SQL(sqlite: "STRICT", postgres: "")

    /// What ends a `SELECT` of rows to work on, when several nodes take from the same rows: each gets other ones.
    package static let skipLocked = SQL(sqlite: "", postgres: "FOR UPDATE SKIP LOCKED")

    /// A query for the names of all tables, in a column called `name`.
    package static let tables = SQL(
        sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
        postgres: """
            SELECT table_name::text AS name FROM information_schema.tables
            WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'
            """)

    /// A query for the names of a table's columns in their order, in a column called `name`.
    package static func columns(of table: String) -> SQL {
        let start = SQL(
            sqlite: "SELECT name FROM pragma_table_info(",
            postgres: "SELECT column_name::text AS name FROM information_schema.columns WHERE table_name = ")
        let end = SQL(
            sqlite: ") ORDER BY cid", postgres: " AND table_schema = current_schema() ORDER BY ordinal_position")
        return "\(start)\(table)\(end)"
    }

    /// Behind a column of text: compared and sorted byte by byte, whatever the column says.
    package static let byBytes = SQL(sqlite: "COLLATE BINARY", postgres: "COLLATE \"C\"")

    /// 32 hexadecimal digits drawn anew for each row, none of which says anything.
    package static let randomDigits = SQL(
        sqlite: "LOWER(HEX(RANDOMBLOB(16)))", postgres: "REPLACE(gen_random_uuid()::text, '-', '')")

    /// The number of the transaction that runs: on PostgreSQL, where many write at once, they count up as they begin.
    package static let currentTransaction = SQL(sqlite: "0", postgres: "pg_current_xact_id()::text::bigint")

    /// The number below which every transaction has ended, for this view of the data.
    package static let oldestOpenTransaction = SQL(
        sqlite: "1", postgres: "pg_snapshot_xmin(pg_current_snapshot())::text::bigint")

    /// `column` contains `text`, without regard to the case of Latin letters. A scan: for short lists only.
    package static func contains(_ column: SQL, _ text: String) -> SQL {
        // Only A to Z: what else has small letters, the two databases see differently.
        let small = String(decoding: text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
        let escaped =
            small
            .replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
        let letters = SQL(sqlite: "", postgres: " COLLATE \"C\"")
        return "LOWER(\(column)\(letters)) LIKE \("%\(escaped)%") ESCAPE '\\'"
    }

    /// `column` starts with `prefix`, by the index of a `.code` column.
    package static func starts(_ column: SQL, with prefix: String) -> SQL {
        // No code uses a character above U+10FFFD, so this is the end of everything that starts with `prefix`.
        "(\(column) >= \(prefix) AND \(column) < \(prefix + "\u{10FFFD}"))"
    }

    private init(sqlite: String, postgres: String) {
        parts = [.choice(sqlite: sqlite, postgres: postgres)]
    }
}
