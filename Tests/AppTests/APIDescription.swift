import Foundation
import HTTPTypes
import HummingbirdTesting
import TestSupport

/// The document at `/api/v1/openapi.json`, to hold answers against. It knows as much of JSON Schema as the document uses.
struct APIDescription: @unchecked Sendable {
    // Only ever read, and made of nothing but strings, numbers, arrays and dictionaries.
    let document: [String: Any]

    init(_ data: Data) throws {
        document = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    struct Operation {
        let method: String
        let path: String
        let id: String?
        let responses: [String: Any]
        let isOpen: Bool
    }

    var operations: [Operation] {
        let paths = document["paths"] as? [String: [String: Any]] ?? [:]
        return paths.flatMap { path, item in
            item.compactMap { method, value -> Operation? in
                guard let operation = value as? [String: Any], method != "parameters" else { return nil }
                return Operation(
                    method: method.uppercased(), path: path, id: operation["operationId"] as? String,
                    responses: operation["responses"] as? [String: Any] ?? [:],
                    isOpen: (operation["security"] as? [Any])?.isEmpty ?? false)
            }
        }
    }

    /// What about an answer isn't as the document says; nothing when all is.
    func faults(of answer: TestResponse, to method: HTTPRequest.Method, _ uri: String) -> [String] {
        let path = String(uri.prefix { $0 != "?" })
        let fitting = operations.filter { $0.method == method.rawValue && Self.fits(path, $0.path) }
        guard let operation = fitting.min(by: { $0.path.count { $0 == "{" } < $1.path.count { $0 == "{" } }) else {
            // An address or a method that isn't described doesn't exist.
            return [404, 405].contains(answer.status.code) ? [] : ["\(method) \(path) isn't described"]
        }
        let name = "\(operation.method) \(operation.path) → \(answer.status.code)"
        guard let response = resolved(operation.responses["\(answer.status.code)"]) else {
            return ["\(name) isn't described"]
        }
        let content = response["content"] as? [String: [String: Any]] ?? [:]
        let type = answer.headers[.contentType].map { String($0.prefix { $0 != ";" }) }
        guard let type, let media = content[type] else {
            return content.isEmpty && answer.text.isEmpty ? [] : ["\(name): the type \(type ?? "none") isn't described"]
        }
        guard type.hasSuffix("json"), let schema = media["schema"] else { return [] }
        guard let body = try? JSONSerialization.jsonObject(with: Data(answer.text.utf8), options: .fragmentsAllowed)
        else { return ["\(name): not JSON"] }
        return faults(in: body, schema, at: "").map { "\(name): \($0)" }
    }

    static func fits(_ path: String, _ template: String) -> Bool {
        let (parts, pattern) = (path.split(separator: "/"), template.split(separator: "/"))
        return parts.count == pattern.count && zip(parts, pattern).allSatisfy { $0 == $1 || $1.hasPrefix("{") }
    }

    private func resolved(_ value: Any?) -> [String: Any]? {
        guard let object = value as? [String: Any] else { return nil }
        guard let reference = object["$ref"] as? String else { return object }
        let target = reference.dropFirst(2).split(separator: "/").reduce(document as Any?) { node, key in
            (node as? [String: Any])?[String(key)]
        }
        return resolved(target)
    }
}

// MARK: - JSON Schema

extension APIDescription {
    func faults(in value: Any, _ schema: Any, at place: String) -> [String] {
        guard let schema = resolved(schema) else { return ["\(place): the schema is missing"] }
        var found: [String] = []
        for part in schema["allOf"] as? [Any] ?? [] { found += faults(in: value, part, at: place) }
        for word in ["oneOf", "anyOf"] {
            guard let choices = schema[word] as? [Any] else { continue }
            if !choices.contains(where: { faults(in: value, $0, at: place).isEmpty }) {
                found.append("\(place): none of \(word) fits")
            }
        }
        let types = schema["type"] as? [String] ?? [schema["type"] as? String].compactMap(\.self)
        if !types.isEmpty, !types.contains(where: { Self.isA($0, value) }) {
            return found + ["\(place): \(value) is no \(types.joined(separator: " or "))"]
        }
        if let constant = schema["const"], !Self.same(constant, value) {
            found.append("\(place): \(value) isn't \(constant)")
        }
        if let choices = schema["enum"] as? [Any], !choices.contains(where: { Self.same($0, value) }) {
            found.append("\(place): \(value) is none of the choices")
        }
        if let object = value as? [String: Any] { found += faults(inObject: object, schema, at: place) }
        if let items = value as? [Any] {
            if let least = schema["minItems"] as? Int, items.count < least { found.append("\(place): too few items") }
            if let item = schema["items"] {
                found += items.enumerated().flatMap { faults(in: $0.element, item, at: "\(place)[\($0.offset)]") }
            }
        }
        if let text = value as? String { found += faults(inText: text, schema, at: place) }
        if Self.isA("number", value), let number = (value as? NSNumber)?.doubleValue {
            if let least = (schema["minimum"] as? NSNumber)?.doubleValue, number < least {
                found.append("\(place): too small")
            }
            if let most = (schema["maximum"] as? NSNumber)?.doubleValue, number > most {
                found.append("\(place): too large")
            }
        }
        return found
    }

