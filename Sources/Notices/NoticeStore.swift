import Cases
import Foundation
import Kernel
import Storage

/// Keeps the messages.
package struct NoticeStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ notice: Notice) throws {
        try db.execute(
            """
            INSERT INTO notice (id, account_id, matter_id, step_id, at)
            VALUES (\(notice.id), \(notice.account), \(notice.matter), \(notice.step), \(notice.at))
            ON CONFLICT (account_id, step_id) DO NOTHING
            """
        )
    }

    /// The newest first.
    package func list(of account: ID<Account>, before: (Date, ID<Notice>)? = nil, limit: Int) throws -> [Notice] {
        var conditions: [SQL] = ["account_id = \(account)"]
        if let (time, id) = before { conditions.append("(at, id) < (\(time), \(id))") }
        let newest: SQL = "WHERE \(conditions.all) ORDER BY at DESC, id DESC LIMIT \(limit)"
        // Each half by its own index, no more than can be shown; then the newest of both.
        return try db.rows(
            """
            SELECT id, account_id, matter_id, step_id, at, read_at, is_look FROM (
                SELECT id, account_id, matter_id, step_id, at, read_at, 0 AS is_look FROM notice \(newest)) AS steps
            UNION ALL
            SELECT id, account_id, matter_id, step_id, at, read_at, is_look FROM (
                SELECT id, account_id, matter_id, id AS step_id, at, read_at, 1 AS is_look FROM look \(newest)) AS looks
            ORDER BY at DESC, id DESC LIMIT \(limit)
            """
        ).map(Notice.init)
    }

    /// Counts the messages that an account hasn't read yet.
    package static func counting(unreadOf account: SQL) -> SQL {
        """
        SELECT (SELECT COUNT(*) FROM notice WHERE notice.account_id = \(account) AND notice.read_at IS NULL)
            + (SELECT COUNT(*) FROM look WHERE look.account_id = \(account) AND look.read_at IS NULL)
        """
    }

    /// Marks as read what came up to `time`.
    package func markRead(of account: ID<Account>, upTo time: Date, at now: Date) throws {
        try db.execute(
            "UPDATE notice SET read_at = \(now) WHERE account_id = \(account) AND read_at IS NULL AND at <= \(time)")
        try db.execute(
            "UPDATE look SET read_at = \(now) WHERE account_id = \(account) AND read_at IS NULL AND at <= \(time)")
    }

    /// With the account, its messages go as well.
    package func erase(of account: ID<Account>) throws {
        try db.execute("DELETE FROM notice WHERE account_id = \(account)")
    }
}

extension Notice {
    fileprivate init(_ row: Row) throws {
        let readAt: Date? = try row["read_at"]
        self.init(
            id: try row["id"], account: try row["account_id"], matter: try row["matter_id"], step: try row["step_id"],
            at: try row["at"], isRead: readAt != nil, isLook: try row["is_look"])
    }
}
