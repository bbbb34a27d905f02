import Foundation
import Kernel

/// When an office is open in an ordinary week, by Shanghai's clock: `1-5 08:30-11:30,13:00-17:00; 6 09:00-12:00`, where
/// 1 is Monday. Holidays are not known here.
package struct OpeningHours: Sendable, Hashable {
    package struct Opening: Sendable, Hashable {
        package let days: ClosedRange<Int>
        /// Minutes since midnight.
        package let spans: [Range<Int>]
    }

    package let openings: [Opening]

    /// `nil` when the text doesn't read as above.
    package init?(_ text: String) {
        var openings: [Opening] = []
        for part in text.split(separator: ";") {
            let words = part.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count == 2, let days = Self.days(words[0]), let spans = Self.spans(words[1]) else { return nil }
            openings.append(Opening(days: days, spans: spans))
        }
        guard !openings.isEmpty else { return nil }
        self.openings = openings
    }

    /// What ``init(_:)`` reads.
    package var text: String {
        openings.map { opening in
            let days =
                opening.days.lowerBound == opening.days.upperBound
                ? "\(opening.days.lowerBound)" : "\(opening.days.lowerBound)-\(opening.days.upperBound)"
            let spans = opening.spans.map { "\(Self.clock($0.lowerBound))-\(Self.clock($0.upperBound))" }
            return "\(days) \(spans.joined(separator: ","))"
        }.joined(separator: "; ")
    }

    package func isOpen(at instant: Date) -> Bool {
        let day = Day(of: instant)
        let minute = Int(instant.timeIntervalSince(day.start) / 60)
        return openings.contains { opening in
            opening.days.contains(day.weekday) && opening.spans.contains { $0.contains(minute) }
        }
    }

    /// `08:30`
    package static func clock(_ minute: Int) -> String {
        "\(minute / 600)\(minute / 60 % 10):\(minute % 60 / 10)\(minute % 10)"
    }

    private static func days(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
            (1...7).contains(first), (1...7).contains(last)
        else { return nil }
        return first...last
    }

    private static func spans(_ text: Substring) -> [Range<Int>]? {
        var spans: [Range<Int>] = []
        for span in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = span.split(separator: "-", omittingEmptySubsequences: false).map(minute)
            guard ends.count == 2, let start = ends[0], let end = ends[1], start < end else { return nil }
            if let last = spans.last, last.upperBound > start { return nil }
            spans.append(start..<end)
        }
        return spans
    }

    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 }), let hour = Int(parts[0]),
            let minute = Int(parts[1]), (0...59).contains(minute), (0...1440).contains(hour * 60 + minute)
        else { return nil }
        return hour * 60 + minute
    }
}
