import Deadlines
import Kernel
import Testing

struct WorkingCalendarTests {
    @Test func `both years have 248 working days`() throws {
        let years = try Facts.calendarFile().years
        #expect(years.map(\.year) == [2025, 2026])
        #expect(years.map { $0.workingDaysByMonth.reduce(0, +) } == [248, 248])
        #expect(years.last?.workingDaysByMonth == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23])
    }

    @Test(arguments: ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
    func `a make-up day is worked though it is at a weekend`(text: String) throws {
        let day = try #require(Day(text))
        #expect(day.isWeekend)
        #expect(try Facts.calendar().isWorkingDay(day) == true)
        #expect(try Facts.calendar().isHoliday(day) == false)
    }

    @Test(arguments: [
        ("2026-10-01", false, true), ("2026-10-04", false, true), ("2026-10-08", true, false),
        ("2026-08-01", false, false), ("2026-12-28", true, false),
    ])
    func `a plain weekend is no holiday`(text: String, isWorked: Bool, isHoliday: Bool) throws {
        let day = try #require(Day(text))
        #expect(try Facts.calendar().isWorkingDay(day) == isWorked)
        #expect(try Facts.calendar().isHoliday(day) == isHoliday)
    }

    @Test(arguments: [("2024-12-31", 2024), ("2026-12-29", 2027), ("2026-12-31", 2027), ("2027-01-01", 2027)])
    func `what isn't announced isn't guessed`(text: String, missing: Int) throws {
        let (calendar, day) = (try Facts.calendar(), try #require(Day(text)))
        #expect(calendar.isWorkingDay(day) == nil)
        #expect(calendar.isHoliday(day) == nil)
        #expect(calendar.missingYear(for: day) == missing)
        #expect(calendar.workingDays(after: day + -1, through: day) == nil)
    }

    @Test func `the end of 2025 is known because 2026 is`() throws {
        #expect(try Facts.calendar().isWorkingDay(Day("2025-12-31")!) == true)
    }

    @Test func `days off are told as ranges`() throws {
        let found = try Facts.calendar().particulars(of: Day("2026-09-20")!...Day("2026-10-11")!)
        #expect(found.off == [Day("2026-09-25")!...Day("2026-09-27")!, Day("2026-10-01")!...Day("2026-10-07")!])
        #expect(found.makeUp == [Day("2026-09-20")!, Day("2026-10-10")!])
        #expect(found.weekendDays == 1)
    }
}
