import Foundation
import Kernel
import Storage

/// Keeps which cases lose nothing for now. A hold that was lifted or has run out stays in the file until the words go.
package struct CaseHoldStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// The hold that a case is under.
    package func hold(of matter: ID<Case>, at now: Date) throws -> CaseHold? {
        try db.row(
            """
            SELECT id, matter_id, reason, set_by, set_at, until_day FROM matter_hold
            WHERE matter_id = \(matter) AND \(Self.holds(at: now)) ORDER BY set_at DESC, id DESC LIMIT 1
            """
        ).map { row in
            CaseHold(
                id: try row[0], matter: try row[1], kept: try row[2], setBy: try row[3], setAt: try row[4],
                until: try row[5])
        }
    }

    func insert(_ hold: CaseHold) throws {
        try db.execute(
            """
            INSERT INTO matter_hold (id, matter_id, reason, set_by, set_at, until_day)
            VALUES (\(hold.id), \(hold.matter), \(hold.reason), \(hold.setBy), \(hold.setAt), \(hold.until))
            """)
    }

    /// Lifts the hold that a case is under, and says whether there was one.
    func lift(of matter: ID<Case>, by actor: ID<Account>, at now: Date) throws -> Bool {
        try db.execute(
            """
            UPDATE matter_hold SET lifted_by = \(actor), lifted_at = \(now)
            WHERE matter_id = \(matter) AND \(Self.holds(at: now))
            """) > 0
    }

    /// The condition that the case in `column` is held.
    package static func isHeld(_ column: SQL, at now: Date) -> SQL {
        "EXISTS (SELECT 1 FROM matter_hold WHERE matter_hold.matter_id = \(column) AND \(holds(at: now)))"
    }

    private static func holds(at now: Date) -> SQL {
        "matter_hold.lifted_at IS NULL AND matter_hold.until_day >= \(Day(of: now))"
    }
}
