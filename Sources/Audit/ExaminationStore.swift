import Foundation
import Kernel
import Storage

/// Keeps what came out when somebody looked into what was unusual. It only grows.
package struct ExaminationStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ examination: Examination) throws {
        try db.execute(
            """
            INSERT INTO audit_examination (id, rule, actor_id, day, note, by_id, at)
            VALUES (\(examination.id), \(examination.key.rule), \(examination.key.actor), \(examination.key.day),
                \(examination.note), \(examination.by), \(examination.at))
            """)
    }

    /// Of lines within some days, the oldest first.
    package func list(in days: ClosedRange<Day>) throws -> [Examination] {
        try db.rows(
            """
            SELECT id, rule, actor_id, day, note, by_id, at FROM audit_examination
            WHERE day >= \(days.lowerBound) AND day <= \(days.upperBound) ORDER BY at, id
            """
        ).compactMap { row in
            // One of a rule that only another version knows.
            guard let rule = Unusual.Rule(rawValue: try row[1]) else { return nil }
            return Examination(
                id: try row[0], key: Unusual.Key(rule: rule, actor: try row[2], day: try row[3]), note: try row[4],
                by: try row[5], at: try row[6])
        }
    }
}

extension Unusual.Rule: SQLConvertible {}
