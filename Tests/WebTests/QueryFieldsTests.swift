import Foundation
import Kernel
import Testing
import Web

struct QueryFieldsTests {
    enum Kind: String { case photo, report }

    @Test func `what is asked for is read`() throws {
        var query = QueryFields(
            query: "text=%E6%9A%96+%E6%96%B0&number=-4.5&integer=7&flag=false&instant=2026-09-30T16:00:00+08:00"
                + "&day=2026-11-21&choice=report&empty=&alone")
        #expect(query.text("text", 1...10) == "暖 新")
        #expect(query.number("number", -5...5) == -4.5)
        #expect(query.integer("integer", 1...9) == 7)
        #expect(query.flag("flag") == false)
        #expect(query.instant("instant")?.rfc3339 == "2026-09-30T08:00:00.000Z")
        #expect(query.day("day")?.description == "2026-11-21")
        #expect(query.choice("choice", of: Kind.self) == .report)
        #expect(query.text("empty", 1...10, optional: true) == nil)
        #expect(query.text("alone", 1...10, optional: true) == nil)
        #expect(query.text("missing", 1...10, optional: true) == nil)
        try query.finish()
    }

    @Test(arguments: [
        ("a=x&b=1", "text", ["400 b unknown"]), ("a=x&a=x", "text", ["400 a duplicate"]),
        ("a=x&%61=y", "text", ["400 a duplicate"]),
        ("a=%zz", "text", ["400 a bad-characters"]), ("a=%ff", "text", ["400 a bad-characters"]),
        ("a=x%00y", "text", ["400 a bad-characters"]),
        ("%ff=1&a=x", "text", ["400 %ff=1 bad-characters"]), ("", "text", ["422 a missing"]),
        ("a=", "text", ["422 a missing"]), ("a=+++", "text", ["422 a missing"]),
        ("a=12345678901", "text", ["422 a too-long"]), ("a=x", "number", ["422 a not-a-number"]),
        ("a=nan", "number", ["422 a not-a-number"]),
        ("a=inf", "number", ["422 a not-a-number"]), ("a=0x3", "number", ["422 a not-a-number"]),
        ("a=1e999", "number", ["422 a not-a-number"]),
        ("a=5.5", "number", ["422 a out-of-range"]), ("a=1.5", "integer", ["422 a not-a-number"]),
        ("a=99999999999999999999", "integer", ["422 a not-a-number"]),
        ("a=10", "integer", ["422 a out-of-range"]), ("a=yes", "flag", ["422 a not-a-flag"]),
        ("a=1", "flag", ["422 a not-a-flag"]),
        ("a=today", "instant", ["422 a not-an-instant"]), ("a=2026-02-29", "day", ["422 a not-a-day"]),
        ("a=Photo", "choice", ["422 a no-such-choice"]),
        ("a=x", "text", []), ("&&a=x&", "text", []), ("a=x%3Dy%26", "text", []),
    ])
    func `what is wrong with a parameter is said of it`(query: String, kind: String, expected: [String]) {
        #expect(problems(query, kind) == expected)
    }

    private func problems(_ text: String, _ kind: String) -> [String] {
        do {
            var query = QueryFields(query: text)
            switch kind {
            case "text": _ = query.text("a", 1...10)
            case "number": _ = query.number("a", 0...5)
            case "integer": _ = query.integer("a", 1...9)
            case "flag": _ = query.flag("a")
            case "instant": _ = query.instant("a")
            case "day": _ = query.day("a")
            default: _ = query.choice("a", of: Kind.self)
            }
            try query.finish()
            return []
        } catch let error as any ProblemError {
            return error.problem.fields.map { "\(error.problem.status) \($0.field) \($0.name)" }
        } catch {
            return ["\(error)"]
        }
    }
}
