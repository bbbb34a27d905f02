import Foundation
import Kernel
import Testing

struct InstantTests {
    @Test(arguments: [
        ("2026-09-30T08:00:00Z", 1_790_755_200_000), ("2026-09-30T08:00:00.000Z", 1_790_755_200_000),
        ("2026-09-30T16:00:00+08:00", 1_790_755_200_000), ("2026-09-30T16:00:00.250+08:00", 1_790_755_200_250),
        ("2026-09-30T04:30:00-03:30", 1_790_755_200_000), ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999Z", -1), ("2024-02-29T12:00:00Z", 1_709_208_000_000),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
        ("2026-09-30t08:00:00z", 1_790_755_200_000), ("2026-09-30T08:00:00-00:00", 1_790_755_200_000),
        ("2026-09-30T08:00:00.9999999Z", 1_790_755_200_999), ("2026-09-30T08:00:00.5Z", 1_790_755_200_500),
        ("1969-12-31T23:59:59.5Z", -500),
    ])
    func `an instant is read with any offset, with or without a fraction`(text: String, milliseconds: Int) throws {
        #expect(try #require(Date(rfc3339: text)).milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "now", "2026-09-30", "08:00:00Z", "2026-09-30T08:00:00", "2026-09-30 08:00", "2026-13-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-09-30T25:00:00Z", "2026-09-30T08:60:00Z",
        "2026-09-30T08:00:61Z", "2026-09-30T08:00:00Zjunk", "junk2026-09-30T08:00:00Z", "2026-09-30T08:00:00+99:00",
        "2026-09-30T08:00:00+08:99", "2026-09-30T08:00:00.Z", "20260930T080000Z", "+02026-09-30T08:00:00Z",
        "2026-W40-3T08:00:00Z", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+00:01", "2026-09-30T08:00:00+0800",
        "2026-09-30T08:00:00.１Z", "2026-09-30T24:00:00Z", "2026-09-30T08:00:00é", "2026-09-3éT08:00:00Z",
        "2026-273T08:00:00Z", "1790755200", "2026-09-30T08:00:00.0000000000000000000000000Z",
    ])
    func `what isn't an RFC 3339 instant is refused`(text: String) {
        #expect(Date(rfc3339: text) == nil)
    }

    @Test(arguments: [1, 20_261_121, 77] as [UInt64])
    func `an instant kept in milliseconds comes back the same, as a number and as text`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let milliseconds = Int.random(in: -2_208_988_800_000...253_402_300_799_999, using: &generator)
            let instant = Date(milliseconds: milliseconds)
            try #require(instant.milliseconds == milliseconds)
            try #require(instant.storable == instant)
            let read = try #require(Date(rfc3339: instant.rfc3339), "\(instant.rfc3339)")
            try #require(read == instant, "\(instant.rfc3339)")
        }
    }

    @Test func `the text of an instant is UTC with three decimals`() {
        #expect(Date(milliseconds: 1_790_755_200_001).rfc3339 == "2026-09-30T08:00:00.001Z")
        #expect(Date(milliseconds: 1_790_755_200_999).rfc3339 == "2026-09-30T08:00:00.999Z")
        #expect(Date(milliseconds: 0).rfc3339 == "1970-01-01T00:00:00.000Z")
    }

    @Test func `what a database would drop is dropped, never rounded into the future`() {
        #expect(Date(timeIntervalSince1970: 1_790_755_200.1239).storable.milliseconds == 1_790_755_200_123)
        #expect(Date(timeIntervalSince1970: -0.0005).storable.milliseconds == -1)
    }
}
