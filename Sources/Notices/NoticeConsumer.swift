import Cases
import Foundation
import Journal
import Kernel
import People
import Storage

/// Tells reporters of the steps on what they reported: one message for each step that tells something.
package struct NoticeConsumer: JournalConsumer {
    package let name = "notices"

    package init() {}

    package func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        guard entry.kind == "case.step" else { return }
        let data: CaseJournalData = try entry.decoded()
        guard data.tells != nil, let step = data.entry else { return }
        let matter = ID<Case>(entry.subject)
        // Nobody needs to be told what they did themselves, except that it arrived.
        guard !TimelineEntry.isReporters(data.step) else { return }
        guard let account = try ReporterStore(db).recipient(of: matter), entry.actor != account else { return }
        try NoticeStore(db).insert(account, matter: matter, step: step, at: entry.at)
    }
}
