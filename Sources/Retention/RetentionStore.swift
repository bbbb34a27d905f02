import Foundation
import Kernel
import Storage

/// Counts and erases what a rule finds, and keeps when that was done.
package struct RetentionStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// How much is due whose event lies before `cutoff`.
    func count(_ rule: RetentionRule, before cutoff: Date, at now: Date) throws -> RetentionCount {
        guard rule.erases else { return RetentionCount() }
        let rows = try rule.find(now, db)
        let due: SQL = "\(rows.from) AND \(Self.isBefore(cutoff, rows))"
        let photos = try rule.photos.map { try db.value($0("SELECT \(rows.key) \(due)"), as: Int.self) } ?? 0
        return RetentionCount(rows: try db.value("SELECT COUNT(*) \(due)"), photos: photos)
    }

    /// When the oldest happened of what stays.
    func oldest(_ rule: RetentionRule, from cutoff: Date?, at now: Date) throws -> Date? {
        let rows = try rule.find(now, db)
        let isKept = cutoff.map { "NOT \(Self.isBefore($0, rows))" as SQL } ?? "TRUE"
        // What ends only in the future has no age yet.
        let statement: SQL = "SELECT MIN(\(rows.event)) \(rows.from) AND \(isKept) AND \(Self.isUpTo(now, rows))"
        if rows.isDay { return try db.value(statement, as: Day?.self)?.start }
        return try db.value(statement, as: Date?.self)
    }

    /// Erases the next rows that are due, `limit` at most, and says how many that was.
    func eraseNext(
        _ rule: RetentionRule, before cutoff: Date, limit: Int, at now: Date
    ) throws -> RetentionCount {
        guard let erase = rule.erase else { return RetentionCount() }
        let rows = try rule.find(now, db)
        let order = rows.order ?? "\(rows.event), \(rows.key)"
        let keys: [SQLValue] = try db.rows(
            "SELECT \(rows.key) \(rows.from) AND \(Self.isBefore(cutoff, rows)) ORDER BY \(order) LIMIT \(limit)"
        ).map { try $0[0] }
        guard !keys.isEmpty else { return RetentionCount() }
        let photos = try rule.photos.map { try db.value($0("\(each: keys)"), as: Int.self) } ?? 0
        try erase(keys, now, db)
        return RetentionCount(rows: keys.count, photos: photos)
    }

    private static func isBefore(_ cutoff: Date, _ rows: RetentionRule.Rows) -> SQL {
        rows.isDay ? "\(rows.event) < \(Day(of: cutoff))" : "\(rows.event) < \(cutoff)"
    }

    private static func isUpTo(_ now: Date, _ rows: RetentionRule.Rows) -> SQL {
        rows.isDay ? "\(rows.event) <= \(Day(of: now))" : "\(rows.event) <= \(now)"
    }
}

/// Keeps when the job ran and what it did. The counts of each batch are in the journal as well.
package struct RetentionRunStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    func insert(_ run: RetentionRun) throws {
        try db.execute(
            """
            INSERT INTO retention_run (id, cause, began_at, ended_at, row_count, photo_count)
            VALUES (\(run.id), \(run.cause), \(run.beganAt), \(run.endedAt), \(run.count.rows), \(run.count.photos))
            """)
    }

    func update(_ run: RetentionRun) throws {
        try db.execute(
            """
            UPDATE retention_run SET ended_at = \(run.endedAt), row_count = \(run.count.rows),
                photo_count = \(run.count.photos)
            WHERE id = \(run.id)
            """)
    }

    /// Adds what a batch did, in its transaction.
    func add(_ count: RetentionCount, to id: UUID) throws {
        try db.execute(
            """
            UPDATE retention_run SET row_count = row_count + \(count.rows), photo_count = photo_count + \(count.photos)
            WHERE id = \(id)
            """)
    }

    /// The newest first.
    package func list(limit: Int) throws -> [RetentionRun] {
        try db.rows(
            """
            SELECT id, cause, began_at, ended_at, row_count, photo_count FROM retention_run
            ORDER BY began_at DESC, id DESC LIMIT \(limit)
            """
        ).map { row in
            RetentionRun(
                id: try row[0], cause: try row[1], beganAt: try row[2], endedAt: try row[3],
                count: RetentionCount(rows: try row[4], photos: try row[5]))
        }
    }

    /// Whether the job has come to its end since `time`.
    func hasEnded(since time: Date) throws -> Bool {
        try db.row("SELECT 1 AS found FROM retention_run WHERE began_at >= \(time) AND ended_at IS NOT NULL LIMIT 1")
            != nil
    }
}

extension RetentionRun.Cause: SQLConvertible {}

/// The journal, which is a chain: it is kept as a whole.
package enum JournalRetentionStore {
    /// Six months for the records of what happened on a network (Network Security Law, article 23 (3)).
    package static let rule = RetentionRule(keeping: "journal", atLeast: Span(6, .months)) { _, _ in
        .init(
            from: "FROM journal_entry WHERE sequence = (SELECT MIN(sequence) FROM journal_entry)", event: "at",
            key: "sequence")
    }
}
