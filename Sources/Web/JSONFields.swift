import Foundation
import Hummingbird
import Kernel

/// Reads the members of a JSON object one by one, gathers what is wrong with them, and refuses those it wasn't asked for.
///
///     var fields = try JSONFields(body)
///     let phone = fields.text("phone", 1...32)
///     try fields.finish()
///     // `phone` is there now, or `finish` has thrown
package struct JSONFields {
    private var members: [String: JSONValue]
    private let prefix: String
    private var problems: [FieldProblem] = []

    package init(_ value: JSONValue, prefix: String = "") throws {
        guard case .object(let members) = value else { throw MalformedBody.notAnObject }
        self.members = members
        self.prefix = prefix
    }

    /// Reads the body of a request, at most `limit` bytes.
    package init(_ request: Request, limit: Int = 64 * 1024) async throws {
        let type = request.headers[.contentType] ?? "application/json"
        guard type.lowercased().hasPrefix("application/json") else { throw UnsupportedBody() }
        let body = try await request.body.collect(upTo: limit)
        try self.init(JSONValue(parsing: body.readableBytesView))
    }

    package mutating func problem(_ field: String, _ name: String, _ details: [String: String] = [:]) {
        problems.append(FieldProblem(prefix + field, name, details: details))
    }

    /// A text with a number of characters in `length`, without spaces at its ends; `nil` when missing or wrong.
    package mutating func text(_ field: String, _ length: ClosedRange<Int>, optional: Bool = false) -> String? {
        switch members.removeValue(forKey: field) {
        case .string(let raw):
            let text = raw.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.unicodeScalars.contains(where: { $0 == "\0" }) else {
                problem(field, "bad-characters")
                return nil
            }
            if text.isEmpty, optional { return nil }
            guard length.contains(text.count) else {
                problem(
                    field, text.count < length.lowerBound ? "too-short" : "too-long", ["limit": "\(length.upperBound)"])
                return nil
            }
            return text
        case nil, .null:
            if !optional { problem(field, "missing") }
        default: problem(field, "not-text")
        }
        return nil
    }

    package mutating func number(_ field: String, _ range: ClosedRange<Double>, optional: Bool = false) -> Double? {
        switch members.removeValue(forKey: field) {
        case .number(let number):
            guard range.contains(number) else {
                problem(field, "out-of-range", ["low": "\(range.lowerBound)", "high": "\(range.upperBound)"])
                return nil
            }
            return number
        case nil, .null:
            if !optional { problem(field, "missing") }
        default: problem(field, "not-a-number")
        }
        return nil
    }

    /// A whole number: `3` or `3.0`, which are the same in JSON.
    package mutating func integer(_ field: String, _ range: ClosedRange<Int>, optional: Bool = false) -> Int? {
        let bounds = Double(range.lowerBound)...Double(range.upperBound)
        guard let number = number(field, bounds, optional: optional) else { return nil }
        guard let whole = Int(exactly: number) else {
            problem(field, "not-a-number")
            return nil
        }
        return whole
    }

    package mutating func flag(_ field: String) -> Bool? {
        switch members.removeValue(forKey: field) {
        case .bool(let flag): return flag
        case nil, .null: break
        default: problem(field, "not-a-flag")
        }
        return nil
    }

    package mutating func uuid(_ field: String, optional: Bool = false) -> UUID? {
        guard let text = text(field, 1...64, optional: optional) else { return nil }
        guard let uuid = UUID(uuidString: text) else {
            problem(field, "not-an-id")
            return nil
        }
        return uuid
    }

    /// An instant in RFC 3339.
    package mutating func instant(_ field: String, optional: Bool = false) -> Date? {
        guard let text = text(field, 1...40, optional: optional) else { return nil }
        guard let instant = Date(rfc3339: text) else {
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

    /// `{"lat":…, "lng":…}` in WGS-84.
    package mutating func position(_ field: String) throws -> Position? {
        guard let value = members.removeValue(forKey: field), value != .null else { return nil }
        guard case .object = value else {
            problem(field, "not-a-position")
            return nil
        }
        var fields = try JSONFields(value, prefix: "\(prefix)\(field).")
        let lat = fields.number("lat", -90...90)
        let lng = fields.number("lng", -180...180)
        problems += fields.remaining()
        guard let lat, let lng else { return nil }
        return Position(lat: lat, lng: lng)
    }

    package mutating func ids<Entity>(_ field: String, of entity: Entity.Type, limit: Int) -> [ID<Entity>] {
        guard let value = members.removeValue(forKey: field), value != .null else { return [] }
        guard case .array(let items) = value, items.count <= limit else {
            problem(field, "not-a-list", ["limit": "\(limit)"])
            return []
        }
        let ids = items.compactMap { item -> ID<Entity>? in
            guard case .string(let text) = item else { return nil }
            return ID(text)
        }
        if ids.count != items.count { problem(field, "not-an-id") }
        return ids
    }

    private mutating func remaining() -> [FieldProblem] {
        for key in members.keys.sorted() { problem(key, "unknown") }
        return problems
    }

    /// Throws when anything was wrong: 400 for a document of the wrong shape, 422 for a value that can't be taken.
    package mutating func finish() throws {
        let problems = remaining()
        guard !problems.isEmpty else { return }
        let shape: Set = ["unknown", "not-text", "not-a-number", "not-a-flag", "not-a-list", "not-a-position"]
        if problems.contains(where: { shape.contains($0.name) }) { throw MalformedBody.fields(problems) }
        throw InvalidFields(problems)
    }
}

/// A body that isn't the document it should be.
package enum MalformedBody: ProblemError {
    case json(JSONProblem)
    case notAnObject
    case form
    case fields([FieldProblem])

    package var problem: Problem {
        switch self {
        case .json(let json):
            Problem(
                "malformed-json", status: 400, details: ["offset": "\(json.offset)", "reason": json.reason.rawValue])
        case .notAnObject: Problem("malformed-json", status: 400, details: ["offset": "0", "reason": "unexpected"])
        case .form: Problem("malformed-form", status: 400)
        case .fields(let fields): Problem("malformed-fields", status: 400, fields: fields)
        }
    }
}

package struct UnsupportedBody: ProblemError {
    package init() {}
    package var problem: Problem { Problem("unsupported-body", status: 415) }
}
