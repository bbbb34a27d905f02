import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Retention

/// What stops the server: a kind that nobody erases, one that has no span, one that goes before the law lets it.
struct RetentionFactsTests {
    private static let rules = [
        RetentionRule("messages") { _, _ in
            .init(from: "FROM t WHERE TRUE", event: "at", key: "id")
        } erase: { _, _, _ in
        },
        RetentionRule("looks", atLeast: Span(6, .months)) { _, _ in
            .init(from: "FROM t WHERE TRUE", event: "at", key: "id")
        } erase: { _, _, _ in
        },
        RetentionRule(keeping: "journal", atLeast: Span(6, .months)) { _, _ in
            .init(from: "FROM t WHERE TRUE", event: "at", key: "id")
        },
    ]

    private static func faults(_ kinds: [(String, span: String, atLeast: String?)], hour: Int = 3) throws -> [String] {
        let words = ["zh-Hans": "词", "en": "words"]
        let document: [String: Any] = [
            "hour": hour,
            "kinds": kinds.map { kind, span, atLeast -> [String: Any] in
                var entry: [String: Any] = [
                    "kind": kind, "span": span, "basis": "city", "name": words, "from": words, "left": words,
                    "rule": words,
                ]
                entry["atLeast"] = atLeast
                return entry
            },
        ]
        let data = try JSONSerialization.data(withJSONObject: document)
        return try JSONDecoder().decode(RetentionFacts.self, from: data).faults(rules)
    }

    private static let sound: [(String, span: String, atLeast: String?)] = [
        ("messages", "1 year", nil), ("looks", "3 years", "6 months"), ("journal", "for good", "6 months"),
    ]

    @Test func `a sound file has no faults`() throws {
        #expect(try Self.faults(Self.sound) == [])
    }

    @Test func `kinds and features fit each other`() throws {
        #expect(
            try Self.faults(Self.sound + [("mesages", "1 year", nil)])
                == ["retention: no feature erases mesages; did you mean messages?"])
        #expect(
            try Self.faults(Array(Self.sound.dropFirst()))
                == ["retention: messages has no span: it would be kept for good"])
        #expect(try Self.faults(Self.sound + [Self.sound[0]]) == ["retention: messages stands there twice"])
        #expect(try Self.faults(Self.sound, hour: 24) == ["retention: hour must be 0 to 23"])
    }

    @Test func `no city sets less than the law`() throws {
        var kinds = Self.sound
        kinds[1].span = "5 months"
        #expect(
            try Self.faults(kinds)
                == ["retention: looks is kept 5 months, and the law asks for 6 months at least"])
        kinds[1] = ("looks", "3 years", "1 month")
        let least = "retention: looks must be kept 6 months at least, and atLeast has to say so"
        #expect(try Self.faults(kinds) == [least])
        kinds[1] = ("looks", "3 years", nil)
        #expect(try Self.faults(kinds) == [least])
    }

    @Test func `what ends has a span, and what is kept for good has none`() throws {
        var kinds = Self.sound
        kinds[0].span = "for good"
        kinds[2].span = "3 years"
        #expect(
            try Self.faults(kinds) == [
                "retention: messages has to end some day",
                "retention: journal is kept for good and has no span",
            ])
    }

    @Test func `a span that can't be read is named`() {
        #expect(throws: DecodingError.self) { try Self.faults([("messages", "3 weeks", nil)]) }
    }
}
