import Kernel
import Storage
import Synchronization

/// The calendar as it was read last, so that its days need not be taken apart anew for each report.
///
/// It is never stale: the notices are read each time, in the caller's transaction, and compared as they stand there.
package final class CalendarMemory: Sendable {
    private struct Read {
        let notices: [[SQLValue]]
        let calendar: WorkingCalendar
    }

    private let last = Mutex<Read?>(nil)

    package init() {}

    /// Everything that is known about working days in this view of the data.
    package func calendar(in db: any Transaction) throws -> WorkingCalendar {
        let store = CalendarStore(db)
        let rows = try store.rows()
        let notices = rows.map(\.all)
        if let known = last.withLock({ $0 }), known.notices == notices { return known.calendar }
        let calendar = try store.calendar(of: rows)
        last.withLock { $0 = Read(notices: notices, calendar: calendar) }
        return calendar
    }
}
