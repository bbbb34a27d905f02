import Foundation
import Journal
import Kernel
import People
import Storage

extension CaseCommands {
    /// Takes the open cases of somebody who leaves out of their hands: they wait in their offices for another handler. The
    /// clocks run on, and the reporters aren't told: nothing has changed for them.
    package static func giveBack(
        from handler: ID<Account>, at now: Date, makeUUID: (Date) -> UUID, in db: any Transaction
    ) throws {
        let cases = CaseStore(db)
        for found in try cases.all(openOf: handler) {
            var matter = found
            matter.giveBack()
            try cases.update(matter)
            let entry: ID<TimelineEntry> = ID(makeUUID(now))
            // Whoever let the handler go has nothing to do with the case, and isn't named in it.
            try TimelineStore(db).insert(
                TimelineEntry(
                    id: entry, matter: matter.id, at: now, step: "giveBack", actor: nil, from: matter.state,
                    to: matter.state, note: nil, result: nil, reason: nil, detail: .init(), tells: nil))
            try JournalStore(db).append(
                "case.step", subject: matter.id.uuid, by: nil, at: now,
                data: CaseJournalData(
                    entry: entry, step: "giveBack", from: matter.state, to: matter.state, tells: nil))
        }
    }
}
