import Foundation
import Kernel
import Storage

/// Keeps what people agreed to. It only grows, until the account is erased.
package struct ConsentStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ entries: [ConsentEntry]) throws {
        for start in stride(from: 0, to: entries.count, by: 500) {
            let rows: [SQL] = entries[start..<min(start + 500, entries.count)].map { entry in
                """
                (\(entry.id), \(entry.account), \(entry.purpose), \(entry.version), \(entry.isGiven), \(entry.at),
                \(entry.source))
                """
            }
            try db.execute(
                """
                INSERT INTO consent_entry (id, account_id, purpose, version, is_given, at, source)
                VALUES \(rows.joined(by: ", "))
                """
            )
        }
    }

    package func consents(of account: ID<Account>) throws -> Consents {
        Consents(
            try db.rows(
                """
                SELECT id, account_id, purpose, version, is_given, at, source FROM consent_entry
                WHERE account_id = \(account) ORDER BY at, id
                """
            ).map(ConsentEntry.init))
    }

    /// With the account, what it agreed to goes as well.
    package func erase(of account: ID<Account>) throws {
        try db.execute("DELETE FROM consent_entry WHERE account_id = \(account)")
    }
}

extension ConsentEntry.Source: SQLConvertible {}

extension ConsentEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], account: try row[1], purpose: try row[2], version: try row[3], isGiven: try row[4],
            at: try row[5], source: try row[6])
    }
}

/// Keeps when the owner of a session last showed afresh who they are.
package struct ProofStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    func set(_ session: ID<Session>, at now: Date) throws {
        try db.execute(
            """
            INSERT INTO session_proof (session_id, at) VALUES (\(session), \(now))
            ON CONFLICT (session_id) DO UPDATE SET at = excluded.at
            """
        )
        try db.execute("DELETE FROM session_proof WHERE at < \(now - Proof.lifetime)")
    }

    /// Throws ``Proof/Needed`` unless the proof is fresh.
    package func require(_ session: ID<Session>, at now: Date) throws {
        guard try isFresh(session, at: now) else { throw Proof.Needed() }
    }

    package func isFresh(_ session: ID<Session>, at now: Date) throws -> Bool {
        let at: Date? = try db.row("SELECT at FROM session_proof WHERE session_id = \(session)").map { try $0[0] }
        return at.map { $0 <= now && now < $0 + Proof.lifetime } ?? false
    }

    /// The same, where having signed in a moment ago is as good: staff show the same authenticator there.
    package func requireRecent(_ session: ID<Session>, at now: Date) throws {
        let isNew =
            try db.row(
                """
                SELECT 1 AS found FROM session
                WHERE id = \(session) AND created_at <= \(now) AND created_at > \(now - Proof.lifetime)
                """) != nil
        guard try isNew || isFresh(session, at: now) else { throw Proof.Needed() }
    }

    func erase(_ session: ID<Session>) throws {
        try db.execute("DELETE FROM session_proof WHERE session_id = \(session)")
    }
}
