import Deadlines
import Kernel
import Testing

/// What holds for every clock and every day of the two imported years.
struct DeadlinePropertyTests {
    private static let days = (0..<600).map { Day("2025-01-01")! + $0 }

    @Test(arguments: try Facts.book().names)
    func `who starts later is never due earlier`(name: String) throws {
        let (book, calendar) = (try Facts.book(), try Facts.calendar())
        var last = Day("2000-01-01")!
        for day in Self.days {
            let due = try #require(book.reckon(name, start: day.start, calendar: calendar)?.due)
            guard let end = due.day else { continue }
            #expect(end >= last, "\(name) started on \(day)")
            last = end
        }
    }

    @Test(arguments: 1...20)
    func `a pause of some working days moves the end by as many`(pause: Int) throws {
        let (book, calendar) = (try Facts.book(), try Facts.calendar())
        for day in Self.days {
            func end(_ pauseDays: Int) -> Day? {
                book.reckon("report-decision", start: day.start, pauseDays: pauseDays, calendar: calendar)?.due.day
            }
            guard let plain = end(0), let paused = end(pause) else { continue }
            #expect(calendar.workingDays(after: plain, through: paused) == pause, "started on \(day)")
        }
    }

    @Test func `a deadline in working days is on a working day, and one in calendar days never on a day off`() throws {
        let (book, calendar) = (try Facts.book(), try Facts.calendar())
        for name in book.names {
            for day in Self.days {
                let deadline = try #require(book.reckon(name, start: day.start, calendar: calendar))
                guard case .day(let due) = deadline.due else { continue }
                if deadline.rule.unit == .workingDays { #expect(calendar.isWorkingDay(due) == true) }
                if deadline.rule.unit == .days { #expect(calendar.isHoliday(due) == false) }
            }
        }
    }

    @Test func `an unknown deadline stays unknown when it is longer`() throws {
        let (book, calendar) = (try Facts.book(), try Facts.calendar())
        for pause in 0..<400 {
            let due = book.reckon(
                "report-decision", start: Facts.instant("2026-12-08"), pauseDays: pause, calendar: calendar)?.due
            #expect(due?.missingYear == 2027)
        }
    }
}
