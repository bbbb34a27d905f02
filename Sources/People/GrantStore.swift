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
                \(dated.grant.sector), \(dated.grant.office), \(dated.grant.organisation), \(dated.grant.actingFor),
                \(dated.from), \(dated.until), \(dated.grantedBy), \(dated.reason))
                """
            }
            try db.execute(
                """
                INSERT INTO grant_of_role (id, account_id, role, territory_path, sector_path, office_id,
                    organisation_id, acting_for, from_at, until_at, granted_by, reason)
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

    /// What ``Grant/init(_:at:)`` reads.
    static let columns: SQL = """
        grant_of_role.role, grant_of_role.territory_path, grant_of_role.sector_path, grant_of_role.office_id,
        grant_of_role.organisation_id, grant_of_role.acting_for
        """

    /// Ends everything that somebody may do, and says how much that was.
    @discardableResult
    package func endAll(
        of account: ID<Account>, by actor: ID<Account>? = nil, at now: Date, because reason: String
    ) throws -> Int {
        try db.execute(
            """
            UPDATE grant_of_role SET until_at = \(now), ended_by = \(actor), ended_reason = \(reason)
            WHERE account_id = \(account) AND (until_at IS NULL OR until_at > \(now))
            """
        )
    }

    /// Those who belong to one of these now, or declared that they are tied to it.
    package func members(of organisations: Set<ID<OrganisationEntity>>, at now: Date) throws -> Set<ID<Account>> {
        guard !organisations.isEmpty else { return [] }
        return Set(
            try db.rows(
                """
                SELECT DISTINCT account_id FROM grant_of_role WHERE organisation_id IN (\(each: Array(organisations)))
                    AND from_at <= \(now) AND (until_at IS NULL OR until_at > \(now))
                """
            ).map { try $0[0] })
    }

    /// What others do in somebody's stead, now or later.
    func standIns(for absent: ID<Account>, at now: Date) throws -> [DatedGrant] {
        try db.rows(
            """
            \(Self.select) WHERE acting_for = \(absent) AND (until_at IS NULL OR until_at > \(now))
            ORDER BY from_at, id
            """
        ).map(DatedGrant.init)
    }

    /// All who supervise now, with the posts by which they do.
    func supervisors(at now: Date) throws -> [(account: ID<Account>, post: Grant)] {
        try db.rows(
            """
            SELECT \(Self.columns), account_id
            FROM grant_of_role JOIN account ON account.id = grant_of_role.account_id
            WHERE role = \(Role.supervisor.rawValue) AND from_at <= \(now)
                AND (until_at IS NULL OR until_at > \(now)) AND state = 'active'
            ORDER BY account_id
            """
        ).compactMap { row in
            guard let post = try Grant(row, at: 0) else { return nil }
            return (try row[6], post)
        }
    }

    /// The posts that somebody holds now, each once.
    package func posts(at now: Date) throws -> [Grant] {
        try db.rows(
            """
            SELECT DISTINCT \(Self.columns)
            FROM grant_of_role JOIN account ON account.id = grant_of_role.account_id
            WHERE from_at <= \(now) AND (until_at IS NULL OR until_at > \(now)) AND state = 'active'
            """
            // A role that this version doesn't know gives no rights.
        ).compactMap { try Grant($0, at: 0) }
    }

    private static let select: SQL = """
        SELECT \(columns), id, account_id, from_at, until_at, granted_by, reason, ended_by, ended_reason
        FROM grant_of_role
        """
}

extension DatedGrant {
    fileprivate init(_ row: Row) throws {
        guard let grant = try Grant(row, at: 0) else {
            throw RowError.unexpectedValue(column: "role", wanted: "Role")
        }
        self.init(
            id: try row[6], account: try row[7], grant: grant, from: try row[8], until: try row[9],
            grantedBy: try row[10], reason: try row[11], endedBy: try row[12], endedReason: try row[13])
    }
}

extension Grant {
    /// From ``GrantStore/columns``, the first of which is at `first`; `nil` for no grant, and for a role that this version
    /// doesn't know: it gives no rights.
    init?(_ row: Row, at first: Int) throws {
        guard let role = try (row[first] as String?).flatMap(Role.init) else { return nil }
        self.init(
            role: role, territory: try row[first + 1], sector: try row[first + 2], office: try row[first + 3],
            organisation: try row[first + 4], actingFor: try row[first + 5])
    }
}
