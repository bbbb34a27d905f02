import Access
import Foundation
import Kernel
import Storage

/// Keeps who has which role, from when, until when.
package struct GrantStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ grants: [DatedGrant]) throws {
        for start in stride(from: 0, to: grants.count, by: 500) {
            let rows: [SQL] = grants[start..<min(start + 500, grants.count)].map { dated in
                """
                (\(dated.id), \(dated.account), \(dated.grant.role.rawValue), \(dated.grant.territory),
                \(dated.grant.office), \(dated.from), \(dated.until), \(dated.grantedBy), \(dated.reason))
                """
            }
            try db.execute(
                """
                INSERT INTO grant_of_role (id, account_id, role, territory_path, office_id, from_at, until_at,
                    granted_by, reason)
                VALUES \(rows.joined(by: ", "))
                """
            )
        }
    }

    /// All grants that somebody has or had, the oldest first.
    package func list(of account: ID<Account>) throws -> [DatedGrant] {
        try db.rows("\(Self.select) WHERE account_id = \(account) ORDER BY from_at, id").map(DatedGrant.init)
    }

    /// The roles that somebody has now, without those that come with the kind of account.
    package func current(of account: ID<Account>, at now: Date) throws -> [Grant] {
        try db.rows(
            """
            \(Self.select) WHERE account_id = \(account) AND from_at <= \(now) AND (until_at IS NULL OR until_at > \(now))
            ORDER BY from_at, id
            """
        ).map { try DatedGrant($0).grant }
    }

    package func end(_ dated: DatedGrant, by actor: ID<Account>?, because reason: String) throws {
        try db.execute(
            """
            UPDATE grant_of_role SET until_at = \(dated.until), ended_by = \(actor), ended_reason = \(reason)
            WHERE id = \(dated.id)
            """
        )
    }

    /// Ends everything that somebody may do.
    package func endAll(of account: ID<Account>, at now: Date, because reason: String) throws {
        try db.execute(
            """
            UPDATE grant_of_role SET until_at = \(now), ended_reason = \(reason)
            WHERE account_id = \(account) AND (until_at IS NULL OR until_at > \(now))
            """
        )
    }

    /// The posts that somebody holds now, each once, with how many hold it.
    package func posts(at now: Date) throws -> [(grant: Grant, people: Int)] {
        try db.rows(
            """
            SELECT role, territory_path, office_id, COUNT(DISTINCT account_id) AS people
            FROM grant_of_role JOIN account ON account.id = grant_of_role.account_id
            WHERE from_at <= \(now) AND (until_at IS NULL OR until_at > \(now)) AND state = 'active'
            GROUP BY role, territory_path, office_id
            """
        ).compactMap { row in
            // A role that this version doesn't know gives no rights.
            guard let role = Role(rawValue: try row[0]) else { return nil }
            return (Grant(role: role, territory: try row[1], office: try row[2]), try row[3])
        }
    }

    private static let select: SQL = """
        SELECT id, account_id, role, territory_path, office_id, from_at, until_at, granted_by, reason FROM grant_of_role
        """
}

extension DatedGrant {
    fileprivate init(_ row: Row) throws {
        guard let role = Role(rawValue: try row[2]) else {
            throw RowError.unexpectedValue(column: "role", wanted: "Role")
        }
        self.init(
            id: try row[0], account: try row[1], grant: Grant(role: role, territory: try row[3], office: try row[4]),
            from: try row[5], until: try row[6], grantedBy: try row[7], reason: try row[8])
    }
}
