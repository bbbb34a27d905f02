import Access
import Foundation
import Kernel
import Retention
import Storage

/// What is kept of people, and how it goes: codes and counters, sessions, riders who were written down and didn't come, what
/// was agreed to, why somebody had a role, who somebody was who worked here.
enum PeopleRetentionStore {
    static let rules = [codes, attempts, sessions, proofs, enrolments, consents, reasons, names]

    private static let codes = RetentionRule("sign-in-codes") { _, _ in
        .init(from: "FROM sign_in_code WHERE TRUE", event: "expires_at", key: "id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM sign_in_code WHERE id IN (\(each: keys))")
    }

    /// How often something was tried: for limits, and no record of who did.
    private static let attempts = RetentionRule("attempts") { _, _ in
        .init(from: "FROM attempt WHERE TRUE", event: "ends_at", key: "key")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM attempt WHERE key IN (\(each: keys))")
    }

    /// A session ends at its time, or when it wasn't used for too long: after that its token is good for nothing.
    private static let sessions = RetentionRule("sessions") { _, _ in
        func idle(_ kind: AccountKind) -> Int { Int(SessionLife.of(kind).idle * 1000) }
        let unused: SQL = """
            seen_at + CASE WHEN account.kind = 'staff' THEN \(idle(.staff)) ELSE \(idle(.rider)) END
            """
        return .init(
            from: "FROM session JOIN account ON account.id = session.account_id WHERE TRUE",
            event: "CASE WHEN expires_at < \(unused) THEN expires_at ELSE \(unused) END", key: "session.id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM session WHERE id IN (\(each: keys))")
    }

    private static let proofs = RetentionRule("proofs") { _, _ in
        .init(from: "FROM session_proof WHERE TRUE", event: "at", key: "session_id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM session_proof WHERE session_id IN (\(each: keys))")
    }

    private static let enrolments = RetentionRule("enrolments") { _, _ in
        .init(from: "FROM enrolment WHERE TRUE", event: "expires_at", key: "id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM enrolment WHERE id IN (\(each: keys))")
    }

    /// All that was said about a purpose, once its last word is that it was taken back: the words in between prove what was
    /// right while it held. The last word goes last, or what it took back would count again.
    private static let consents = RetentionRule("withdrawn-consents") { _, _ in
        .init(
            from: """
                FROM consent_entry JOIN consent_entry AS latest
                ON latest.account_id = consent_entry.account_id AND latest.purpose = consent_entry.purpose
                WHERE NOT latest.is_given AND NOT EXISTS (
                    SELECT 1 FROM consent_entry AS later
                    WHERE later.account_id = latest.account_id AND later.purpose = latest.purpose
                    AND (later.at, later.id) > (latest.at, latest.id))
                """,
            event: "latest.at", key: "consent_entry.id",
            order: "latest.at, latest.id, consent_entry.at, consent_entry.id")
    } erase: { keys, _, db in
        try db.execute("DELETE FROM consent_entry WHERE id IN (\(each: keys))")
    }

    /// Who had which role and when is kept; why, in somebody's words, is not.
    private static let reasons = RetentionRule("grant-reasons") { _, _ in
        .init(
            from: "FROM grant_of_role WHERE until_at IS NOT NULL AND (reason <> '' OR ended_reason <> '')",
            event: "until_at", key: "id")
    } erase: { keys, _, db in
        try db.execute("UPDATE grant_of_role SET reason = '', ended_reason = NULL WHERE id IN (\(each: keys))")
    }

    /// Whoever has no role any more, and will have none: from the end of the last one. Somebody who never had any counts from
    /// the day of the account. What a person said they belong to is no post.
    private static let names = RetentionRule("staff-names") { _, _ in
        .init(
            from: """
                FROM account LEFT JOIN (
                    SELECT account_id, MAX(COALESCE(until_at, \(Int(Int64.max)))) AS left_at
                    FROM grant_of_role WHERE role <> \(Role.everyone.rawValue) GROUP BY account_id) AS post ON post.account_id = account.id
                WHERE kind = 'staff' AND name_erased_at IS NULL
                """,
            event: "COALESCE(post.left_at, account.created_at)", key: "account.id")
    } erase: { keys, now, db in
        for key in keys {
            guard let id = UUID(sqlValue: key) else { continue }
            try AccountStore(db).eraseName(of: ID(id), at: now)
        }
    }
}
