import Foundation
import Kernel
import Testing
import Web

struct JSONFieldsTests {
    enum Kind: String { case photo, report }

    @Test func `what is asked for is read`() throws {
        var fields = try fields(
            """
            {"text": "  暖新 ", "number": 4.5, "flag": true, "uuid": "019a0b1c-2d3e-7f40-8112-fedcba987654",
             "instant": "2026-09-30T16:00:00+08:00", "day": "2026-11-21", "choice": "photo",
             "position": {"lat": 41.79, "lng": 123.45}, "ids": ["019a0b1c-2d3e-7f40-8112-fedcba987654"]}
            """)
        #expect(fields.text("text", 1...10) == "暖新")
        #expect(fields.number("number", 0...5) == 4.5)
        #expect(fields.flag("flag") == true)
        #expect(fields.uuid("uuid") == UUID(uuidString: "019a0b1c-2d3e-7f40-8112-fedcba987654"))
        #expect(fields.instant("instant")?.rfc3339 == "2026-09-30T08:00:00.000Z")
        #expect(fields.day("day")?.description == "2026-11-21")
        #expect(fields.choice("choice", of: Kind.self) == .photo)
        #expect(try fields.position("position") == Position(lat: 41.79, lng: 123.45))
        #expect(fields.ids("ids", of: Account.self, limit: 9).count == 1)
        try fields.finish()
    }

    @Test(arguments: ["{}", #"{"a": null}"#])
    func `what is optional may be missing`(json: String) throws {
        var fields = try fields(json)
        #expect(fields.text("a", 1...9, optional: true) == nil)
        #expect(fields.number("a", 0...1, optional: true) == nil)
        #expect(fields.flag("a") == nil)
        #expect(fields.uuid("a", optional: true) == nil)
        #expect(fields.instant("a", optional: true) == nil)
        #expect(fields.day("a", optional: true) == nil)
        #expect(fields.choice("a", of: Kind.self, optional: true) == nil)
        #expect(try fields.position("a") == nil)
        #expect(fields.ids("a", of: Account.self, limit: 9).isEmpty)
        try fields.finish()
    }

    @Test(arguments: ["text", "number", "uuid", "instant", "day", "choice"])
    func `what isn't optional is said to be missing, also when it is null`(kind: String) {
        #expect(problems("{}", kind) == ["422 a missing"])
        #expect(problems(#"{"a": null}"#, kind) == ["422 a missing"])
    }

    @Test(arguments: [
        // A value of the right kind that can't be taken: 422.
        ("text", #""""#, "422 a too-short"), ("text", #""   ""#, "422 a too-short"),
        ("text", #""12345678901""#, "422 a too-long"),
        ("text", #""a\u0000b""#, "422 a bad-characters"), ("number", "5.01", "422 a out-of-range"),
        ("number", "-1", "422 a out-of-range"),
        ("uuid", #""12""#, "422 a not-an-id"), ("instant", #""now""#, "422 a not-an-instant"),
        ("instant", #""2026-02-30T00:00:00Z""#, "422 a not-an-instant"),
        ("day", #""2026-02-29""#, "422 a not-a-day"), ("choice", #""Photo""#, "422 a no-such-choice"),
        ("ids", #"["019a0b1c-2d3e-7f40-8112-fedcba987654", "x"]"#, "422 a not-an-id"),
        ("ids", "[1]", "422 a not-an-id"),
        ("position", #"{"lat": 91, "lng": 0}"#, "422 a.lat out-of-range"),
        ("position", #"{"lat": 0, "lng": -180.5}"#, "422 a.lng out-of-range"),
        ("position", #"{"lat": 1}"#, "422 a.lng missing"),
        // A document of the wrong shape: 400.
        ("text", "1", "400 a not-text"), ("text", "[]", "400 a not-text"), ("uuid", "{}", "400 a not-text"),
        ("number", #""1""#, "400 a not-a-number"),
        ("flag", #""true""#, "400 a not-a-flag"), ("flag", "0", "400 a not-a-flag"),
        ("position", "[1, 2]", "400 a not-a-position"),
        ("position", #"{"lat": 1, "lng": 2, "alt": 3}"#, "400 a.alt unknown"),
        ("position", #"{"lat": "1", "lng": 2}"#, "400 a.lat not-a-number"),
        ("ids", #""x""#, "400 a not-a-list"), ("ids", #"["1", "2", "3", "4"]"#, "400 a not-a-list"),
    ])
    func `what is wrong with a field is said of it`(kind: String, value: String, expected: String) {
        #expect(problems("{\"a\": \(value)}", kind) == [expected])
    }

    @Test func `a field that nobody asked for is refused`() {
        #expect(problems(#"{"a": "x", "b": 1, "z": 1}"#, "text") == ["400 b unknown", "400 z unknown"])
    }

    @Test func `all problems are told at once, and one of the shape decides`() {
        #expect(problems(#"{"a": "", "b": 1}"#, "text") == ["400 a too-short", "400 b unknown"])
    }

    @Test(arguments: ["[]", "1", "null", #""a""#])
    func `a document that isn't an object is malformed`(json: String) {
        let error = #expect(throws: MalformedBody.self) { try fields(json) }
        #expect(error?.problem.status == 400)
        #expect(error?.problem.name == "malformed-json")
    }

    private func fields(_ json: String) throws -> JSONFields {
        try JSONFields(JSONValue(parsing: json.utf8))
    }

    /// Reads the field `a` as one of a kind, and tells the status and the problems.
    private func problems(_ json: String, _ kind: String) -> [String] {
        do {
            var fields = try fields(json)
            switch kind {
            case "text": _ = fields.text("a", 1...10)
            case "number": _ = fields.number("a", 0...5)
            case "flag": _ = fields.flag("a")
            case "uuid": _ = fields.uuid("a")
            case "instant": _ = fields.instant("a")
            case "day": _ = fields.day("a")
            case "choice": _ = fields.choice("a", of: Kind.self)
            case "position": _ = try fields.position("a")
            default: _ = fields.ids("a", of: Account.self, limit: 3)
            }
            try fields.finish()
            return []
        } catch let error as any ProblemError {
            return error.problem.fields.map { "\(error.problem.status) \($0.field) \($0.name)" }
        } catch {
            return ["\(error)"]
        }
    }
}
