import Foundation

/// A QR code of one size: version 6 with the lowest level of correction, 41 modules a side, for up to 134 bytes (ISO/IEC 18004).
/// Enough for the address of an authenticator's secret, and no more than that.
struct QRCode: Sendable {
    static let side = 41
    private static let capacity = 134
    private var dark = Array(repeating: Array(repeating: false, count: side), count: side)
    /// What isn't data: patterns that cameras find their way by.
    private var fixed = Array(repeating: Array(repeating: false, count: side), count: side)

    /// `nil` for a text that is too long.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.capacity else { return nil }
        drawPatterns()
        drawFormat()
        draw(Self.codewords(bytes))
    }

    subscript(row: Int, column: Int) -> Bool { dark[row][column] }

    /// The dark modules as the path of a drawing, each one unit wide, with the quiet zone of four round them.
    var path: String {
        var path = ""
        for row in 0..<Self.side {
            var column = 0
            while column < Self.side {
                var width = 0
                while column + width < Self.side, dark[row][column + width] { width += 1 }
                if width > 0 { path += "M\(column + 4) \(row + 4)h\(width)v1h-\(width)z" }
                column += max(width, 1)
            }
        }
        return path
    }

    // MARK: What is the same in every code

    private mutating func set(_ row: Int, _ column: Int, _ isDark: Bool) {
        guard (0..<Self.side).contains(row), (0..<Self.side).contains(column) else { return }
        dark[row][column] = isDark
        fixed[row][column] = true
    }

    private mutating func drawPatterns() {
        for index in 0..<Self.side {
            set(6, index, index.isMultiple(of: 2))
            set(index, 6, index.isMultiple(of: 2))
        }
        for (row, column) in [(3, 3), (3, Self.side - 4), (Self.side - 4, 3)] {
            for down in -4...4 {
                for right in -4...4 {
                    let distance = max(abs(down), abs(right))
                    set(row + down, column + right, distance != 2 && distance != 4)
                }
            }
        }
        for down in -2...2 {
            for right in -2...2 { set(34 + down, 34 + right, max(abs(down), abs(right)) != 1) }
        }
    }

    /// Lowest correction, first mask: `111011111000100`, twice.
    private mutating func drawFormat() {
        let bits = 0b111_0111_1100_0100
        func bit(_ index: Int) -> Bool { bits >> index & 1 == 1 }
        for index in 0..<6 { set(index, 8, bit(index)) }
        set(7, 8, bit(6))
        set(8, 8, bit(7))
        set(8, 7, bit(8))
        for index in 9..<15 { set(8, 14 - index, bit(index)) }
        for index in 0..<8 { set(8, Self.side - 1 - index, bit(index)) }
        for index in 8..<15 { set(Self.side - 15 + index, 8, bit(index)) }
        set(Self.side - 8, 8, true)
    }

    // MARK: Data

    /// In columns of two, from the right, up and down in turn; the mask turns every other module round.
    private mutating func draw(_ codewords: [UInt8]) {
        var index = 0
        for (turn, right) in [40, 38, 36, 34, 32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1].enumerated() {
            for step in 0..<Self.side {
                let row = turn.isMultiple(of: 2) ? Self.side - 1 - step : step
                for column in [right, right - 1] where !fixed[row][column] {
                    let isSet = index < codewords.count * 8 && codewords[index / 8] >> (7 - index % 8) & 1 == 1
                    dark[row][column] = isSet != (row + column).isMultiple(of: 2)
                    index += 1
                }
            }
        }
    }

    /// Two blocks of 68 bytes with 18 of correction each, woven into one another.
    private static func codewords(_ bytes: [UInt8]) -> [UInt8] {
        // Mode 4 (bytes), their number, they themselves, an end of four zeros: all shifted by half a byte.
        var data = [0x40 | UInt8(bytes.count >> 4)]
        var half = UInt8(bytes.count & 15) << 4
        for byte in bytes {
            data.append(half | byte >> 4)
            half = byte << 4
        }
        data.append(half)
        for index in 0..<(136 - data.count) { data.append(index.isMultiple(of: 2) ? 0xEC : 0x11) }
        let blocks = [Array(data[..<68]), Array(data[68...])]
        let corrections = blocks.map(correction)
        return (0..<68).flatMap { index in blocks.map { $0[index] } }
            + (0..<18).flatMap { index in corrections.map { $0[index] } }
    }

    /// Reed and Solomon's remainder in the field of 256 elements with 0x11D.
    private static func correction(_ data: [UInt8]) -> [UInt8] {
        var divisor = Array(repeating: 0 as UInt8, count: 17) + [1]
        var root: UInt8 = 1
        for _ in 0..<18 {
            for index in 0..<18 {
                divisor[index] = product(divisor[index], root) ^ (index < 17 ? divisor[index + 1] : 0)
            }
            root = product(root, 2)
        }
        var rest = Array(repeating: 0 as UInt8, count: 18)
        for byte in data {
            let factor = byte ^ rest[0]
            rest = Array(rest.dropFirst()) + [0]
            for index in 0..<18 { rest[index] ^= product(divisor[index], factor) }
        }
        return rest
    }

    private static func product(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var result = 0
        for bit in (0..<8).reversed() {
            result = result << 1 ^ (result >> 7) * 0x11D
            result ^= (Int(right) >> bit & 1) * Int(left)
        }
        return UInt8(truncatingIfNeeded: result)
    }
}
