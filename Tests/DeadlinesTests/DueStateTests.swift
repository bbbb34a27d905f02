import Deadlines
import Foundation
import Kernel
import Testing

struct DueStateTests {
    @Test(arguments: [
        ("2026-10-12", DueState.onTime(.workingDays(11)), "剩 11 个工作日"),
        ("2026-10-22", .dueSoon(.workingDays(3)), "剩 3 个工作日"), ("2026-10-21", .onTime(.workingDays(4)), "剩 4 个工作日"),
        ("2026-10-27", .dueSoon(.workingDays(0)), "今天到期"), ("2026-10-28", .overdue(days: 1), "超期 1 天"),
    ])
    func `a deadline says how many working days are left`(today: String, state: DueState, words: String) throws {
        let deadline = try #require(try Facts.reckon("report-decision", "2026-09-30"))
        let found = deadline.state(at: Facts.instant(today), calendar: try Facts.calendar())
        #expect(found == state)
        #expect(found.words(try Facts.words(.zhHans)) == words)
    }

    @Test(arguments: [
        ("2026-10-01T15:00:00Z", DueState.onTime(.hours(1)), "1 hour left"),
        ("2026-10-01T15:45:00Z", .dueSoon(.hours(0)), "less than an hour left"),
        ("2026-10-01T16:30:01Z", .overdue(days: 0), "overdue"),
        ("2026-10-03T16:31:00Z", .overdue(days: 2), "2 days overdue"),
    ])
    func `a clock in hours looks at the instant`(now: String, state: DueState, words: String) throws {
        let deadline = try #require(try Facts.reckon("first-touch-urgent", "2026-10-01T14:30:00Z"))
        let found = deadline.state(at: Facts.instant(now), calendar: try Facts.calendar())
        #expect(found == state)
        #expect(found.words(try Facts.words(.en)) == words)
    }

    /// A working day before the end, so that what is seen in the morning is done by the evening.
    @Test(arguments: [
        ("2026-10-02T02:00:00Z", DueState.onTime(.hours(12))), ("2026-10-02T06:30:00Z", .dueSoon(.hours(8))),
        ("2026-10-02T07:59:00Z", .dueSoon(.hours(6))),
    ])
    func `a serious matter presses for its last eight hours`(now: String, state: DueState) throws {
        let deadline = try #require(try Facts.reckon("first-touch-high", "2026-10-01T14:30:00Z"))
        #expect(deadline.state(at: Facts.instant(now), calendar: try Facts.calendar()) == state)
    }

    @Test func `the last day ends at midnight in Shanghai`() throws {
        let (deadline, calendar) = (
            try #require(try Facts.reckon("report-decision", "2026-09-30")), try Facts.calendar()
        )
        #expect(
            deadline.state(at: Facts.instant("2026-10-27T15:59:59Z"), calendar: calendar) == .dueSoon(.workingDays(0)))
        #expect(deadline.state(at: Facts.instant("2026-10-27T16:00:00Z"), calendar: calendar) == .overdue(days: 1))
        #expect(deadline.daysLeft(on: Day("2026-10-20")!) == 7)
    }

    @Test func `an unknown deadline is neither in time nor late`() throws {
        let deadline = try #require(try Facts.reckon("report-decision", "2026-11-23", extended: true))
        let state = deadline.state(at: Facts.instant("2026-11-23"), calendar: try Facts.calendar())
        #expect(state == .unknown(missingYear: 2027))
        #expect(state.words(try Facts.words(.zhHans)) == "日历未导入(2027)")
        #expect(deadline.daysLeft(on: Day("2026-11-23")!) == nil)
    }
}
