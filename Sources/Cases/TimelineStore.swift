import Directory
import Foundation
import Kernel
import Storage

/// One line of a case's timeline: who did what when, and why.
package struct TimelineEntry: Sendable, Hashable {
    package let id: ID<TimelineEntry>
    package let matter: ID<Case>
    package let at: Date
    package let step: String
    package let actor: ID<Account>?
    package let from: Case.State?
    package let to: Case.State
    /// Inside only.
    package let note: String?
    /// For the reporter too.
    package let result: String?
    package let reason: String?
    /// Names that the step carried: offices, categories, a body's receipt; JSON of ``Detail``.
    package let detail: Detail
    package let tells: String?

    /// Whether it is the reporter's own act. It has no actor, as nothing that stands beside a case says who reported it.
    package var isReporters: Bool { Self.isReporters(step) }

    package static func isReporters(_ step: String) -> Bool { reportersSteps.contains(step) }

    package static let reportersSteps: Set = ["rate", "requestReopen", "addPhotos", "join"]

    package struct Detail: Sendable, Hashable, Codable {
        package var office: LocalizedText?
        package var handler: String?
        package var category: String?
        package var body: String?
        package var receipt: String?
        package var business: String?
        /// Whether the handler had to leave the case, as they belong to the business that was named.
        package var isHandlerInvolved: Bool?
        /// The number of the case that this one was merged into, or was separated from.
        package var main: String?
        /// The number of the case that was merged into this one, or was separated from it.
        package var merged: String?
        /// Whether the merged case brought new facts: then the time begins anew with it.
        package var hasNewFacts: Bool?
        package var day: Day?
        /// Why the case came to its first office.
        package var routing: RouteReason?

        package init() {}
    }
}

package struct TimelineStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ entry: TimelineEntry) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let detail = String(decoding: try encoder.encode(entry.detail), as: UTF8.self)
        try db.execute(
            """
            INSERT INTO matter_step (
                id, matter_id, position, at, step, actor_id, from_state, to_state, note, result, reason, detail, tells
            ) VALUES (
                \(entry.id), \(entry.matter),
                (SELECT COUNT(*) FROM matter_step AS earlier WHERE earlier.matter_id = \(entry.matter)),
                \(entry.at), \(entry.step), \(entry.actor), \(entry.from), \(entry.to), \(entry.note), \(entry.result),
                \(entry.reason), \(detail), \(entry.tells)
            )
            """
        )
    }

    /// Adds a remark of the product itself, for those who work on the case.
    package func insertNote(_ words: String, on matter: Case, as id: ID<TimelineEntry>, at time: Date) throws {
        try insert(
            TimelineEntry(
                id: id, matter: matter.id, at: time, step: "note", actor: nil, from: matter.state, to: matter.state,
                note: words, result: nil, reason: nil, detail: TimelineEntry.Detail(), tells: nil))
    }

    package func entries(_ ids: [ID<TimelineEntry>]) throws -> [TimelineEntry] {
        try db.rows(
            """
            SELECT id, matter_id, at, step, actor_id, from_state, to_state, note, result, reason, detail, tells
            FROM matter_step WHERE id IN (\(each: ids))
            """
        ).map(TimelineEntry.init)
    }

    /// Takes a person out of the steps they took on these cases.
    package func forget(_ actor: ID<Account>, in matters: [ID<Case>]) throws {
        for start in stride(from: 0, to: matters.count, by: 500) {
            try db.execute(
                """
                UPDATE matter_step SET actor_id = NULL WHERE actor_id = \(actor)
                AND matter_id IN (\(each: Array(matters[start..<min(start + 500, matters.count)])))
                """
            )
        }
    }

    /// The oldest first.
    package func entries(of matter: ID<Case>) throws -> [TimelineEntry] {
        try db.rows(
            """
            SELECT id, matter_id, at, step, actor_id, from_state, to_state, note, result, reason, detail, tells
            FROM matter_step WHERE matter_id = \(matter) ORDER BY position
            """
        ).map(TimelineEntry.init)
    }
}

extension TimelineEntry {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row["id"], matter: try row["matter_id"], at: try row["at"], step: try row["step"],
            actor: try row["actor_id"], from: try row["from_state"], to: try row["to_state"], note: try row["note"],
            result: try row["result"], reason: try row["reason"],
            detail: try JSONDecoder().decode(Detail.self, from: Data((try row["detail"] as String).utf8)),
            tells: try row["tells"])
    }
}
