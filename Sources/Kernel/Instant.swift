import Foundation

extension Date {
    /// Milliseconds since 1970, which is how instants are kept.
    ///
    /// A `Double` of seconds can lie a hair below the millisecond it was made from: up to 0.02 ms in the year 9999.
    package var milliseconds: Int { Int((timeIntervalSince1970 * 1000 + 0.05).rounded(.down)) }

    package init(milliseconds: Int) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The instant without what a database would drop of it, so that a value is the same before and after storing.
    package var storable: Date { Date(milliseconds: milliseconds) }

    /// `2026-09-30T08:00:00.000Z` (RFC 3339, UTC), as outside clients get it.
    package var rfc3339: String {
        let (day, rest) = milliseconds.dividedDown(by: 86_400_000)
        func padded(_ number: Int, _ width: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, width - text.count)) + text
        }
        return "\(Day(number: day))T\(padded(rest / 3_600_000, 2)):\(padded(rest / 60_000 % 60, 2))"
            + ":\(padded(rest / 1000 % 60, 2)).\(padded(rest % 1000, 3))Z"
    }

    /// Reads an RFC 3339 instant with any offset, with or without a fraction of a second.
    ///
    /// Foundation's style reads the 31st of April, 25 o'clock and text after the end as if they were there.
    package init?(rfc3339 text: String) {
        var rest = Substring(text).utf8
        guard rest.count <= 40, let day = Day(Substring(rest.prefix(10))) else { return nil }
        rest = rest.dropFirst(10)
        func take(_ characters: String) -> Bool {
            guard let first = rest.first, characters.utf8.contains(first) else { return false }
            rest = rest.dropFirst()
            return true
        }
        func number(below limit: Int) -> Int? {
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest = rest.dropFirst(2)
            return Int(Substring(digits)).flatMap { $0 < limit ? $0 : nil }
        }
        guard take("Tt"), let hour = number(below: 24), take(":"), let minute = number(below: 60), take(":"),
            let second = number(below: 60)
        else { return nil }
        var milliseconds = ((day.number * 24 + hour) * 60 + minute) * 60_000 + second * 1000
        if take(".") {
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            rest = rest.dropFirst(digits.count)
            milliseconds += Int("\(Substring(digits))00".prefix(3)) ?? 0
        }
        if !take("Zz") {
            let sign = rest.first == 0x2d ? -1 : 1
            guard take("+-"), let hours = number(below: 24), take(":"), let minutes = number(below: 60) else {
                return nil
            }
            milliseconds -= sign * (hours * 60 + minutes) * 60_000
        }
        // An offset can lead out of the years that four digits can say.
        guard rest.isEmpty, (-62_167_219_200_000..<253_402_300_800_000).contains(milliseconds) else { return nil }
        self.init(milliseconds: milliseconds)
    }
}

extension Int {
    /// The quotient rounded down, and what is left over, never negative.
    fileprivate func dividedDown(by divisor: Int) -> (quotient: Int, rest: Int) {
        let rest = (self % divisor + divisor) % divisor
        return ((self - rest) / divisor, rest)
    }
}
