import Foundation
import Kernel

extension ClockBook {
    /// When a clock that starts at `start` runs out; `nil` when there is no clock of this name.
    ///
    /// `received` is the day that decides which version of the rule holds: that of the start when left out. `version`
    /// names the one that the case has kept instead. `pauseDays` aren't counted, in the clock's own kind of days (for
    /// hours: days of 24 hours). `extended` says that the extension which the rule knows was approved.
    package func reckon(
        _ name: String, start: Date, received: Day? = nil, pauseDays: Int = 0, extended: Bool = false,
        version: String? = nil, calendar: WorkingCalendar
    ) -> Deadline? {
        let kept = version.flatMap { rule(name, version: $0) }
        return (kept ?? rule(name, on: received ?? Day(of: start))).map {
            reckon($0, start: start, received: received, pauseDays: pauseDays, extended: extended, calendar: calendar)
        }
    }

    /// The same by a rule that was chosen before.
    package func reckon(
        _ rule: ClockRule, start: Date, received: Day? = nil, pauseDays: Int = 0, extended: Bool = false,
        calendar: WorkingCalendar
    ) -> Deadline {
        var count = Count(rule: rule, settings: settings, calendar: calendar)
        count.steps = [.rule] + transition(to: rule, received: received ?? Day(of: start))
        if extended { count.extend() }
        count.pause(max(0, pauseDays))
        let due = count.run(from: start)
        return Deadline(
            rule: rule, start: start, pauseDays: max(0, pauseDays), isExtended: extended && rule.extension != nil,
            due: due, steps: count.steps)
    }

    /// A deadline on a day that somebody with the right to do so has set, such as for a rectification.
    package func appoint(_ name: String, start: Date, due day: Day) -> Deadline? {
        rule(name, on: Day(of: start)).map { rule in
            Deadline(
                rule: rule, start: start, pauseDays: 0, isExtended: false, due: .day(day),
                steps: [.appointed(day), .dueBy(day)])
        }
    }

    private func transition(to rule: ClockRule, received: Day) -> [Reason] {
        let versions = versions(of: rule.name)
        if rule.isFormer {
            let next = versions.first { !$0.isFormer }?.effectiveFrom
            return next.map { [.formerRule(until: $0)] } ?? []
        }
        guard let effective = rule.effectiveFrom, received < effective, versions.contains(where: \.isFormer) else {
            return []
        }
        return [.newRule(effectiveFrom: effective)]
    }
}

/// Counting, with a note of every step.
private struct Count {
    let rule: ClockRule
    let settings: ClockBook.Settings
    let calendar: WorkingCalendar
    var steps: [Reason] = []
    private var length: Int

    init(rule: ClockRule, settings: ClockBook.Settings, calendar: WorkingCalendar) {
        self.rule = rule
        self.settings = settings
        self.calendar = calendar
        length = rule.period
    }

    mutating func extend() {
        guard let more = rule.extension else { return }
        length += more
        steps.append(.extended(by: more, total: length))
    }

    mutating func pause(_ days: Int) {
        guard days > 0 else { return }
        length += rule.unit == .hours ? days * 24 : days
        steps.append(.paused(days))
    }

    mutating func run(from start: Date) -> Due {
        switch rule.unit {
        case .hours: countHours(from: start)
        case .days: countDays(from: Day(of: start))
        case .workingDays: countWorkingDays(from: Day(of: start))
        }
    }

    private mutating func countHours(from start: Date) -> Due {
        let end = start.addingTimeInterval(Double(length) * 3600)
        steps.append(.hours(from: start, to: end))
        return .instant(end)
    }

    private mutating func countWorkingDays(from start: Day) -> Due {
        steps.append(.start(start))
        var first: Day?
        var day = start
        var counted = 0
        while counted < length {
            day = day + 1
            guard let isWorked = calendar.isWorkingDay(day) else { return missing(for: day) }
            guard isWorked else { continue }
            counted += 1
            if first == nil {
                first = day
                steps.append(.firstDay(day))
            }
        }
        let passed = (start + 1)...day
        let particulars = calendar.particulars(of: passed)
        if !particulars.off.isEmpty {
            steps.append(.holidays(particulars.off, documents: documents(for: particulars.off)))
        }
        if !particulars.makeUp.isEmpty { steps.append(.makeUp(particulars.makeUp)) }
        if particulars.weekendDays > 0 { steps.append(.weekends(particulars.weekendDays)) }
        steps.append(.lastDay(day, count: length))
        steps.append(.dueBy(day))
        return .day(day)
    }

    private mutating func countDays(from start: Day) -> Due {
        steps += [.start(start), .firstDay(start + 1)]
        let last = start + length
        steps.append(.lastDay(last, count: length))
        guard let isHoliday = calendar.isHoliday(last) else { return missing(for: last) }
        var due = last
        if rule.rolls == .holidays {
            let isPlainWeekend = last.isWeekend && !isHoliday && !calendar.isMakeUp(last)
            if isHoliday || (isPlainWeekend && settings.rollsPlainWeekends) {
                switch firstWorkingDay(after: last) {
                case .day(let day): due = day
                case let other: return other
                }
                steps.append(
                    isHoliday
                        ? .rolledFromHoliday(last, to: due, documents: documents(for: [last...last]))
                        : .rolledFromWeekend(last, to: due))
            } else if isPlainWeekend {
                steps.append(.staysOnWeekend(last))
            }
        }
        steps.append(.dueBy(due))
        return .day(due)
    }

    private mutating func firstWorkingDay(after day: Day) -> Due {
        var next = day + 1
        while true {
            guard let isWorked = calendar.isWorkingDay(next) else { return missing(for: next) }
            if isWorked { return .day(next) }
            next = next + 1
        }
    }

    private mutating func missing(for day: Day) -> Due {
        let year = calendar.missingYear(for: day) ?? day.year
        if year == day.year {
            steps.append(.missingYear(year, neededFor: day))
        } else {
            let safe = calendar.notices.last { $0.year == day.year }?.safeUntil ?? day
            steps.append(.missingNextYear(year, neededFor: day, safeUntil: safe))
        }
        return .unknown(missingYear: year)
    }

    private func documents(for ranges: [ClosedRange<Day>]) -> [String] {
        calendar.documents(givingOff: ranges)
    }
}
