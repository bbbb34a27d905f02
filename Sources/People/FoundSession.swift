import Access
import Foundation
import Kernel
import Storage

/// A session with everything that has to be known of its owner to answer a request, as of one moment.
struct FoundSession: Sendable {
    let session: OpenSession
    let kind: AccountKind
    let state: AccountState
    let caller: Caller
    let unread: Int

    /// One statement finds the session of a token, with the grants that hold at `now`. `unread` is a statement that
    /// counts the messages which wait for the account of the given column.
    static func statement(for token: Token, means: SessionMeans, at now: Date, unread: (SQL) -> SQL) -> SQL {
        """
        SELECT session.id, session.account_id, session.means, session.device, session.created_at, session.seen_at,
            session.expires_at, account.kind, account.state, account.name, account.phone, account.login,
            grant_of_role.role, grant_of_role.territory_path, grant_of_role.office_id,
            (\(unread("session.account_id")))
        FROM session JOIN account ON account.id = session.account_id
        LEFT JOIN grant_of_role ON grant_of_role.account_id = account.id AND grant_of_role.from_at <= \(now)
            AND (grant_of_role.until_at IS NULL OR grant_of_role.until_at > \(now))
        WHERE session.token_hash = \(token.hash) AND session.means = \(means)
        ORDER BY grant_of_role.from_at, grant_of_role.id
        """
    }

    /// From the rows of the statement, of which there is one for each grant; `nil` when there is no such session.
    init?(_ rows: [Row]) throws {
        guard let row = rows.first else { return nil }
        kind = try row[7]
        state = try row[8]
        unread = try row[15]
        session = try OpenSession(row)
        let given = try rows.compactMap { row -> Grant? in
            // A role that this version doesn't know gives no rights.
            guard let role = try (row[12] as String?).flatMap(Role.init) else { return nil }
            return Grant(role: role, territory: try row[13], office: try row[14])
        }
        let masked = try (row[10] as String?).flatMap(Phone.init)?.masked
        let name = try row[9] as String? ?? masked ?? row[11] as String? ?? ""
        caller = Caller(id: session.account, name: name, grants: kind.grants + given)
    }

    func isAlive(at now: Date) -> Bool { state == .active && session.isAlive(as: kind, at: now) }
}

extension AccountKind {
    /// What somebody may be by the kind of account alone: a rider needs no grant to be a rider.
    package var grants: [Grant] { self == .rider ? [Grant(role: .rider)] : [] }
}
