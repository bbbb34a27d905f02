import Access
import Foundation
import Kernel
import Storage

/// Keeps who is signed in where. Tokens are kept as hashes: who reads the table can't become anybody.
package struct SessionStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// A session with everything that has to be known of its owner, as of one moment.
    struct Found: Sendable {
        let session: OpenSession
        let kind: AccountKind
        let state: AccountState
        let caller: Caller

        func isAlive(at now: Date) -> Bool { state == .active && session.isAlive(as: kind, at: now) }
    }

    /// The session of a token, with the grants that hold at `now`: one statement.
    func find(_ token: Token, means: SessionMeans, at now: Date) throws -> Found? {
        let rows = try db.rows(
            """
            SELECT session.id, session.account_id, session.means, session.device, session.created_at, session.seen_at,
                session.expires_at, account.kind, account.state, account.name, account.phone, account.login,
                grant_of_role.role, grant_of_role.territory_path, grant_of_role.office_id
            FROM session JOIN account ON account.id = session.account_id
            LEFT JOIN grant_of_role ON grant_of_role.account_id = account.id AND grant_of_role.from_at <= \(now)
                AND (grant_of_role.until_at IS NULL OR grant_of_role.until_at > \(now))
            WHERE session.token_hash = \(token.hash) AND session.means = \(means)
            ORDER BY grant_of_role.from_at, grant_of_role.id
            """
        )
        guard let row = rows.first else { return nil }
        let kind: AccountKind = try row[7]
        let given = try rows.compactMap { row -> Grant? in
            // A role that this version doesn't know gives no rights.
            guard let role = try (row[12] as String?).flatMap(Role.init) else { return nil }
            return Grant(role: role, territory: try row[13], office: try row[14])
        }
        let masked = try (row[10] as String?).flatMap(Phone.init)?.masked
        let name = try row[9] as String? ?? masked ?? row[11] as String? ?? ""
        let session = try OpenSession(row)
        return Found(
            session: session, kind: kind, state: try row[8],
            caller: Caller(id: session.account, name: name, grants: kind.grants + given))
    }

    func insert(_ session: OpenSession, token: Token) throws {
        try db.execute(
            """
            INSERT INTO session (id, token_hash, account_id, means, device, created_at, seen_at, expires_at)
            VALUES (\(session.id), \(token.hash), \(session.account), \(session.means), \(session.device),
                \(session.createdAt), \(session.seenAt), \(session.expiresAt))
            """
        )
    }

    func touch(_ id: ID<Session>, at now: Date) throws {
        try db.execute("UPDATE session SET seen_at = \(now) WHERE id = \(id) AND seen_at < \(now)")
    }

    /// The newest first.
    func list(of account: ID<Account>) throws -> [OpenSession] {
        try db.rows(
            """
            SELECT id, account_id, means, device, created_at, seen_at, expires_at FROM session
            WHERE account_id = \(account) ORDER BY created_at DESC, id DESC
            """
        ).map(OpenSession.init)
    }

    func end(_ id: ID<Session>) throws {
        try db.execute("DELETE FROM session WHERE id = \(id)")
    }

    /// False when the account has no such session.
    @discardableResult
    func end(_ id: ID<Session>, of account: ID<Account>) throws -> Bool {
        try db.execute("DELETE FROM session WHERE id = \(id) AND account_id = \(account)") == 1
    }

    /// Ends all sessions of an account but one, and says how many that was.
    @discardableResult
    package func endAll(of account: ID<Account>, but kept: ID<Session>? = nil) throws -> Int {
        var conditions: [SQL] = ["account_id = \(account)"]
        if let kept { conditions.append("id <> \(kept)") }
        return try db.execute("DELETE FROM session WHERE \(conditions.all)")
    }

    /// Makes room for one more: nobody has more than `limit` sessions, the oldest go first.
    func trim(of account: ID<Account>, to limit: Int) throws {
        try db.execute(
            """
            DELETE FROM session WHERE account_id = \(account) AND id NOT IN (
                SELECT id FROM session WHERE account_id = \(account) ORDER BY seen_at DESC, id DESC LIMIT \(limit - 1))
            """
        )
    }

    func removeEnded(before now: Date) throws {
        try db.execute("DELETE FROM session WHERE expires_at <= \(now)")
    }
}

extension AccountKind {
    /// What somebody may be by the kind of account alone: a rider needs no grant to be a rider.
    package var grants: [Grant] { self == .rider ? [Grant(role: .rider)] : [] }
}

extension SessionMeans: SQLConvertible {}
extension Device: SQLConvertible {}

extension OpenSession {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], account: try row[1], means: try row[2],
            device: Device(rawValue: try row[3]) ?? .other, createdAt: try row[4], seenAt: try row[5],
            expiresAt: try row[6])
    }
}
