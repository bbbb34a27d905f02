import Deadlines
import Foundation
import Journal
import Kernel
import Storage

/// Reckons the open clocks anew when a calendar was imported: what was unknown gets its day.
package struct ClockConsumer: JournalConsumer {
    package let name = "case-clocks"
    private let book: ClockBook

    package init(book: ClockBook) {
        self.book = book
    }

    package func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        guard entry.kind == "calendar.imported" else { return }
        let calendar = try book.calendar(in: db)
        let store = CaseClockStore(db)
        var matters: Set<ID<Case>> = []
        for clock in try store.allOpen() {
            var reckoned = clock
            reckoned.reckon(by: book, in: calendar)
            guard reckoned != clock else { continue }
            try store.save(reckoned)
            matters.insert(clock.matter)
        }
        for matter in matters {
            try CaseClocks(book, in: db, of: matter).save()
        }
    }
}
