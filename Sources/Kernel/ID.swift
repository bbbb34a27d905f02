import Foundation

/// The identity of one `Entity`: a UUID, as a rule of version 7 (RFC 9562), so that keys made one after another sort so.
///
/// An office's identity can't be passed where a case's is expected, though both are UUIDs.
package struct ID<Entity>: Hashable, Sendable {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// Reads an identity from an address or a form; `nil` when `text` isn't a UUID.
    package init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    package var text: String { uuid.uuidString.lowercased() }
}

extension ID: CustomStringConvertible {
    package var description: String { text }
}

extension ID: Comparable {
    package static func < (left: ID, right: ID) -> Bool { left.uuid < right.uuid }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        uuid = try decoder.singleValueContainer().decode(UUID.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension UUID {
    /// A UUID of version 7: 48 bits of time in milliseconds, then 74 random bits.
    package static func version7(at time: Date, using generator: inout some RandomNumberGenerator) -> UUID {
        let milliseconds = UInt64(max(0, time.milliseconds))
        var high = milliseconds << 16
        high |= 0x7000 | UInt64.random(in: 0...0xfff, using: &generator)
        let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3fff_ffff_ffff_ffff, using: &generator)
        return UUID(high: high, low: low)
    }

    package init(high: UInt64, low: UInt64) {
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            )
        )
    }

    package var bytes: Data { withUnsafeBytes(of: uuid) { Data($0) } }

    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        let words = bytes.reduce(into: (high: UInt64(0), low: UInt64(0))) { words, byte in
            words.high = words.high << 8 | words.low >> 56
            words.low = words.low << 8 | UInt64(byte)
        }
        self.init(high: words.high, low: words.low)
    }

    /// The version in the UUID itself, from 1 to 8.
    package var version: Int { Int(uuid.6 >> 4) }
}
