import Cases
import Foundation
import Journal
import Kernel
import Storage

/// Keeps the public list up to date with what happens to cases.
package struct PublicRequestConsumer: JournalConsumer {
    package let name = "public-requests"
    private let facts: Open311Facts

    package init(facts: Open311Facts) {
        self.facts = facts
    }

    package func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        guard entry.kind == "case.step" else { return }
        let step: CaseJournalData = try entry.decoded()
        // A remark changes nothing that anybody sees.
        guard step.from != step.to || step.step == "classify" else { return }
        let store = PublicRequestStore(db)
        guard let matter = try CaseStore(db).find(ID(entry.subject)) else { return }
        guard facts.shows(matter.category) else {
            if step.from != nil { try store.remove(matter.id) }
            return
        }
        try store.save(
            PublicRequest(
                matter, on: Day(of: entry.at), isFromProgram: try ReceiptStore(db).hasCome(matter.id)))
    }
}
