import Foundation
import Kernel
import Testing
import Web

struct JSONValueTests {
    @Test(
        arguments: [
            ("null", .null), ("true", .bool(true)), (" \t\r\nfalse\n", .bool(false)), ("0", .number(0)),
            ("-0", .number(0)),
            ("12.5e-1", .number(1.25)), ("1E+2", .number(100)), ("-9007199254740993", .number(-9_007_199_254_740_992)),
            ("1e-400", .number(0)), ("\"\"", .string("")), ("[]", .array([])), ("{}", .object([:])),
            ("[ ]", .array([])),
            (
                #"{"a": [1, {"b": null}], "": ""}"#,
                .object(["a": .array([.number(1), .object(["b": .null])]), "": .string("")])
            ),
            (#""\"\\\/\b\f\n\r\tA""#, .string("\"\\/\u{8}\u{c}\n\r\tA")),
            (#""\u6696\u65b0 \uD842\uDFB7""#, .string("暖新 𠮷")),
            ("\"暖新𠮷\u{7f}\"", .string("暖新𠮷\u{7f}")), (#""\u0000""#, .string("\0")),
            (#"{"a":1,"A":2}"#, .object(["a": .number(1), "A": .number(2)])),
        ] as [(String, JSONValue)])
    func `a JSON document is read as RFC 8259 says`(text: String, value: JSONValue) throws {
        #expect(try JSONValue(parsing: text.utf8) == value)
    }

    @Test(
        arguments: [
            // Nothing, or more than one document.
            ("", .unexpected, 0), ("  ", .unexpected, 2), ("1 2", .unexpected, 2), ("{} ,", .unexpected, 3),
            ("null\0", .unexpected, 4),
            ("\u{FEFF}{}", .unexpected, 0),
            // Words that JSON doesn't have.
            ("nul", .unexpected, 3), ("True", .unexpected, 0), ("NaN", .unexpected, 0), ("undefined", .unexpected, 0),
            ("'a'", .unexpected, 0), ("// a\n1", .unexpected, 0),
            // Numbers.
            ("01", .unexpected, 1), ("+1", .unexpected, 0), (".5", .unexpected, 0), ("1.", .unexpected, 2),
            ("1e", .unexpected, 2),
            ("--1", .unexpected, 1), ("-", .unexpected, 1), ("0x10", .unexpected, 1), ("1_000", .unexpected, 1),
            ("1e999", .badNumber, 0),
            ("[-1e999]", .badNumber, 1), ("Infinity", .unexpected, 0),
            // Lists and objects.
            ("[1,]", .unexpected, 3), ("[1 2]", .unexpected, 3), ("[", .unexpected, 1), ("]", .unexpected, 0),
            ("[1}", .unexpected, 2),
            (#"{"a":1,}"#, .unexpected, 7), (#"{"a" 1}"#, .unexpected, 5), (#"{a:1}"#, .unexpected, 1),
            (#"{"a":1"#, .unexpected, 6),
            (#"{1:1}"#, .unexpected, 1), ("{", .unexpected, 1),
            // A key twice, also when it is written in two ways.
            (#"{"a":1,"a":1}"#, .duplicateKey, 7), (#"{"a":1,"\u0061":2}"#, .duplicateKey, 7),
            (#"{"a":{"b":1,"b":2}}"#, .duplicateKey, 12),
            // Strings.
            ("\"", .badString, 1), (#""\""#, .badString, 3), (#""\x41""#, .badString, 3), ("\"\n\"", .badString, 2),
            ("\"\t\"", .badString, 2),
            (#""\u12""#, .badString, 5), (#""\u12g4""#, .badString, 5), (#""\uD842""#, .badString, 7),
            (#""\uDFB7""#, .badString, 7),
            (#""\uD842\u0041""#, .badString, 13), (#""\uD842\n""#, .badString, 8), (#""\uDFB7\uD842""#, .badString, 7),
        ] as [(String, JSONProblem.Reason, Int)])
    func `anything else is refused, with the place of the mistake`(
        text: String, reason: JSONProblem.Reason, offset: Int
    ) {
        let problem = #expect(throws: JSONProblem.self) { try JSONValue(parsing: text.utf8) }
        #expect(problem?.reason == reason)
        #expect(abs((problem?.offset ?? -9) - offset) <= 1, "\(problem?.offset ?? -9)")
    }

    @Test(
        arguments: [
            [0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa1, 0x82, 0x22], [0x22, 0xe6, 0x9a, 0x22],
            [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], [0xff, 0xfe, 0x31, 0x00],
        ] as [[UInt8]])
    func `bytes that aren't UTF-8 are refused`(bytes: [UInt8]) {
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: bytes) }
    }

    @Test(arguments: [("[", "]"), (#"{"a":"#, "}")])
    func `a document may be 64 deep and no deeper`(open: String, close: String) {
        func nested(_ depth: Int) -> String {
            String(repeating: open, count: depth) + (open == "[" ? "" : "1") + String(repeating: close, count: depth)
        }
        #expect(throws: Never.self) { try JSONValue(parsing: nested(64).utf8) }
        let problem = #expect(throws: JSONProblem.self) { try JSONValue(parsing: nested(65).utf8) }
        #expect(problem?.reason == .tooDeep)
        // However deep it is meant to be, the stack stays small.
        let hostile = #expect(throws: JSONProblem.self) {
            try JSONValue(parsing: String(repeating: open, count: 200_000).utf8)
        }
        #expect(hostile?.reason == .tooDeep)
    }

    @Test func `many siblings aren't depth`() throws {
        let list = "[" + Array(repeating: "[]", count: 1000).joined(separator: ",") + "]"
        #expect(try JSONValue(parsing: list.utf8) == .array(Array(repeating: .array([]), count: 1000)))
    }

    /// Whatever the bytes are, the answer is a value or a problem, and Foundation agrees on every value.
    @Test(arguments: [1, 2, 20_261_121] as [UInt64])
    func `a document that was damaged is read rightly or refused`(seed: UInt64) throws {
        let whole = Array(#"{"a":[1,-2.5e3,"\u6696\n",true,null],"b":{"c":"新","d":[]},"e":0}"#.utf8)
        var random = SeededGenerator(seed: seed)
        for _ in 0..<3_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("{}[],:\"\\0e-".utf8).randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard (try? JSONValue(parsing: bytes)) != nil else { continue }
            let agreed = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            try #require(agreed != nil, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }
}
