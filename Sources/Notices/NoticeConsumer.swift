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
        let reporters = ReporterStore(db)
        let own = try reporters.recipient(of: matter)
        if let own, entry.actor != own { try NoticeStore(db).insert(own, matter: matter, step: step, at: entry.at) }
        // Those whose reports were merged into it hear the same, each of their own report; nobody hears it twice.
        var told: Set<ID<Account>> = [own, entry.actor].reduce(into: []) { told, account in
            account.map { _ = told.insert($0) }
        }
        for merged in try MergedCaseStore(db).ids(mergedInto: matter, by: entry.at) {
            guard let account = try reporters.recipient(of: merged), told.insert(account).inserted else { continue }
            try NoticeStore(db).insert(account, matter: merged, step: step, at: entry.at, isMerged: true)
        }
    }
}
