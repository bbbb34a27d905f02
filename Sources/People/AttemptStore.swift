import Foundation
import Storage

/// Counts what was tried how often. In the database, so that all nodes count together.
struct AttemptStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    /// Draws on all of the budgets, or, when one of them is used up, on none: who is stopped by the limit of a number
    /// must not use up the limit of the address that a whole station shares.
    ///
    /// - Returns: how many seconds to wait; `nil` when there was room.
    func draw(_ spendings: [Spending], at now: Date) throws -> Int? {
        let spent = try spent(spendings)
        if let wait = spendings.lazy.compactMap({ $0.wait(spent[$0.key], at: now) }).first { return wait }
        let rows: [SQL] = spendings.map { spending in
            let drawn = spending.drawn(spent[spending.key], at: now)
            return "(\(spending.key), \(drawn.count), \(drawn.endsAt))"
        }
        try db.execute(
            """
            INSERT INTO attempt (key, used, ends_at) VALUES \(rows.joined(by: ", "))
            ON CONFLICT (key) DO UPDATE SET used = excluded.used, ends_at = excluded.ends_at
            """
        )
        return nil
    }

    /// Gives the budgets back in full, after somebody showed who they are.
    func forget(_ spendings: [Spending]) throws {
        try db.execute("DELETE FROM attempt WHERE key IN (\(each: spendings.map(\.key)))")
    }

    func removeEnded(before now: Date) throws {
        try db.execute("DELETE FROM attempt WHERE ends_at <= \(now)")
    }

    private func spent(_ spendings: [Spending]) throws -> [Data: Spent] {
        let rows = try db.rows(
            "SELECT key, used, ends_at FROM attempt WHERE key IN (\(each: spendings.map(\.key)))")
        return try Dictionary(
            uniqueKeysWithValues: rows.map { row in
                (try row[0] as Data, Spent(count: try row[1], endsAt: try row[2]))
            })
    }
}