    private func faults(inObject object: [String: Any], _ schema: [String: Any], at place: String) -> [String] {
        let properties = schema["properties"] as? [String: Any] ?? [:]
        let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
        var found = missing.map { "\(place).\($0) is missing" }
        let isClosed =
            schema["additionalProperties"] as? Bool == false || schema["unevaluatedProperties"] as? Bool == false
        let known = names(in: schema)
        for (name, value) in object {
            if let property = properties[name] {
                found += faults(in: value, property, at: "\(place).\(name)")
            } else if isClosed, !known.contains(name) {
                found.append("\(place).\(name) isn't described")
            } else if let other = schema["additionalProperties"] as? [String: Any] {
                found += faults(in: value, other, at: "\(place).\(name)")
            }
        }
        return found
    }

    private func names(in schema: [String: Any]) -> Set<String> {
        let parts = (schema["allOf"] as? [Any] ?? []).compactMap { resolved($0) }
        return parts.reduce(into: Set((schema["properties"] as? [String: Any] ?? [:]).keys)) {
            $0.formUnion(names(in: $1))
        }
    }

    private func faults(inText text: String, _ schema: [String: Any], at place: String) -> [String] {
        var found: [String] = []
        if let least = schema["minLength"] as? Int, text.count < least { found.append("\(place): too short") }
        if let most = schema["maxLength"] as? Int, text.count > most { found.append("\(place): too long") }
        if let pattern = schema["pattern"] as? String, text.range(of: pattern, options: .regularExpression) == nil {
            found.append("\(place): \(text) isn't like \(pattern)")
        }
        let form: String? =
            switch schema["format"] as? String {
            case "date-time": #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"#
            case "date": #"^\d{4}-\d\d-\d\d$"#
            case "uuid": #"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"#
            default: nil
            }
        if let form, text.range(of: form, options: .regularExpression) == nil {
            found.append("\(place): \(text) isn't like \(form)")
        }
        return found
    }

    private static func isA(_ type: String, _ value: Any) -> Bool {
        let isFlag = (value as? NSNumber).map { $0.isFlag } ?? false
        switch type {
        case "object": return value is [String: Any]
        case "array": return value is [Any]
        case "string": return value is String
        case "boolean": return isFlag
        case "null": return value is NSNull
        case "number": return !isFlag && value is NSNumber
        case "integer":
            return !isFlag && (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
        default: return false
        }
    }

    private static func same(_ left: Any, _ right: Any) -> Bool {
        guard let left = left as? NSObject, let right = right as? NSObject else { return false }
        return left == right
    }
}

extension NSNumber {
    fileprivate var isFlag: Bool { String(cString: objCType) == "c" }
}
