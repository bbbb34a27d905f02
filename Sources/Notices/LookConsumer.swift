import Access
import Cases
import Foundation
import Journal
import Kernel
import People
import Storage

/// Makes a line for the person from each look at their data that the journal tells of: role, unit, time and purpose,
/// without who. It is a message to them as well.
package struct LookConsumer: JournalConsumer {
    package let name = "looks"
    private let policy: Policy

    package init(policy: Policy) {
        self.policy = policy
    }

    /// What counts as a look, by the entry's kind, with the action that it was.
    private static let actions = ["reporter.read": "readReporter"]

    package func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        guard let action = Self.actions[entry.kind], let actor = entry.actor else { return }
        let matter = ID<Case>(entry.subject)
        guard let reporter = try ReporterStore(db).find(matter), reporter.account != .nobody else { return }
        let held = try GrantStore(db).list(of: actor).filter { $0.holds(at: entry.at) }.map(\.grant)
        let post = held.first { grant in
            policy.rules.contains { $0.role == grant.role && $0.kind == "case" && $0.actions.contains(action) }
        }
        let data = try? entry.decoded(as: [String: String].self)
        try LookStore(db).insert(
            Look(
                id: Self.id(of: entry), account: reporter.account, matter: matter, at: entry.at, kind: entry.kind,
                purpose: data?["purpose"] ?? "handling", role: post?.role, office: post?.office,
                territory: post?.territory))
    }

    /// The entry's number makes the line's identity: the same entry gives the same line, however often it is handled.
    static func id(of entry: JournalEntry) -> ID<Notice> {
        let milliseconds = UInt64(max(0, entry.at.milliseconds))
        return ID(
            UUID(high: milliseconds << 16 | 0x7000, low: 0x8000_0000_0000_0000 | UInt64(max(0, entry.sequence))))
    }
}
