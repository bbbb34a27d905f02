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
            INSERT INTO journal_entry (at, actor_id, kind, subject, data)
            VALUES (\(time), \(actor), \(kind), \(subject), \(json))
            """
        )
    }

    package func entries(after sequence: Int, limit: Int) throws -> [JournalEntry] {
        try db.rows(
            """
            SELECT sequence, at, actor_id, kind, subject, data FROM journal_entry
            WHERE sequence > \(sequence) ORDER BY sequence LIMIT \(limit)
            """
        ).map(JournalEntry.init)
    }

    package func entries(about subject: UUID) throws -> [JournalEntry] {
        try db.rows(
            """
            SELECT sequence, at, actor_id, kind, subject, data FROM journal_entry
            WHERE subject = \(subject) ORDER BY sequence
            """
        ).map(JournalEntry.init)
    }

    /// How far a consumer has come: the sequence of the last entry it handled.
    package func cursor(of consumer: String) throws -> Int {
        try db.row("SELECT sequence FROM journal_cursor WHERE consumer = \(consumer)")?["sequence"] ?? 0
    }

    package func moveCursor(of consumer: String, to sequence: Int) throws {
        try db.execute(
            """
            INSERT INTO journal_cursor (consumer, sequence) VALUES (\(consumer), \(sequence))
            ON CONFLICT (consumer) DO UPDATE SET sequence = excluded.sequence
            """
        )
    }
}

extension JournalEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            sequence: try row["sequence"], at: try row["at"], actor: try row["actor_id"], kind: try row["kind"],
            subject: try row["subject"], data: Data((try row["data"] as String).utf8))
    }
}
