import Foundation
import Kernel
import TestSupport
import Testing

@testable import Retention

/// Spans, and what they mean on a calendar.
struct SpanTests {
    @Test(arguments: [
        ("24 hours", "2026-11-20 09:30"), ("0 days", "2026-11-21 09:30"), ("90 days", "2026-08-23 09:30"),
        ("1 month", "2026-10-21 00:00"), ("6 months", "2026-05-21 00:00"), ("5 years", "2021-11-21 00:00"),
    ])
    func `what happened before the cut-off has been kept long enough`(text: String, cutoff: String) throws {
        let span = try #require(Span(text))
        #expect(span.description == text)
        #expect(span.cutoff(at: .saturdayMorning) == Date(shanghai: cutoff))
    }

    @Test(arguments: [
        ("2027-03-31 12:00", "1 month", "2027-02-28 00:00"), ("2028-03-31 12:00", "1 month", "2028-02-29 00:00"),
        ("2028-02-29 00:00", "1 year", "2027-02-28 00:00"), ("2027-01-15 08:00", "13 months", "2025-12-15 00:00"),
    ])
    func `a month that is too short ends on its last day`(now: String, text: String, cutoff: String) throws {
        #expect(try #require(Span(text)).cutoff(at: Date(shanghai: now)) == Date(shanghai: cutoff))
    }

    @Test(arguments: [
        "", "90", "days", "90days", "-1 days", "090 days", "90  days", "1001 days", "3 weeks", "1.5 years",
    ])
    func `what isn't a span is refused`(text: String) {
        #expect(Span(text) == nil)
    }

    /// A span never ends before any calendar would say so.
    @Test func `nothing goes too early`() throws {
        var chance = SeededGenerator(seed: 64)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 8 * 3600))
        for _ in 0..<3000 {
            let now = Date(milliseconds: Int.random(in: 1_500_000_000_000..<2_500_000_000_000, using: &chance))
            let (unit, component): (Span.Unit, Calendar.Component) =
                Bool.random(using: &chance) ? (.months, .month) : (.years, .year)
            let count = Int.random(in: 1...40, using: &chance)
            let cutoff = Span(count, unit).cutoff(at: now)
            let last = cutoff - 0.001
            let end = try #require(calendar.date(byAdding: component, value: count, to: last))
            #expect(end <= now, "\(count) \(unit) from \(last) at \(now)")
            #expect(now.timeIntervalSince(end) < 5 * 86_400)
        }
    }

    @Test func `a span is compared in the worst calendar`() throws {
        for (one, other, isEnough) in [
            ("6 months", "6 months", true), ("1 year", "12 months", true), ("11 months", "1 year", false),
            ("180 days", "6 months", false), ("190 days", "6 months", true), ("0 days", "6 months", false),
            ("6 months", "180 days", false), ("7 months", "180 days", true), ("24 hours", "1 days", true),
        ] {
            let (one, other) = (Span(one) ?? Span(1, .days), Span(other) ?? Span(1, .days))
            #expect(one.isAtLeast(other) == isEnough, "\(one) \(other)")
        }
    }
}
