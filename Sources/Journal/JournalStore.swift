import Foundation
import Kernel
import Storage

/// Keeps the journal. It only grows: there is no way here to change or remove an entry.
package struct JournalStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// Writes down what is being done, in the same transaction as doing it.
    package func append(
        _ kind: String, subject: UUID, by actor: ID<Account>?, at time: Date, data: some Encodable
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = String(decoding: try encoder.encode(data), as: UTF8.self)
        try db.execute(
            """
            INSERT INTO journal_entry (at, actor_id, kind, subject, data, xact)
            VALUES (\(time), \(actor), \(kind), \(subject), \(json), \(.currentTransaction))
            """
        )
        db.signal(.journal)
    }

    /// The next entries after `position` of which none can still come to stand before another.
    package func entries(after position: JournalPosition, limit: Int) throws -> [JournalEntry] {
        try db.rows(
            """
            SELECT \(Self.columns) FROM journal_entry
            WHERE \(Self.isAfter(position)) AND xact < \(.oldestOpenTransaction)
            ORDER BY xact, sequence LIMIT \(limit)
            """
        ).map(JournalEntry.init)
    }

    /// Whether there are entries after `position`, be it that transactions older than theirs are still open.
    package func hasEntries(after position: JournalPosition) throws -> Bool {
        try db.row("SELECT sequence FROM journal_entry WHERE \(Self.isAfter(position)) LIMIT 1") != nil
    }

    /// The first entries by their numbers, for those who look over the whole.
    package func allEntries(limit: Int) throws -> [JournalEntry] {
        try db.rows("SELECT \(Self.columns) FROM journal_entry ORDER BY sequence LIMIT \(limit)").map(JournalEntry.init)
    }

    package func entries(about subject: UUID) throws -> [JournalEntry] {
        try db.rows("SELECT \(Self.columns) FROM journal_entry WHERE subject = \(subject) ORDER BY sequence")
            .map(JournalEntry.init)
    }

    /// Whether somebody did something with `subject` after `time`.
    package func has(_ kind: String, about subject: UUID, by actor: ID<Account>, after time: Date) throws -> Bool {
        try db.row(
            """
            SELECT sequence FROM journal_entry
            WHERE subject = \(subject) AND kind = \(kind) AND actor_id = \(actor) AND at > \(time) LIMIT 1
            """) != nil
    }

    /// Puts the entries of a journal that was brought from another cluster (`pg_dump`) before all that come from now on: their
    /// transactions count on there, and here from the beginning. Says whether that was the case.
    package func adopt() throws -> Bool {
        let last: Int? = try db.value("SELECT MAX(xact) FROM journal_entry")
        guard let last, last > 0 else { return false }
        guard try last >= db.value("SELECT \(.currentTransaction)", as: Int.self) else { return false }
        try db.execute("UPDATE journal_entry SET xact = xact - \(last + 1)")
        try db.execute("UPDATE journal_cursor SET xact = xact - \(last + 1)")
        return true
    }

    /// How far a consumer has come: the position of the last entry it handled.
    package func cursor(of consumer: String) throws -> JournalPosition {
        guard let row = try db.row("SELECT xact, sequence FROM journal_cursor WHERE consumer = \(consumer)") else {
            return .start
        }
        return JournalPosition(transaction: try row["xact"], sequence: try row["sequence"])
    }

    package func moveCursor(of consumer: String, to position: JournalPosition) throws {
        try db.execute(
            """
            INSERT INTO journal_cursor (consumer, xact, sequence)
            VALUES (\(consumer), \(position.transaction), \(position.sequence))
            ON CONFLICT (consumer) DO UPDATE SET xact = excluded.xact, sequence = excluded.sequence
            """
        )
    }

    private static let columns: SQL = "xact, sequence, at, actor_id, kind, subject, data"

    private static func isAfter(_ position: JournalPosition) -> SQL {
        "(xact, sequence) > (\(position.transaction), \(position.sequence))"
    }
}

extension Topic {
    /// New entries in the journal.
    package static let journal: Topic = "journal"
}

extension JournalEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            position: JournalPosition(transaction: try row["xact"], sequence: try row["sequence"]), at: try row["at"],
            actor: try row["actor_id"], kind: try row["kind"], subject: try row["subject"],
            data: Data((try row["data"] as String).utf8))
    }
}
