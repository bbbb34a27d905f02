import Foundation
import Kernel
import Storage

/// The seal of the entry at a place of the journal, counted from 1 without gaps.
package struct JournalSeal: Sendable, Hashable {
    package let number: Int
    package let hash: Data

    package init(number: Int, hash: Data) {
        self.number = number
        self.hash = hash
    }

    /// What stands before the first entry.
    package static let beginning = JournalSeal(number: 0, hash: JournalChain.beginning)
}

/// Keeps the seals of the journal's entries, and what was signed of them.
package struct SealStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// A seal with what is there of the entry that it was made for.
    struct Sealed: Sendable {
        let seal: JournalSeal
        let sequence: Int
        let entry: JournalEntry?
    }

    package func last() throws -> JournalSeal {
        guard let row = try db.row("SELECT number, hash FROM journal_seal ORDER BY number DESC LIMIT 1") else {
            return .beginning
        }
        return JournalSeal(number: try row[0], hash: try row[1])
    }

    /// The seal at a place; what stands before the first one at 0.
    package func seal(_ number: Int) throws -> JournalSeal? {
        guard number > 0 else { return .beginning }
        return try db.row("SELECT number, hash FROM journal_seal WHERE number = \(number)").map { row in
            JournalSeal(number: try row[0], hash: try row[1])
        }
    }

    func number(of sequence: Int) throws -> Int? {
        try db.row("SELECT number FROM journal_seal WHERE sequence = \(sequence)")?[0]
    }

    func insert(_ seal: JournalSeal, of entry: JournalEntry) throws {
        try db.execute(
            """
            INSERT INTO journal_seal (number, sequence, hash)
            VALUES (\(seal.number), \(entry.sequence), \(seal.hash))
            """
        )
    }

    func seals(after number: Int, limit: Int) throws -> [Sealed] {
        try db.rows(
            """
            SELECT journal_seal.number, journal_seal.hash, journal_seal.sequence, journal_entry.at,
                journal_entry.actor_id, journal_entry.kind, journal_entry.subject, journal_entry.data
            FROM journal_seal LEFT JOIN journal_entry ON journal_entry.sequence = journal_seal.sequence
            WHERE journal_seal.number > \(number) ORDER BY journal_seal.number LIMIT \(limit)
            """
        ).map { row in
            let sequence: Int = try row[2]
            let entry = try (row[3] as Date?).map { at in
                JournalEntry(
                    position: JournalPosition(transaction: 0, sequence: sequence), at: at, actor: try row[4],
                    kind: try row[5], subject: try row[6], data: Data((try row[7] as String).utf8))
            }
            return Sealed(
                seal: JournalSeal(number: try row[0], hash: try row[1]), sequence: sequence, entry: entry)
        }
    }

    /// The first entry without a seal that stands before those that have one: nobody wrote it down when it happened.
    func firstUnsealed(upTo position: JournalPosition) throws -> Int? {
        try db.row(
            """
            SELECT journal_entry.sequence FROM journal_entry
            LEFT JOIN journal_seal ON journal_seal.sequence = journal_entry.sequence
            WHERE journal_seal.number IS NULL
                AND (journal_entry.xact, journal_entry.sequence) <= (\(position.transaction), \(position.sequence))
            ORDER BY journal_entry.xact, journal_entry.sequence LIMIT 1
            """
        )?[0]
    }

    /// How many entries still wait for their seal.
    func waiting() throws -> Int {
        try db.value("SELECT (SELECT COUNT(*) FROM journal_entry) - (SELECT COUNT(*) FROM journal_seal)")
    }

    package func insert(_ checkpoint: JournalCheckpoint) throws {
        try db.execute(
            """
            INSERT INTO journal_checkpoint (number, hash, at, signer, signature)
            VALUES (\(checkpoint.number), \(checkpoint.hash), \(checkpoint.at), \(checkpoint.signer),
                \(checkpoint.signature))
            ON CONFLICT (number) DO NOTHING
            """
        )
    }

    /// Those that stand for more entries than `number`, the oldest first: all of them when left out.
    package func checkpoints(after number: Int = 0) throws -> [JournalCheckpoint] {
        try db.rows("\(Self.selectCheckpoint) WHERE number > \(number) ORDER BY number").map(JournalCheckpoint.init)
    }

    /// The first that stands for the entry at this place too, and those before it.
    package func checkpoint(from number: Int) throws -> JournalCheckpoint? {
        try db.row("\(Self.selectCheckpoint) WHERE number >= \(number) ORDER BY number LIMIT 1")
            .map(JournalCheckpoint.init)
    }

    package func newestCheckpoint() throws -> JournalCheckpoint? {
        try db.row("\(Self.selectCheckpoint) ORDER BY number DESC LIMIT 1").map(JournalCheckpoint.init)
    }

    /// How many entries wait for their seal, counted up to `limit`.
    package func waiting(upTo limit: Int) throws -> Int {
        let end = try JournalStore(db).cursor(of: JournalSealer.name)
        return try db.value(
            """
            SELECT COUNT(*) FROM (
                SELECT sequence FROM journal_entry WHERE (xact, sequence) > (\(end.transaction), \(end.sequence))
                LIMIT \(limit)) AS waiting
            """)
    }

    private static let selectCheckpoint: SQL = "SELECT number, hash, at, signer, signature FROM journal_checkpoint"

    /// How many entries the newest checkpoint stands for.
    package func lastCheckpoint() throws -> Int {
        try db.value("SELECT COALESCE(MAX(number), 0) FROM journal_checkpoint")
    }
}

extension JournalCheckpoint {
    fileprivate init(_ row: Row) throws {
        self.init(number: try row[0], hash: try row[1], at: try row[2], signer: try row[3], signature: try row[4])
    }
}
