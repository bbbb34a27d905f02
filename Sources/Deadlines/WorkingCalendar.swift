import Kernel

/// The days of one year as the yearly notice of the State Council's office sets them
/// (国务院办公厅关于……年部分节假日安排的通知).
package struct CalendarYear: Sendable, Hashable {
    package let year: Int
    /// The notice's number, such as 国办发明电〔2025〕7号.
    package let document: String
    package let published: Day?
    /// The days off, with the weekend days among them.
    package let off: [Day]
    /// The Saturdays and Sundays on which people work to make up for a day off (调休上班).
    package let makeUp: [Day]
    /// The statutory holidays among the days off, which matter for pay and for nothing here.
    package let statutory: [Day]
    /// The last day that the notice for the next year can't move any more. It counts until that notice is imported:
    /// several notices have moved the last days of the December before.
    package let safeUntil: Day

    package init(
        year: Int, document: String, published: Day? = nil, off: [Day], makeUp: [Day], statutory: [Day] = [],
        safeUntil: Day? = nil
    ) {
        self.year = year
        self.document = document
        self.published = published
        self.off = off.sorted()
        self.makeUp = makeUp.sorted()
        self.statutory = statutory.sorted()
        self.safeUntil = safeUntil ?? Self.usuallySafeUntil(year)
    }

    /// 28 December. The earliest day of a December that a later notice has moved is the 29th, in 2018.
    package static func usuallySafeUntil(_ year: Int) -> Day {
        january(1, of: year + 1) + -4
    }

    /// The days that the notice of `year` may set: those of the year, and the last three of the December before.
    package static func days(of year: Int) -> ClosedRange<Day> {
        (usuallySafeUntil(year - 1) + 1)...(january(1, of: year + 1) + -1)
    }

    /// How many days of the year are worked by this notice, month by month.
    package var workingDaysByMonth: [Int] {
        let (off, makeUp) = (Set(off), Set(makeUp))
        var counts = Array(repeating: 0, count: 12)
        var day = Self.january(1, of: year)
        while day.year == year {
            if makeUp.contains(day) || !(day.isWeekend || off.contains(day)) {
                counts[day.components.month - 1] += 1
            }
            day = day + 1
        }
        return counts
    }

    package static func january(_ day: Int, of year: Int) -> Day {
        Day(year: year, month: 1, day: day) ?? Day(number: 0)
    }
}

/// Which days are worked, as far as it has been announced. It never guesses: a day of a year whose notice is not
/// imported is neither a working day nor a holiday, but unknown.
package struct WorkingCalendar: Sendable {
    package let notices: [CalendarYear]
    private let byYear: [Int: CalendarYear]
    private let off: Set<Day>
    private let makeUp: Set<Day>

    package init(years notices: [CalendarYear]) {
        self.notices = notices.sorted { $0.year < $1.year }
        byYear = Dictionary(notices.map { ($0.year, $0) }) { $1 }
        var off: Set<Day> = []
        var makeUp: Set<Day> = []
        for notice in self.notices {
            // A later notice has the last word on the end of the year before.
            off = off.subtracting(notice.makeUp).union(notice.off)
            makeUp = makeUp.subtracting(notice.off).union(notice.makeUp)
        }
        self.off = off
        self.makeUp = makeUp
    }

    package var years: [Int] { notices.map(\.year) }

    /// The year whose notice must be imported before anything can be said about `day`; `nil` when it is known.
    package func missingYear(for day: Day) -> Int? {
        guard let notice = byYear[day.year] else { return day.year }
        return day > notice.safeUntil && byYear[day.year + 1] == nil ? day.year + 1 : nil
    }

    /// `nil` when the year's notice is not imported.
    package func isWorkingDay(_ day: Day) -> Bool? {
        guard missingYear(for: day) == nil else { return nil }
        return isMakeUp(day) || !(day.isWeekend || off.contains(day))
    }

    /// Whether the notice gives the day off, be it a statutory holiday or moved round one. A plain Saturday is none.
    /// `nil` when the year's notice is not imported.
    package func isHoliday(_ day: Day) -> Bool? {
        missingYear(for: day) == nil ? off.contains(day) : nil
    }

    package func isMakeUp(_ day: Day) -> Bool { makeUp.contains(day) }

    /// How many working days come after `day`, up to and with `last`; `nil` when one of them is unknown.
    package func workingDays(after day: Day, through last: Day) -> Int? {
        var count = 0
        var next = day + 1
        while next <= last {
            guard let isWorked = isWorkingDay(next) else { return nil }
            if isWorked { count += 1 }
            next = next + 1
        }
        return count
    }

    /// What the notices set within `days`: days off as ranges, make-up days, and how many plain weekend days there are.
    package func particulars(of days: ClosedRange<Day>) -> Particulars {
        var found = Particulars()
        var day = days.lowerBound
        while day <= days.upperBound {
            if off.contains(day) {
                if let last = found.off.last, last.upperBound + 1 == day {
                    found.off[found.off.count - 1] = last.lowerBound...day
                } else {
                    found.off.append(day...day)
                }
            } else if makeUp.contains(day) {
                found.makeUp.append(day)
            } else if day.isWeekend {
                found.weekendDays += 1
            }
            day = day + 1
        }
        return found
    }

    package struct Particulars: Sendable, Hashable {
        package var off: [ClosedRange<Day>] = []
        package var makeUp: [Day] = []
        package var weekendDays = 0
    }

    /// The numbers of the notices that give one of `days` off.
    package func documents(givingOff days: [ClosedRange<Day>]) -> [String] {
        notices.filter { notice in
            notice.off.contains { day in days.contains { $0.contains(day) } }
        }.map(\.document)
    }
}
