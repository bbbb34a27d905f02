import Deadlines
import Foundation
import Kernel
import Testing

/// The vectors of the law as it was read in November 2026, on the notices for 2025 and 2026.
struct DeadlineVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let clock: String
        let start: String
        var pauseDays = 0
        var extended = false
        let due: String

        init(_ clock: String, _ start: String, pauseDays: Int = 0, extended: Bool = false, _ due: String) {
            self.clock = clock
            self.start = start
            self.pauseDays = pauseDays
            self.extended = extended
            self.due = due
        }

        var testDescription: String { "\(clock) \(start) +\(pauseDays)\(extended ? " extended" : "")" }
    }

    @Test(arguments: [
        // 5 working days.
        Vector("tell-decision", "2026-02-11", "2026-02-25"), Vector("tell-decision", "2026-04-30", "2026-05-11"),
        Vector("tell-decision", "2026-06-18", "2026-06-26"), Vector("tell-decision", "2026-09-18", "2026-09-24"),
        Vector("tell-decision", "2026-09-30", "2026-10-13"), Vector("tell-decision", "2026-11-23", "2026-11-30"),
        // 7 working days.
        Vector("complaint-decision", "2026-02-11", "2026-02-27"), Vector("advertising", "2026-04-30", "2026-05-13"),
        Vector("jurisdiction", "2026-06-18", "2026-06-30"), Vector("mediation-notice", "2026-09-18", "2026-09-29"),
        Vector("complaint-decision", "2026-09-30", "2026-10-15"), Vector("advertising", "2026-11-21", "2026-12-01"),
        Vector("complaint-decision", "2026-11-23", "2026-12-02"),
        // 15 working days.
        Vector("report-decision", "2026-02-11", "2026-03-10"), Vector("report-decision", "2026-04-30", "2026-05-25"),
        Vector("report-decision", "2026-06-18", "2026-07-10"), Vector("report-decision", "2026-09-18", "2026-10-15"),
        Vector("report-decision", "2026-09-30", "2026-10-27"), Vector("report-decision", "2025-09-26", "2025-10-23"),
        Vector("report-decision", "2026-02-14", "2026-03-13"), Vector("report-decision", "2026-11-23", "2026-12-14"),
        // 15 and 15 more.
        Vector("report-decision", "2026-02-11", extended: true, "2026-03-31"),
        Vector("report-decision", "2026-04-30", extended: true, "2026-06-15"),
        Vector("report-decision", "2026-06-18", extended: true, "2026-07-31"),
        Vector("report-decision", "2026-09-18", extended: true, "2026-11-05"),
        Vector("report-decision", "2026-09-30", extended: true, "2026-11-17"),
        Vector("report-decision", "2026-11-23", extended: true, "unknown 2027"),
    ])
    func `working days are counted with make-up days and without holidays`(vector: Vector) throws {
        try expect(vector)
    }

    @Test(arguments: [
        Vector("mediation", "2026-08-08", "2026-10-08"), Vector("penalty", "2026-07-06", "2026-10-08"),
        // A plain Saturday moves nothing.
        Vector("mediation", "2026-06-02", "2026-08-01"),
        // The extension comes before the roll: 120 days end on 4 October.
        Vector("penalty", "2026-06-06", extended: true, "2026-10-08"),
        Vector("petition", "2026-03-01", "2026-04-30"), Vector("petition", "2026-03-01", extended: true, "2026-05-30"),
        Vector("petition-notice", "2026-02-02", "2026-02-24"),
        Vector("mediation", "2026-08-08", pauseDays: 1, "2026-10-08"),
        Vector("mediation", "2026-08-08", pauseDays: 10, "2026-10-17"),
        Vector("penalty", "2026-09-30", "unknown 2027"), Vector("penalty", "2026-09-29", "2026-12-28"),
    ])
    func `calendar days end after a holiday`(vector: Vector) throws {
        try expect(vector)
    }

    /// Acceptance case 1: 15 working days, 15 more with approval, and both moved by a test of 6 working days.
    @Test(arguments: [
        Vector("report-decision", "2026-09-30T08:00:00Z", "2026-10-27"),
        Vector("report-decision", "2026-09-30T08:00:00Z", extended: true, "2026-11-17"),
        Vector("report-decision", "2026-09-30T08:00:00Z", pauseDays: 6, "2026-11-04"),
        Vector("report-decision", "2026-09-30T08:00:00Z", pauseDays: 6, extended: true, "2026-11-25"),
    ])
    func `a pause moves the deadline by its working days`(vector: Vector) throws {
        try expect(vector)
    }

    @Test(arguments: [
        Vector("first-touch-urgent", "2026-10-01T14:30:00Z", "2026-10-01T16:30:00.000Z"),
        Vector("first-touch-high", "2026-10-01T14:30:00Z", "2026-10-02T14:30:00.000Z"),
        Vector("first-touch-high", "2026-12-31T14:30:00Z", "2027-01-01T14:30:00.000Z"),
        Vector("first-touch-medium", "2026-09-30", "2026-10-10"), Vector("first-touch-low", "2026-11-21", "2026-12-01"),
        Vector("rectification", "2026-11-23", "2026-12-02"), Vector("reopen-decision", "2026-11-23", "2026-11-30"),
    ])
    func `promises in hours run through holidays`(vector: Vector) throws {
        try expect(vector)
    }

    @Test func `midnight in Shanghai decides which day isn't counted`() throws {
        #expect(try Facts.reckon("tell-decision", "2026-11-23T15:59:59.999Z")?.answer == "2026-11-30")
        #expect(try Facts.reckon("tell-decision", "2026-11-23T16:00:00Z")?.answer == "2026-12-01")
    }

    @Test(arguments: ["2026-12-09", "2026-12-28", "2026-12-31", "2027-03-01", "2024-12-20", "1999-01-01"])
    func `a day of a year that isn't imported makes the deadline unknown`(start: String) throws {
        let deadline = try #require(try Facts.reckon("report-decision", start))
        let missing = start < "2025" ? String(start.prefix(4)) : "2027"
        #expect(deadline.answer == "unknown \(missing)")
        #expect(deadline.due.day == nil)
    }

    @Test func `the safe end of a year holds only until the next is imported`() throws {
        let next = CalendarYear(
            year: 2027, document: "a test's notice", off: [Day("2027-01-01")!, Day("2026-12-31")!],
            makeUp: [Day("2027-01-03")!])
        let calendar = WorkingCalendar(years: try Facts.calendarFile().years + [next])
        let deadline = try Facts.book().reckon(
            "tell-decision", start: Facts.instant("2026-12-28"), calendar: calendar)
        // 29, 30, then off until the Sunday that is worked, 4 and 5 January.
        #expect(deadline?.answer == "2027-01-05")
        #expect(try Facts.reckon("tell-decision", "2026-12-21")?.answer == "2026-12-28")
        #expect(try Facts.reckon("tell-decision", "2026-12-22")?.answer == "unknown 2027")
    }

    @Test func `there is no deadline for a clock that doesn't exist`() throws {
        #expect(try Facts.reckon("lunch", "2026-11-23") == nil)
    }

    private func expect(_ vector: Vector) throws {
        let deadline = try Facts.reckon(
            vector.clock, vector.start, pauseDays: vector.pauseDays, extended: vector.extended)
        #expect(deadline?.answer == vector.due)
    }
}
