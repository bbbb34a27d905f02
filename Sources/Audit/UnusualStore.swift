import Foundation
import Kernel
import Storage

/// Counts what people did, by person and day, from the journal. What it costs grows with the entries of these kinds in the
/// span, not with the journal.
package struct UnusualStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func tallies(of kinds: [String], in days: ClosedRange<Day>) throws -> [Tally] {
        try tallies("TRUE", of: kinds, in: days)
    }

    /// Those outside of `hours`, in milliseconds since midnight, and those on `daysOff` at any hour.
    package func tallies(
        of kinds: [String], in days: ClosedRange<Day>, outside hours: Range<Int>, or daysOff: [Day]
    ) throws -> [Tally] {
        try tallies(
            """
            ((at + 28800000) % 86400000 < \(hours.lowerBound) OR (at + 28800000) % 86400000 >= \(hours.upperBound)
                OR (at + 28800000) / 86400000 IN (\(each: daysOff.map(\.number))))
            """, of: kinds, in: days)
    }

    /// Looks at the reporters of cases that the person doesn't handle, never took a step in, and didn't stand in for anybody
    /// at that moment.
    package func talliesOfStrangers(of kinds: [String], in days: ClosedRange<Day>) throws -> [Tally] {
        try tallies(
            """
            NOT EXISTS (SELECT 1 FROM matter WHERE matter.id = journal_entry.subject AND matter.handler_id = journal_entry.actor_id)
            AND NOT EXISTS (
                SELECT 1 FROM matter_step
                WHERE matter_step.matter_id = journal_entry.subject AND matter_step.actor_id = journal_entry.actor_id)
            AND NOT EXISTS (
                SELECT 1 FROM grant_of_role
                WHERE grant_of_role.account_id = journal_entry.actor_id AND grant_of_role.acting_for IS NOT NULL
                    AND grant_of_role.from_at <= journal_entry.at
                    AND (grant_of_role.until_at IS NULL OR grant_of_role.until_at > journal_entry.at))
            """, of: kinds, in: days)
    }

    private func tallies(_ condition: SQL, of kinds: [String], in days: ClosedRange<Day>) throws -> [Tally] {
        // The day in Shanghai, which is eight hours ahead.
        try db.rows(
            """
            SELECT actor_id, (at + 28800000) / 86400000, COUNT(*) FROM journal_entry
            WHERE kind IN (\(each: kinds)) AND at >= \(days.lowerBound.start) AND at < \(days.upperBound.end)
                AND actor_id IS NOT NULL AND \(condition)
            GROUP BY 1, 2
            """
        ).map { Tally(actor: try $0[0], day: Day(number: try $0[1]), count: try $0[2]) }
    }
}
