import Cases
import Foundation
import Journal
import Kernel
import Storage

/// Tells reporters that somebody looked at who they are: one message for each look that the journal tells of. Who it was,
/// as whom and for what stands in ``LookStore``.
package struct LookConsumer: JournalConsumer {
    package let name = "looks"

    package init() {}

    package func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        guard entry.kind == "reporter.read", let viewer = entry.actor else { return }
        let matter = ID<Case>(entry.subject)
        // Looks from before the vault are written down nowhere but in the journal: there would be nothing to show.
        guard try LookStore(db).wasShown(matter, to: viewer, at: entry.at) else { return }
        guard let account = try ReporterStore(db).recipient(of: matter) else { return }
        try NoticeStore(db).insert(account, matter: matter, step: Self.id(of: entry), at: entry.at, isLook: true)
    }

    /// The entry's number makes the message's identity: the same entry gives the same message, however often it is handled.
    static func id(of entry: JournalEntry) -> ID<TimelineEntry> {
        let milliseconds = UInt64(max(0, entry.at.milliseconds))
        return ID(
            UUID(high: milliseconds << 16 | 0x7000, low: 0x8000_0000_0000_0000 | UInt64(max(0, entry.sequence))))
    }
}
