import Access
import Foundation
import Kernel
import Storage

/// Keeps who is away when, and who stands in for them.
package struct LeaveStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    func find(_ id: ID<Leave>) throws -> Leave? {
        try db.row("\(Self.select) WHERE id = \(id)").map(Leave.init)
    }

    /// All in which somebody is absent or stands in, the latest first.
    package func list(of account: ID<Account>) throws -> [Leave] {
        try db.rows(
            """
            \(Self.select) WHERE account_id = \(account) OR stand_in_id = \(account)
            ORDER BY from_at DESC, id DESC
            """
        ).map(Leave.init)
    }

    func insert(_ leave: Leave, grants: [DatedGrant]) throws {
        try db.execute(
            """
            INSERT INTO staff_leave (id, account_id, stand_in_id, from_at, until_at, set_by, reason, ended_at)
            VALUES (\(leave.id), \(leave.account), \(leave.standIn), \(leave.from), \(leave.until), \(leave.setBy),
                \(leave.reason), \(leave.endedAt))
            """)
        try GrantStore(db).insert(grants)
        let rows: [SQL] = grants.map { "(\($0.id), \(leave.id))" }
        try db.execute("INSERT INTO staff_leave_grant (grant_id, leave_id) VALUES \(rows.joined(by: ", "))")
    }

    /// Keeps that a leave ended, with the grants that were for it. Says how many of them held until then.
    @discardableResult
    func end(_ leave: Leave, by actor: ID<Account>?, at now: Date, because reason: String) throws -> Int {
        try db.execute("UPDATE staff_leave SET ended_at = \(leave.endedAt) WHERE id = \(leave.id)")
        return try db.execute(
            """
            UPDATE grant_of_role SET until_at = \(now), ended_by = \(actor), ended_reason = \(reason)
            WHERE id IN (SELECT grant_id FROM staff_leave_grant WHERE leave_id = \(leave.id)) AND until_at > \(now)
            """)
    }

    private static let select: SQL = """
        SELECT id, account_id, stand_in_id, from_at, until_at, set_by, reason, ended_at FROM staff_leave
        """
}

extension Leave {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], account: try row[1], standIn: try row[2], from: try row[3], until: try row[4],
            setBy: try row[5], reason: try row[6], endedAt: try row[7])
    }
}
