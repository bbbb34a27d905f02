import Foundation
import Kernel

/// How long something is kept: `24 hours`, `90 days`, `6 months`, `5 years`.
package struct Span: Sendable, Hashable {
    package enum Unit: String, Sendable, CaseIterable {
        case hours, days, months, years
    }

    package let count: Int
    package let unit: Unit

    package init(_ count: Int, _ unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// What happened before this has been kept long enough at `now`. Months and years are those of the calendar, and a day
    /// that has begun counts as a whole one: nothing goes an hour too early.
    package func cutoff(at now: Date) -> Date {
        switch unit {
        case .hours: now - Double(count) * 3600
        case .days: now - Double(count) * 86_400
        case .months: Self.day(Day(of: now), monthsBefore: count).start
        case .years: Self.day(Day(of: now), monthsBefore: 12 * count).start
        }
    }

    /// Whether this is as long as `other` in any calendar.
    package func isAtLeast(_ other: Span) -> Bool {
        if let months, let others = other.months { return months >= others }
        return days.lowerBound >= other.days.upperBound
    }

    private var months: Int? {
        switch unit {
        case .months: count
        case .years: 12 * count
        case .hours, .days: nil
        }
    }

    /// Between how many days that is.
    private var days: ClosedRange<Double> {
        if let months {
            let mean = Double(months) * 365.2425 / 12
            return months == 0 ? 0...0 : max(0, mean - 3)...mean + 3
        }
        let days = unit == .hours ? Double(count) / 24 : Double(count)
        return days...days
    }

    /// The same day of an earlier month, or its last day when it is shorter.
    private static func day(_ day: Day, monthsBefore count: Int) -> Day {
        let (year, month, number) = day.components
        let months = year * 12 + month - 1 - count
        let (earlier, rest) = (months >= 0 ? months / 12 : (months - 11) / 12, (months % 12 + 12) % 12)
        return (0..<4).lazy.compactMap { Day(year: earlier, month: rest + 1, day: number - $0) }.first ?? day
    }
}

extension Span: CustomStringConvertible {
    package var description: String { "\(count) \(count == 1 ? String(unit.rawValue.dropLast()) : unit.rawValue)" }

    /// Reads `90 days`, `1 year`.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), (0...1000).contains(count), "\(count)" == parts[0],
            let unit = Unit(rawValue: count == 1 ? "\(parts[1])s" : String(parts[1]))
        else { return nil }
        self.init(count, unit)
    }
}

extension Span: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let span = Span(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "\(text) is no span such as 90 days, 6 months or 5 years")
        }
        self = span
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
