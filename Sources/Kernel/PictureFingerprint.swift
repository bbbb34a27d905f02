import Foundation

/// What a picture looks like in 64 bits: pictures of the same thing from the same side have nearly the same ones, also after
/// shrinking and in other light. Nothing of the picture can be made out from them.
///
/// Each bit says whether one point of the picture, shrunk to 9 by 8 grey points, is darker than its neighbour on the right.
package struct PictureFingerprint: Sendable, Hashable {
    package let bits: UInt64

    package init(bits: UInt64) {
        self.bits = bits
    }

    /// From a picture of 9 by 8 grey points, as a PGM file with a byte for each. `nil` when it is something else, and for a
    /// picture with so little in it that it would be like every other one.
    package init?(pgm: Data) {
        // "P5", width, height, the highest value, and comments between them; then one blank and the points.
        guard pgm.starts(with: Data("P5".utf8)), pgm.dropLast(72).last == UInt8(ascii: "\n") else { return nil }
        let header = String(decoding: pgm.dropLast(72), as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { !$0.hasPrefix("#") }.joined(separator: " ").split(separator: " ")
        guard header == ["P5", "9", "8", "255"] else { return nil }
        self.init(greys: Array(pgm.suffix(72)))
    }

    /// `greys`: 72 of them, row by row.
    private init?(greys: [UInt8]) {
        guard let darkest = greys.min(), let brightest = greys.max(), brightest - darkest >= Self.leastContrast else {
            return nil
        }
        var bits: UInt64 = 0
        for row in 0..<8 {
            for column in 0..<8 {
                let place = row * 9 + column
                bits = bits << 1 | (greys[place] < greys[place + 1] ? 1 : 0)
            }
        }
        self.bits = bits
    }

    /// Whether both may be pictures of the same thing from the same side.
    package func isLike(_ other: PictureFingerprint) -> Bool {
        (bits ^ other.bits).nonzeroBitCount <= Self.mostDifferentBits
    }

    /// Two pictures that have nothing to do with each other differ in about 32 bits.
    private static let mostDifferentBits = 10
    private static let leastContrast: UInt8 = 16
}
