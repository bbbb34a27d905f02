import Foundation

/// Instants as people read them, by the clocks of Shanghai.
extension Date {
    /// `09:30`
    package var clockText: String { String(secondsText.prefix(5)) }

    /// `2026-11-21 09:30`
    package var minuteText: String { "\(Day(of: self)) \(clockText)" }

    /// `2026-11-21 09:30:15`
    package var secondText: String { "\(Day(of: self)) \(secondsText)" }

    private var secondsText: String {
        let seconds = Int(timeIntervalSince(Day(of: self).start))
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }
}
