import Kernel
import Web

extension Deadline {
    /// How the day was counted, one sentence for each step.
    package func why(_ t: Strings, _ language: Language) -> [String] {
        let words = ReasonWords(rule: rule, language: language, t: t)
        return steps.map(words.sentence)
    }
}

extension Due {
    /// The day or the instant; for an unknown one, which calendar is missing.
    package func words(_ t: Strings) -> String {
        switch self {
        case .day(let day): DayWords(t).day(day)
        case .instant(let instant): DayWords(t).instant(instant)
        case .unknown(let year): t("deadline.unknown", ["year": "\(year)"])
        }
    }
}

extension DueState {
    /// `剩 2 个工作日`, `超期 1 天`, `日历未导入(2027)`
    package func words(_ t: Strings) -> String {
        switch self {
        case .onTime(let left), .dueSoon(let left):
            switch left {
            case .workingDays(0), .days(0): t("deadline.state.today")
            case .workingDays(let count): t("deadline.state.working-days", count: count)
            case .days(let count): t("deadline.state.days", count: count)
            case .hours(0): t("deadline.state.within-the-hour")
            case .hours(let count): t("deadline.state.hours", count: count)
            }
        case .overdue(0): t("deadline.state.overdue-today")
        case .overdue(let days): t("deadline.state.overdue", count: days)
        case .unknown(let year): t("deadline.unknown", ["year": "\(year)"])
        }
    }
}

extension ClockRule {
    /// `15 个工作日`
    package func period(_ length: Int, _ t: Strings) -> String {
        switch unit {
        case .workingDays: t("deadline.period.working-days", count: length)
        case .days: t("deadline.period.days", count: length)
        case .hours: t("deadline.period.hours", count: length)
        }
    }
}

private struct ReasonWords {
    let rule: ClockRule
    let language: Language
    let t: Strings

    private var days: DayWords { DayWords(t) }

    func sentence(_ reason: Reason) -> String {
        switch reason {
        case .rule, .newRule, .formerRule: ofRule(reason)
        case .extended, .paused: ofLength(reason)
        case .missingYear, .missingNextYear: ofCalendar(reason)
        default: ofCounting(reason)
        }
    }

    private func ofRule(_ reason: Reason) -> String {
        switch reason {
        case .newRule(let effective): say("new-rule", ["effective": days.short(effective)])
        case .formerRule(let until): say("former-rule", ["until": days.short(until)])
        default: rule.kind == .promise ? say("promise", period) : ofLaw
        }
    }

    private var ofLaw: String {
        var details = period
        details["basis"] = rule.basis(language)
        guard let since = rule.effectiveFrom else { return say("statutory", details) }
        details["since"] = days.short(since)
        return say("statutory-since", details)
    }

    private var period: [String: String] {
        ["period": rule.period(rule.period, t), "event": rule.from(language)]
    }

    private func ofLength(_ reason: Reason) -> String {
        switch reason {
        case .extended(let more, let total):
            say("extended", ["period": rule.period(more, t), "total": rule.period(total, t)])
        case .paused(let length):
            if let basis = rule.pauses {
                say("paused", ["period": pause(length), "basis": basis(language)])
            } else {
                say("paused-without-rule", ["period": pause(length)])
            }
        default: ""
        }
    }

    private func pause(_ length: Int) -> String {
        rule.unit == .workingDays
            ? t("deadline.period.working-days", count: length) : t("deadline.period.days", count: length)
    }

    private func ofCounting(_ reason: Reason) -> String {
        switch reason {
        case .start(let day): say("start", ["day": days.day(day)])
        case .firstDay(let day):
            say(rule.unit == .workingDays ? "first-working-day" : "first-day", ["day": days.day(day)])
        case .holidays(let ranges, let documents):
            say("holidays", ["days": days.list(ranges.map(days.range)), "documents": days.list(documents)])
        case .makeUp(let made): say("make-up", ["days": days.list(made.map(days.day))])
        case .weekends(let count): t("deadline.why.weekends", count: count)
        case .lastDay(let day, let count):
            say(
                rule.unit == .workingDays ? "last-working-day" : "last-day",
                ["number": "\(count)", "day": days.day(day)])
        case .rolledFromHoliday(let from, let to, let documents):
            say("rolled-from-holiday", ["from": days.day(from), "to": days.day(to), "documents": days.list(documents)])
        case .rolledFromWeekend(let from, let to):
            say("rolled-from-weekend", ["from": days.day(from), "to": days.day(to)])
        case .staysOnWeekend(let day): say("stays-on-weekend", ["day": days.day(day)])
        case .hours(let from, let to): say("hours", ["from": days.instant(from), "to": days.instant(to)])
        case .appointed(let day): say("appointed", ["day": days.day(day)])
        case .dueBy(let day): say("due-by", ["day": days.day(day)])
        default: ""
        }
    }

    private func ofCalendar(_ reason: Reason) -> String {
        switch reason {
        case .missingYear(let year, let day): say("missing-year", ["day": days.day(day), "year": "\(year)"])
        case .missingNextYear(let year, let day, let safe):
            say("missing-next-year", ["day": days.day(day), "year": "\(year)", "safe": days.short(safe)])
        default: ""
        }
    }

    private func say(_ key: String, _ details: [String: String]) -> String {
        t("deadline.why.\(key)", details)
    }
}
