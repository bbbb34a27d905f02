import Deadlines
import Foundation
import Kernel
import Storage

/// Keeps the clocks of cases.
package struct CaseClockStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func clocks(of matter: ID<Case>) throws -> [CaseClock] {
        try db.rows("\(Self.select) WHERE matter_id = \(matter) ORDER BY started_at, id").map(CaseClock.init)
    }

    /// The open clocks of several cases, for lists.
    package func openClocks(of matters: [ID<Case>]) throws -> [ID<Case>: [CaseClock]] {
        let rows = try db.rows(
            "\(Self.select) WHERE matter_id IN (\(each: matters)) AND state IN ('running', 'paused') ORDER BY id")
        return try Dictionary(grouping: rows.map(CaseClock.init), by: \.matter)
    }

    /// Every open clock, for reckoning them anew when a calendar was imported: a few for each open case.
    package func allOpen() throws -> [CaseClock] {
        try db.rows("\(Self.select) WHERE state IN ('running', 'paused') ORDER BY id").map(CaseClock.init)
    }

    package func save(_ clock: CaseClock) throws {
        try db.execute(
            """
            INSERT INTO matter_clock (
                id, matter_id, name, version, kind, started_at, pause_days, paused_on, extended, fixed_day, due_at,
                state, ended_at
            ) VALUES (
                \(clock.id), \(clock.matter), \(clock.name), \(clock.version), \(clock.kind), \(clock.startedAt),
                \(clock.pauseDays), \(clock.pausedOn), \(clock.isExtended), \(clock.fixedDay), \(clock.dueAt),
                \(clock.state), \(clock.endedAt)
            )
            ON CONFLICT (id) DO UPDATE SET
                pause_days = excluded.pause_days, paused_on = excluded.paused_on, extended = excluded.extended,
                fixed_day = excluded.fixed_day, due_at = excluded.due_at, state = excluded.state,
                ended_at = excluded.ended_at
            """
        )
    }

    private static let select: SQL = """
        SELECT id, matter_id, name, version, kind, started_at, pause_days, paused_on, extended, fixed_day, due_at, state,
            ended_at
        FROM matter_clock
        """
}

extension CaseClock.State: SQLConvertible {}
extension ClockRule.Kind: SQLConvertible {}

extension CaseClock {
    fileprivate init(_ row: Row) throws {
        id = try row["id"]
        matter = try row["matter_id"]
        name = try row["name"]
        version = try row["version"]
        kind = try row["kind"]
        startedAt = try row["started_at"]
        pauseDays = try row["pause_days"]
        pausedOn = try row["paused_on"]
        isExtended = try row["extended"]
        fixedDay = try row["fixed_day"]
        dueAt = try row["due_at"]
        state = try row["state"]
        endedAt = try row["ended_at"]
    }
}
