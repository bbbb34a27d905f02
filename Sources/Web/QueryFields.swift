import Foundation
import Hummingbird
import Kernel

/// Reads the parameters of an address one by one, gathers what is wrong with them, and refuses those it wasn't asked for
/// and those that stand there twice.
///
///     var fields = QueryFields(request)
///     let start = fields.instant("start")
///     try fields.finish()
///     // `start` is there now, or `finish` has thrown
package struct QueryFields {
    private var parameters: [String: String] = [:]
    private var problems: [FieldProblem] = []

    package init(_ request: Request) {
        self.init(query: request.uri.query ?? "")
    }

    package init(query: String) {
        for pair in query.split(separator: "&") {
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.decoded)
            let name = halves[0] ?? String(pair.prefix(40))
            let value = halves.count == 2 ? halves[1] : ""
            if parameters.updateValue(value ?? "", forKey: name) != nil {
                problem(name, "duplicate")
            } else if halves[0] == nil || value == nil || value?.contains("\0") == true {
                problem(name, "bad-characters")
            }
        }
    }

    package mutating func problem(_ field: String, _ name: String, _ details: [String: String] = [:]) {
        problems.append(FieldProblem(field, name, details: details))
    }

    /// A text with a number of characters in `length`, without spaces at its ends; `nil` when missing, empty or wrong.
    package mutating func text(_ field: String, _ length: ClosedRange<Int>, optional: Bool = false) -> String? {
        let text = parameters.removeValue(forKey: field)?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        guard !text.isEmpty else {
            if !optional { missing(field) }
            return nil
        }
        guard length.contains(text.count) else {
            problem(field, text.count < length.lowerBound ? "too-short" : "too-long", ["limit": "\(length.upperBound)"])
            return nil
        }
        return text
    }

    package mutating func number(_ field: String, _ range: ClosedRange<Double>, optional: Bool = false) -> Double? {
        guard let text = text(field, 1...32, optional: optional) else { return nil }
        // `Double` would also read `0x10` and `nan`.
        guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let number = Double(text), number.isFinite
        else {
            problem(field, "not-a-number")
            return nil
        }
        guard range.contains(number) else {
            problem(field, "out-of-range", ["low": "\(range.lowerBound)", "high": "\(range.upperBound)"])
            return nil
        }
        return number
    }

    package mutating func integer(_ field: String, _ range: ClosedRange<Int>, optional: Bool = false) -> Int? {
        guard let text = text(field, 1...32, optional: optional) else { return nil }
        guard let number = Int(text) else {
            problem(field, "not-a-number")
            return nil
        }
        guard range.contains(number) else {
            problem(field, "out-of-range", ["low": "\(range.lowerBound)", "high": "\(range.upperBound)"])
            return nil
        }
        return number
    }

    /// `true` or `false`; `nil` when it is missing.
    package mutating func flag(_ field: String) -> Bool? {
        guard let text = text(field, 1...8, optional: true) else { return nil }
        guard let flag = Bool(text) else {
            problem(field, "not-a-flag")
            return nil
        }
        return flag
    }

    /// An instant in RFC 3339.
    package mutating func instant(_ field: String, optional: Bool = false) -> Date? {
        guard let text = text(field, 1...40, optional: optional) else { return nil }
        // A `+` that was not encoded has become a space; an instant has no other use for one after its time.
        guard let instant = Date(rfc3339: text.replacing(" ", with: "+")) else {
            problem(field, "not-an-instant")
            return nil
        }
        return instant
    }

    package mutating func day(_ field: String, optional: Bool = false) -> Day? {
        guard let text = text(field, 1...10, optional: optional) else { return nil }
        guard let day = Day(text) else {
            problem(field, "not-a-day")
            return nil
        }
        return day
    }

    /// One of the words of `Value`, by its raw value.
    package mutating func choice<Value: RawRepresentable<String>>(
        _ field: String, of type: Value.Type = Value.self, optional: Bool = false
    ) -> Value? {
        guard let text = text(field, 1...64, optional: optional) else { return nil }
        guard let value = Value(rawValue: text) else {
            problem(field, "no-such-choice")
            return nil
        }
        return value
    }

    /// Throws when anything was wrong: 400 for a parameter that doesn't exist or stands there twice, 422 for a value that
    /// can't be taken.
    package mutating func finish() throws {
        for name in parameters.keys.sorted() where !problems.contains(where: { $0.field == name }) {
            problem(name, "unknown")
        }
        guard !problems.isEmpty else { return }
        let shape: Set = ["unknown", "duplicate", "bad-characters"]
        if problems.contains(where: { shape.contains($0.name) }) { throw MalformedBody.fields(problems) }
        throw InvalidFields(problems)
    }

    /// A parameter that was refused before isn't called missing as well.
    private mutating func missing(_ field: String) {
        guard !problems.contains(where: { $0.field == field }) else { return }
        problem(field, "missing")
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
