import Foundation
import Kernel

/// How long what is kept: `Data/retention.json`. What belongs to each kind, how it is found and how it is erased says the
/// ``RetentionRule`` of the feature that keeps it.
package struct RetentionFacts: Sendable, Decodable {
    /// Whose word a span is.
    package enum Basis: String, Sendable, Codable {
        case law, city
    }

    package struct Kind: Sendable, Decodable {
        package let kind: String
        package let name: LocalizedText
        /// `nil`: for good.
        package let span: Span?
        /// What it is counted from.
        package let from: LocalizedText
        /// What is left afterwards, so that nothing that was published changes.
        package let left: LocalizedText
        package let basis: Basis
        /// The article, or why the city chose so.
        package let rule: LocalizedText
        /// The shortest that the law allows.
        package let atLeast: Span?

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: Key.self)
            kind = try values.decode(String.self, forKey: .kind)
            name = try values.decode(LocalizedText.self, forKey: .name)
            span =
                try values.decode(String.self, forKey: .span) == Self.forGood
                ? nil : values.decode(Span.self, forKey: .span)
            from = try values.decode(LocalizedText.self, forKey: .from)
            left = try values.decode(LocalizedText.self, forKey: .left)
            basis = try values.decode(Basis.self, forKey: .basis)
            rule = try values.decode(LocalizedText.self, forKey: .rule)
            atLeast = try values.decodeIfPresent(Span.self, forKey: .atLeast)
        }

        private static let forGood = "for good"

        private enum Key: String, CodingKey {
            case kind, name, span, from, left, basis, rule, atLeast
        }
    }

    /// The hour of the day in Shanghai from which the job runs.
    package let hour: Int
    package let kinds: [Kind]

    package subscript(kind: String) -> Kind? { kinds.first { $0.kind == kind } }

    /// What is wrong with the file beside what the features can erase, one sentence each.
    package func faults(_ rules: [RetentionRule]) -> [String] {
        let (named, served) = (kinds.map(\.kind), rules.map(\.kind))
        var faults: [String] = []
        if !(0...23).contains(hour) { faults.append("hour must be 0 to 23") }
        faults += Set(named).sorted().filter { kind in named.count { $0 == kind } > 1 }.map {
            "\($0) stands there twice"
        }
        faults += Set(served).sorted().filter { kind in served.count { $0 == kind } > 1 }.map {
            "two features erase \($0)"
        }
        faults += named.filter { !served.contains($0) }.map {
            "no feature erases \($0)\(served.hint(insteadOf: $0))"
        }
        faults += served.filter { !named.contains($0) }.map { "\($0) has no span: it would be kept for good" }
        for kind in kinds {
            guard let rule = rules.first(where: { $0.kind == kind.kind }) else { continue }
            faults += Self.faults(of: kind, rule)
        }
        return faults.map { "retention: \($0)" }
    }

    private static func faults(of kind: Kind, _ rule: RetentionRule) -> [String] {
        var faults: [String] = []
        if let least = rule.atLeast, !(kind.atLeast?.isAtLeast(least) ?? false) {
            faults.append("\(kind.kind) must be kept \(least) at least, and atLeast has to say so")
        }
        if let span = kind.span, let least = kind.atLeast, !span.isAtLeast(least) {
            faults.append("\(kind.kind) is kept \(span), and the law asks for \(least) at least")
        }
        if (kind.span == nil) == rule.erases {
            faults.append(
                rule.erases ? "\(kind.kind) has to end some day" : "\(kind.kind) is kept for good and has no span")
        }
        return faults
    }
}
