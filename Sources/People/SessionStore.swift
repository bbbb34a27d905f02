import Access
import Foundation
import Kernel
import Storage
import Vault

/// Keeps who is signed in where. Tokens are kept as hashes: who reads the table can't become anybody.
package struct SessionStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// Finds the session of a token, with the grants that hold at `now`; ``FoundSession`` reads it. `unread` is a statement that
    /// counts the messages which wait for the account of the given column.
    static func finding(_ token: Token, means: SessionMeans, at now: Date, unread: (SQL) -> SQL) -> SQL {
        finding(
            "session.token_hash = \(token.hash) AND session.means = \(means)", at: now,
            unread: unread("session.account_id"))
    }

    /// The same for a session that is known, in the transaction of what its owner does.
    func found(_ id: ID<Session>, at now: Date) throws -> FoundSession? {
        let seals = try db.seals
        return try FoundSession(db.rows(Self.finding("session.id = \(id)", at: now, unread: "SELECT 0"))) {
            try seals.open($0, at: $1)
        }
    }

    private static func finding(_ condition: SQL, at now: Date, unread: SQL) -> SQL {
        """
        SELECT session.id, session.account_id, session.means, session.device, session.created_at, session.seen_at,
            session.expires_at, account.kind, account.state, \(ContactStore.columns), account.login,
            (\(unread)), \(GrantStore.columns), account.change_by
        FROM session JOIN account ON account.id = session.account_id \(ContactStore.joining)
        LEFT JOIN grant_of_role ON grant_of_role.account_id = account.id AND grant_of_role.from_at <= \(now)
            AND (grant_of_role.until_at IS NULL OR grant_of_role.until_at > \(now))
        WHERE \(condition)
        ORDER BY grant_of_role.from_at, grant_of_role.id
        """
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

    /// Writes down that a session was used.
    static func touching(_ id: ID<Session>, at now: Date) -> SQL {
        "UPDATE session SET seen_at = \(now) WHERE id = \(id) AND seen_at < \(now)"
    }

    /// The newest first.
    package func list(of account: ID<Account>) throws -> [OpenSession] {
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

    /// Gives a session another token, and says when it ends; `nil` when it has ended already.
    func replaceToken(of id: ID<Session>, _ account: ID<Account>, by token: Token) throws -> Date? {
        try db.execute(
            "UPDATE session SET token_hash = \(token.hash) WHERE id = \(id) AND account_id = \(account)")
        return try db.row("SELECT expires_at FROM session WHERE token_hash = \(token.hash)").map { try $0[0] }
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

extension SessionMeans: SQLConvertible {}
extension Device: SQLConvertible {}

extension OpenSession {
    init(_ row: Row) throws {
        self.init(
            id: try row[0], account: try row[1], means: try row[2],
            device: Device(rawValue: try row[3]) ?? .other, createdAt: try row[4], seenAt: try row[5],
            expiresAt: try row[6])
    }
}
