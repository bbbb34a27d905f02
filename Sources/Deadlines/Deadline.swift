import Foundation
import Kernel

/// When something has to be done, and why then.
package struct Deadline: Sendable, Hashable {
    package let rule: ClockRule
    package let start: Date
    package let pauseDays: Int
    package let isExtended: Bool
    package let due: Due
    /// How the day was counted, in the order of counting.
    package let steps: [Reason]
}

package enum Due: Sendable, Hashable {
    /// Until the end of this day in China.
    case day(Day)
    case instant(Date)
    /// The holidays of a year are needed that have not been imported.
    case unknown(missingYear: Int)

    /// The day in China on which the time ends.
    package var day: Day? {
        switch self {
        case .day(let day): day
        case .instant(let instant): Day(of: instant)
        case .unknown: nil
        }
    }

    /// The last instant of the time, for sorting and for finding what is late.
    package var end: Date? {
        switch self {
        case .day(let day): day.end
        case .instant(let instant): instant
        case .unknown: nil
        }
    }

    package var missingYear: Int? {
        if case .unknown(let year) = self { year } else { nil }
    }
}

/// One step of counting, as data. ``Deadline/why(_:_:)`` says it in words.
package enum Reason: Sendable, Hashable {
    case rule
    /// The matter is older than the rule, which is used all the same.
    case newRule(effectiveFrom: Day)
    /// The matter is older than the present rule, and the bureau keeps the former one for such matters.
    case formerRule(until: Day)
    /// The day of the start isn't counted.
    case start(Day)
    case firstDay(Day)
    case extended(by: Int, total: Int)
    case paused(Int)
    case holidays([ClosedRange<Day>], documents: [String])
    case makeUp([Day])
    case weekends(Int)
    /// The last day by counting alone.
    case lastDay(Day, count: Int)
    case rolledFromHoliday(Day, to: Day, documents: [String])
    case rolledFromWeekend(Day, to: Day)
    /// A plain Saturday or Sunday at the end, which moves nothing.
    case staysOnWeekend(Day)
    /// Hours run through nights and days off.
    case hours(from: Date, to: Date)
    case appointed(Day)
    case dueBy(Day)
    case missingYear(Int, neededFor: Day)
    /// The year itself is imported, but its last days may be moved by the notice for the next.
    case missingNextYear(Int, neededFor: Day, safeUntil: Day)
}

/// How a deadline stands at some instant.
package enum DueState: Sendable, Hashable {
    package enum Left: Sendable, Hashable {
        case workingDays(Int)
        /// Where the calendar can't tell working days.
        case days(Int)
        /// Whole hours.
        case hours(Int)
    }

    case onTime(Left)
    case dueSoon(Left)
    /// By so many whole days.
    case overdue(days: Int)
    case unknown(missingYear: Int)
}

extension Deadline {
    package func state(at now: Date, calendar: WorkingCalendar) -> DueState {
        rule.state(of: due, at: now, calendar: calendar)
    }

    /// Days of the calendar until the last one; negative when it is over, `nil` when unknown.
    package func daysLeft(on day: Day) -> Int? {
        due.day.map { $0 - day }
    }
}

extension ClockRule {
    /// How a stored due date under this rule stands at some instant.
    package func state(of due: Due, at now: Date, calendar: WorkingCalendar) -> DueState {
        switch due {
        case .unknown(let year):
            return .unknown(missingYear: year)
        case .instant(let end):
            let seconds = end.timeIntervalSince(now)
            guard seconds >= 0 else { return .overdue(days: Int(-seconds / 86_400)) }
            let left = DueState.Left.hours(Int(seconds / 3600))
            return seconds <= Double(warnsBefore) * 3600 ? .dueSoon(left) : .onTime(left)
        case .day(let last):
            let today = Day(of: now)
            guard today <= last else { return .overdue(days: today - last) }
            let count = calendar.workingDays(after: today, through: last)
            let left = count.map { DueState.Left.workingDays($0) } ?? .days(last - today)
            return count ?? (last - today) <= warnsBefore ? .dueSoon(left) : .onTime(left)
        }
    }
}
