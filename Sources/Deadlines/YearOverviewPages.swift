import Foundation
import Kernel
import Web

/// A year as twelve small tables, with the days off and the make-up days marked.
struct YearOverview: Sendable {
    struct Cell: Sendable {
        /// Empty before the first and after the last of the month.
        let number: String
        /// For the style: `off`, `make-up`, `weekend` or nothing.
        let kind: String
        /// A word in the cell, so that colour isn't all that tells.
        let mark: String?
        let isStatutory: Bool

        static let empty = Cell(number: "", kind: "", mark: nil, isStatutory: false)
    }

    struct Week: Sendable {
        let days: [Cell]
    }

    struct Month: Sendable {
        let name: String
        let workingDays: String
        let weekdays: [String]
        let weeks: [Week]
    }

    let year: String
    let document: String
    let published: String?
    let safeUntil: String
    let imported: String?
    let workingDays: String
    let off: String
    let makeUp: String
    /// The days off as ranges, for reading aloud and for comparing with the notice.
    let offRanges: String
    let makeUpDays: String?
    let months: [Month]

    init(_ notice: CalendarYear, importedAt: Date?, t: Strings) {
        let words = DayWords(t)
        let counts = notice.workingDaysByMonth
        let calendar = WorkingCalendar(years: [notice])
        year = "\(notice.year)"
        document = notice.document
        published = notice.published.map(words.short)
        safeUntil = words.short(notice.safeUntil)
        imported = importedAt.map(words.instant)
        workingDays = "\(counts.reduce(0, +))"
        off = "\(notice.off.count)"
        makeUp = "\(notice.makeUp.count)"
        offRanges = words.list(calendar.particulars(of: CalendarYear.days(of: notice.year)).off.map(words.range))
        makeUpDays = notice.makeUp.isEmpty ? nil : words.list(notice.makeUp.map(words.day))
        let weekdays = (1...7).map { t("deadline.weekday-short.\($0)") }
        let marks = Marks(notice, t)
        months = (1...12).map { month in
            Month(
                name: t("deadline.month-name.\(month)"), workingDays: "\(counts[month - 1])", weekdays: weekdays,
                weeks: marks.weeks(of: month))
        }
    }
}

private struct Marks {
    let year: Int
    let off: Set<Day>
    let makeUp: Set<Day>
    let statutory: Set<Day>
    let t: Strings

    init(_ notice: CalendarYear, _ t: Strings) {
        year = notice.year
        off = Set(notice.off)
        makeUp = Set(notice.makeUp)
        statutory = Set(notice.statutory)
        self.t = t
    }

    func weeks(of month: Int) -> [YearOverview.Week] {
        guard let first = Day(year: year, month: month, day: 1) else { return [] }
        var cells = Array(repeating: YearOverview.Cell.empty, count: first.weekday - 1)
        var day = first
        while day.components.month == month {
            cells.append(cell(day))
            day = day + 1
        }
        cells += Array(repeating: .empty, count: (7 - cells.count % 7) % 7)
        return stride(from: 0, to: cells.count, by: 7).map { YearOverview.Week(days: Array(cells[$0..<($0 + 7)])) }
    }

    private func cell(_ day: Day) -> YearOverview.Cell {
        let number = "\(day.components.day)"
        if off.contains(day) {
            return .init(
                number: number, kind: "off", mark: t("calendar.mark.off"), isStatutory: statutory.contains(day))
        }
        if makeUp.contains(day) {
            return .init(number: number, kind: "make-up", mark: t("calendar.mark.make-up"), isStatutory: false)
        }
        return .init(number: number, kind: day.isWeekend ? "weekend" : "", mark: nil, isStatutory: false)
    }
}
