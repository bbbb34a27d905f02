import Deadlines
import Foundation
import Kernel

/// A deadline that runs on a case. It keeps why it is due when it is: the rule and its version, the start, the pauses,
/// the extension. The day itself is reckoned from these.
package struct CaseClock: Sendable, Hashable {
    package enum State: String, Sendable, CaseIterable {
        case running, paused
        /// Ended in time.
        case met
        /// Ended after it was due.
        case late
        /// Ended by something else, such as a decline.
        case ended
    }

    package let id: ID<CaseClock>
    package let matter: ID<Case>
    package let name: String
    /// Of the rule it started under.
    package let version: String
    package let kind: ClockRule.Kind
    package let startedAt: Date
    /// Days that don't count, in the unit of the rule.
    package var pauseDays = 0
    /// Since when it stands still.
    package var pausedOn: Day?
    package var isExtended = false
    /// A day that an officer set, instead of the rule's period.
    package var fixedDay: Day?
    /// The end of the day it is due; `nil` while the calendar for it is missing.
    package var dueAt: Date?
    package var state = State.running
    package var endedAt: Date?

    package init(id: ID<CaseClock>, matter: ID<Case>, rule: ClockRule, startedAt: Date) {
        self.id = id
        self.matter = matter
        name = rule.name
        version = rule.version
        kind = rule.kind
        self.startedAt = startedAt
    }

    package var isOpen: Bool { state == .running || state == .paused }

    /// The clock with its day reckoned anew.
    package mutating func reckon(by book: ClockBook, in calendar: WorkingCalendar) {
        dueAt = deadline(by: book, in: calendar)?.due.end
    }

    /// The rule that it started under, also when a newer one has come since.
    package func rule(in book: ClockBook) -> ClockRule? {
        book.rule(name, version: version) ?? book.rule(name, on: Day(of: startedAt))
    }

    package func deadline(by book: ClockBook, in calendar: WorkingCalendar) -> Deadline? {
        if let fixedDay { return book.appoint(name, start: startedAt, due: fixedDay) }
        return rule(in: book).map { rule in
            book.reckon(rule, start: startedAt, pauseDays: pauseDays, extended: isExtended, calendar: calendar)
        }
    }

    /// Ends by being kept. A clock that stands still goes on first: the time of a test never makes an officer late.
    mutating func end(at time: Date, by book: ClockBook, in calendar: WorkingCalendar) {
        guard isOpen else { return }
        resume(on: Day(of: time), by: book, in: calendar)
        state = dueAt.map { time < $0 } ?? true ? .met : .late
        endedAt = time
    }

    mutating func void(at time: Date) {
        guard isOpen else { return }
        state = .ended
        endedAt = time
    }

    mutating func pause(on day: Day) {
        guard state == .running else { return }
        state = .paused
        pausedOn = day
    }

    /// Goes on after a pause: the days since it stood still don't count.
    mutating func resume(on day: Day, by book: ClockBook, in calendar: WorkingCalendar) {
        guard state == .paused, let pausedOn, let rule = rule(in: book) else { return }
        state = .running
        self.pausedOn = nil
        let days = (0..<max(0, day - pausedOn)).map { pausedOn + $0 }
        pauseDays += rule.unit == .workingDays ? days.count { calendar.isWorkingDay($0) ?? true } : days.count
        reckon(by: book, in: calendar)
    }
}
