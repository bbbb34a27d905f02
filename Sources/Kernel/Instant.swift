import Foundation

extension Date {
    /// Milliseconds since 1970, which is how instants are kept.
    package var milliseconds: Int { Int((timeIntervalSince1970 * 1000).rounded(.down)) }

    package init(milliseconds: Int) {
        self.init(timeIntervalSince1970: Double(milliseconds) / 1000)
    }

    /// The instant without what a database would drop of it, so that a value is the same before and after storing.
    package var storable: Date { Date(milliseconds: milliseconds) }

    /// `2026-09-30T08:00:00.000Z` (RFC 3339, UTC), as outside clients get it.
    package var rfc3339: String { formatted(Self.withFraction) }

    /// Reads an RFC 3339 instant with any offset, with or without a fraction of a second.
    package init?(rfc3339 text: String) {
        guard text.utf8.count <= 40 else { return nil }
        guard let date = (try? Self.withFraction.parse(text)) ?? (try? Self.plain.parse(text)) else { return nil }
        guard abs(date.timeIntervalSince1970) < 253_402_300_800 else { return nil }
        self = date
    }

    private static let withFraction = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    private static let plain = Date.ISO8601FormatStyle()
}
