import Foundation
import Journal
import Kernel
import Storage

/// Why somebody looks at a hidden identity. A closed list: whoever has another reason needs a new duty, not a free text.
package enum LookPurpose: String, Sendable, Hashable, CaseIterable, SQLConvertible {
    /// To ask the reporter something, or to let them show the place.
    case handling
    /// To give a reward.
    case reward
    /// To protect somebody who is threatened for what they reported.
    case protection
    /// A court, a review or a complaint asks for it.
    case review
}

/// How many hidden identities one person may look at in a day.
package struct LookBudget: Sendable, Hashable, Decodable {
    package let perDay: Int

    package init(perDay: Int) {
        self.perDay = perDay
    }
}

/// The one way to somebody's hidden identity: for a purpose, within a budget, and written into the journal.
package struct HiddenIdentity {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package struct Look: Sendable {
        let id: UUID
        let keyClass: KeyClass
        let subject: UUID
        let purpose: LookPurpose
        let viewer: ID<Account>
        let at: Date

        /// `id`: of the look itself. `subject`: what the identity is hidden behind, such as a case.
        package init(
            _ id: UUID, at keyClass: KeyClass, of subject: UUID, for purpose: LookPurpose, by viewer: ID<Account>,
            now: Date
        ) {
            self.id = id
            self.keyClass = keyClass
            self.subject = subject
            self.purpose = purpose
            self.viewer = viewer
            at = now
        }
    }

    /// Gives what `open` finds, and writes down who looked, when and for what; never whom they saw.
    ///
    /// Whoever looks again for the same within `sameFor` seconds still looks the first time: a page that is loaded anew.
    ///
    /// - Returns: `nil` when the viewer's budget of the day is used up. That is written down too, for the auditor, once a day:
    ///   so the caller has to end the transaction well and refuse afterwards.
    package func open<Value>(
        _ look: Look, budget: LookBudget, sameFor seconds: TimeInterval = 0, _ open: (Seals) throws -> Value
    ) throws -> Value? {
        let looks = LookStore(db)
        if seconds > 0, try looks.wasShown(as: look, since: look.at - seconds) { return try open(db.seals) }
        let since = Day(of: look.at).start
        let isRefused = try looks.count(by: look.viewer, since: since, isRefused: false) >= budget.perDay
        if try isRefused && looks.count(by: look.viewer, since: since, isRefused: true) > 0 { return nil }
        try looks.insert(look, isRefused: isRefused)
        try JournalStore(db).append(
            isRefused ? "\(look.keyClass.rawValue).read-refused" : "\(look.keyClass.rawValue).read",
            subject: look.subject, by: look.viewer, at: look.at, data: ["purpose": look.purpose.rawValue])
        return isRefused ? nil : try open(try db.seals)
    }
}

/// Keeps who looked.
struct LookStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    func count(by viewer: ID<Account>, since time: Date, isRefused: Bool) throws -> Int {
        try db.value(
            """
            SELECT COUNT(*) FROM identity_look
            WHERE viewer_id = \(viewer) AND at >= \(time) AND is_refused = \(isRefused)
            """)
    }

    func wasShown(as look: HiddenIdentity.Look, since time: Date) throws -> Bool {
        try db.row(
            """
            SELECT 1 AS found FROM identity_look
            WHERE subject = \(look.subject) AND viewer_id = \(look.viewer) AND class = \(look.keyClass)
                AND purpose = \(look.purpose) AND at > \(time) AND NOT is_refused LIMIT 1
            """) != nil
    }

    func insert(_ look: HiddenIdentity.Look, isRefused: Bool) throws {
        try db.execute(
            """
            INSERT INTO identity_look (id, class, subject, viewer_id, purpose, is_refused, at)
            VALUES (\(look.id), \(look.keyClass), \(look.subject), \(look.viewer), \(look.purpose), \(isRefused),
                \(look.at))
            """)
    }
}
