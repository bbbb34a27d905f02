import Foundation
import Journal
import Kernel
import Storage
import Web

/// Says what is due, and erases it.
package struct RetentionCommands: Sendable {
    private let services: Services
    package let facts: RetentionFacts
    private let rules: [RetentionRule]
    private let batch: Int
    /// What has to follow a batch once it is kept, such as removing the files of photos.
    private let afterBatch: @Sendable () async throws -> Void

    /// `rules` go in their order: what one of them leaves another may erase.
    package init(
        _ services: Services, facts: RetentionFacts, rules: [RetentionRule], batch: Int = 200,
        afterBatch: @escaping @Sendable () async throws -> Void
    ) {
        self.services = services
        self.facts = facts
        self.rules = rules
        self.batch = batch
        self.afterBatch = afterBatch
    }

    /// What ``run(because:)`` would do now. Changes nothing.
    package func plan() async throws -> RetentionPlan {
        let now = services.now()
        return try await services.database.read { db in try plan(at: now, in: db) }
    }

    func plan(at now: Date, in db: any Transaction) throws -> RetentionPlan {
        let store = RetentionStore(db)
        let later = now + RetentionPlan.outlook
        let lines = try facts.kinds.compactMap { kind -> RetentionPlan.Line? in
            guard let rule = rules.first(where: { $0.kind == kind.kind }) else { return nil }
            guard let span = kind.span else {
                return .init(
                    kind: kind.kind, now: .init(), soon: .init(), oldest: try store.oldest(rule, from: nil, at: now))
            }
            let cutoff = span.cutoff(at: now)
            let due = try store.count(rule, before: cutoff, at: now)
            return .init(
                kind: kind.kind, now: due,
                soon: try store.count(rule, before: span.cutoff(at: later), at: later) - due,
                oldest: try store.oldest(rule, from: cutoff, at: now))
        }
        return RetentionPlan(at: now, lines: lines)
    }

    /// Erases what is due, a batch in each transaction, and says how much of each kind that was. Who is interrupted goes on
    /// there the next time.
    @discardableResult
    package func run(because cause: RetentionRun.Cause) async throws -> [String: RetentionCount] {
        let now = services.now()
        var run = RetentionRun(id: services.makeUUID(now), cause: cause, beganAt: now)
        try await services.database.write { [run] db in try RetentionRunStore(db).insert(run) }
        var counts: [String: RetentionCount] = [:]
        for rule in rules {
            guard let span = facts[rule.kind]?.span else { continue }
            let count = try await erase(rule, before: span.cutoff(at: now), at: now, run: run.id)
            counts[rule.kind] = count
            run.count = run.count + count
        }
        // Also what an earlier run could not remove.
        try await afterBatch()
        run.endedAt = services.now()
        try await services.database.write { [run] db in try RetentionRunStore(db).update(run) }
        return counts
    }

    private func erase(
        _ rule: RetentionRule, before cutoff: Date, at now: Date, run: UUID
    ) async throws -> RetentionCount {
        var total = RetentionCount()
        while true {
            try Task.checkCancellation()
            let count = try await services.database.write { [batch] db in
                let count = try RetentionStore(db).eraseNext(rule, before: cutoff, limit: batch, at: now)
                guard count.rows > 0 else { return count }
                try RetentionRunStore(db).add(count, to: run)
                try JournalStore(db).append(
                    "retention.erased", subject: run, by: nil, at: now,
                    data: Batch(kind: rule.kind, rows: count.rows, photos: count.photos))
                return count
            }
            guard count.rows > 0 else { return total }
            total = total + count
            if count.photos > 0 { try await afterBatch() }
        }
    }

    /// What the journal learns: how much of what, and nothing of whose it was.
    private struct Batch: Encodable {
        let kind: String
        let rows: Int
        let photos: Int
    }

    /// Whether the job's hour of today has come and nobody has done its work yet.
    package func isTime() async throws -> Bool {
        let now = services.now()
        let start = Day(of: now).start + Double(facts.hour) * 3600
        guard now >= start else { return false }
        return try await services.database.read { db in try !RetentionRunStore(db).hasEnded(since: start) }
    }

    package func runs(limit: Int) async throws -> [RetentionRun] {
        try await services.database.read { db in try RetentionRunStore(db).list(limit: limit) }
    }
}
