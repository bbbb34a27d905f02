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
        guard let reporter = try ReporterStore(db).find(matter), reporter.account != .nobody else { return }
        // Nobody needs to be told what they did themselves, except that it arrived.
        guard entry.actor != reporter.account else { return }
        try NoticeStore(db).insert(
            // The step's identity makes the message's: the same step gives the same message, however often it is handled.
            Notice(
                id: ID(step.uuid), account: reporter.account, matter: matter, step: step, at: entry.at, isRead: false))
    }
}
