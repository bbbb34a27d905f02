import Foundation
import Kernel
import Web

/// Days and instants as people read them, in China's time.
package struct DayWords: Sendable {
    private let t: Strings

    package init(_ t: Strings) {
        self.t = t
    }

    /// `2026年10月27日(周二)`, `Tue 27 Oct 2026`
    package func day(_ day: Day) -> String {
        t("deadline.day.full", parts(of: day).merging(["weekday": t("deadline.weekday.\(day.weekday)")]) { $1 })
    }

    /// `2026年10月27日`, `27 Oct 2026`
    package func short(_ day: Day) -> String {
        t("deadline.day.short", parts(of: day))
    }

    /// `2026年10月1日至7日`, `1–7 Oct 2026`
    package func range(_ days: ClosedRange<Day>) -> String {
        let (first, last) = (days.lowerBound, days.upperBound)
        if first == last { return short(first) }
        let (from, to) = (first.components, last.components)
        if (from.year, from.month) == (to.year, to.month) {
            return t(
                "deadline.day.range-in-month",
                ["year": "\(from.year)", "month": month(from.month), "first": "\(from.day)", "last": "\(to.day)"])
        }
        return t("deadline.day.range", ["first": short(first), "last": short(last)])
    }

    /// `2026年9月30日(周三)16:00`
    package func instant(_ instant: Date) -> String {
        t("deadline.day.instant", ["day": day(Day(of: instant)), "time": instant.clockText])
    }

    package func list(_ items: [String]) -> String {
        items.joined(separator: t("deadline.list"))
    }

    private func parts(of day: Day) -> [String: String] {
        let (year, month, day) = day.components
        return ["year": "\(year)", "month": self.month(month), "day": "\(day)"]
    }

    private func month(_ number: Int) -> String { t("deadline.month.\(number)") }
}
