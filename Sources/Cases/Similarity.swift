import Foundation
import Kernel

/// How much two reports look like the same fact, and why. It only puts them in front of an officer, who decides.
package struct Similarity: Sendable, Hashable {
    package enum Reason: Sendable, Hashable {
        /// Metres between the two places.
        case distance(Double)
        /// Both are about the same business.
        case business
        /// Hours between the two reports.
        case time(Int)
        /// How much of their words they share, in hundredths.
        case words(Int)
        /// Two of their photos show nearly the same picture.
        case photos
        /// They came from one person. Who that is it doesn't say.
        case reporter
    }

    /// 0…100.
    package let score: Int
    /// What speaks for it, the strongest first.
    package let reasons: [Reason]

    /// What is worth showing at all.
    package static let least = 30

    /// Everything that is compared of a report.
    package struct Traits: Sendable {
        package var position: Position?
        package var receivedAt: Date
        package var words: String
        package var fingerprints: [PictureFingerprint]

        package init(position: Position?, receivedAt: Date, words: String, fingerprints: [PictureFingerprint] = []) {
            self.position = position
            self.receivedAt = receivedAt
            self.words = words
            self.fingerprints = fingerprints
        }
    }

    /// `radius`: the metres within which reports of this category may be about the same thing. What isn't known of both
    /// weighs nothing, for or against.
    package init(
        _ one: Traits, _ other: Traits, radius: Double, isSameBusiness: Bool = false, isSameReporter: Bool = false
    ) {
        var parts: [(weight: Double, value: Double, reason: Reason?)] = []
        if isSameBusiness {
            parts.append((40, 1, .business))
        } else if let here = one.position, let there = other.position {
            let metres = here.distance(to: there)
            parts.append((40, max(0, 1 - metres / radius), metres < radius ? .distance(metres) : nil))
        }
        let hours = abs(one.receivedAt.timeIntervalSince(other.receivedAt)) / 3600
        let freshness = max(0, 1 - hours / Self.fadingHours)
        parts.append((15, freshness, freshness > 0.5 ? .time(Int(hours)) : nil))
        if let share = Self.shared(one.words, other.words) {
            parts.append((25, share, share >= 0.15 ? .words(Int((share * 100).rounded())) : nil))
        }
        if let alike = Self.alike(one.fingerprints, other.fingerprints) {
            parts.append((20, alike ? 1 : 0, alike ? .photos : nil))
        }
        if isSameReporter { parts.append((10, 1, .reporter)) }
        let weight = parts.reduce(0) { $0 + $1.weight }
        score = Int((parts.reduce(0) { $0 + $1.weight * $1.value } / weight * 100).rounded())
        reasons = parts.sorted { $0.weight * $0.value > $1.weight * $1.value }.compactMap(\.reason)
    }

    /// A month apart, the same place may have a new hole.
    private static let fadingHours = 30 * 24.0

    /// How much two texts share: common pairs of neighbouring characters among all of both. Chinese has no spaces between
    /// words, and pairs come near to them. `nil` when one of them says nothing.
    static func shared(_ one: String, _ other: String) -> Double? {
        let (one, other) = (pairs(one), pairs(other))
        guard !one.isEmpty, !other.isEmpty else { return nil }
        return Double(one.intersection(other).count) / Double(one.union(other).count)
    }

    private static func pairs(_ text: String) -> Set<String> {
        let pieces = text.lowercased().split { !$0.isLetter && !$0.isNumber }
        return pieces.reduce(into: []) { pairs, piece in
            for (first, second) in zip(piece, piece.dropFirst()) { pairs.insert("\(first)\(second)") }
        }
    }

    private static func alike(_ one: [PictureFingerprint], _ other: [PictureFingerprint]) -> Bool? {
        guard !one.isEmpty, !other.isEmpty else { return nil }
        return one.contains { first in other.contains { first.isLike($0) } }
    }
}
