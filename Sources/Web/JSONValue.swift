/// A JSON document that was read strictly: no key twice, no depth beyond 64, nothing after the end.
///
/// Foundation's decoder takes a document with duplicate keys and uses one of them; what one reader checks could then be
/// another value than the one a second reader stores.
package enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// - Throws: ``JSONProblem`` with the offset of the first byte that can't stand there.
    package init(parsing bytes: some Sequence<UInt8>) throws {
        var parser = JSONParser(bytes: Array(bytes))
        self = try parser.document()
    }
}

package struct JSONProblem: Error, Hashable {
    package enum Reason: String, Sendable {
        case unexpected, duplicateKey, tooDeep, badString, badNumber
    }

    package let reason: Reason
    package let offset: Int
}

private struct JSONParser {
    let bytes: [UInt8]
    var offset = 0
    var depth = 0

    mutating func document() throws -> JSONValue {
        let value = try value()
        skipSpace()
        guard offset == bytes.count else { throw problem(.unexpected) }
        return value
    }

    private mutating func value() throws -> JSONValue {
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return try nested { try $0.object() }
        case UInt8(ascii: "["): return try nested { try $0.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        default: return .number(try number())
        }
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func problem(_ reason: JSONProblem.Reason) -> JSONProblem { JSONProblem(reason: reason, offset: offset) }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func nested(_ read: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
        guard depth < 64 else { throw problem(.tooDeep) }
        depth += 1
        offset += 1
        defer { depth -= 1 }
        return try read(&self)
    }

    private mutating func object() throws -> JSONValue {
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            let start = offset
            let key = try string()
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw problem(.unexpected) }
            guard members.updateValue(try value(), forKey: key) == nil else {
                throw JSONProblem(reason: .duplicateKey, offset: start)
            }
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { throw problem(.unexpected) }
        }
    }

    private mutating func array() throws -> JSONValue {
        var items: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw problem(.unexpected) }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws -> JSONValue {
        for byte in text.description.utf8 {
            guard take(byte) else { throw problem(.unexpected) }
        }
        return value
    }

    private mutating func number() throws -> Double {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        guard let number = Double(String(decoding: bytes[start..<offset], as: UTF8.self)), number.isFinite else {
            throw JSONProblem(reason: .badNumber, offset: start)
        }
        return number
    }

    private mutating func digits() throws {
        let start = offset
        while let byte = peek, (0x30...0x39).contains(byte) { offset += 1 }
        guard offset > start else { throw problem(.unexpected) }
    }

    private mutating func string() throws -> String {
        guard take(UInt8(ascii: "\"")) else { throw problem(.unexpected) }
        var text: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw problem(.badString) }
                return string
            case UInt8(ascii: "\\"): try text.append(contentsOf: escape())
            case 0..<0x20: throw problem(.badString)
            default: text.append(byte)
            }
        }
        throw problem(.badString)
    }

    private mutating func escape() throws -> [UInt8] {
        guard let byte = peek else { throw problem(.badString) }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): return Array(String(try unicodeEscape()).utf8)
        default: throw problem(.badString)
        }
    }

    private mutating func unicodeEscape() throws -> Character {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        // A surrogate must be the first of a pair.
        guard (0xd800..<0xdc00).contains(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw problem(.badString)
        }
        let second = try fourHexDigits()
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw problem(.badString) }
        return Character(scalar)
    }

    private mutating func fourHexDigits() throws -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw problem(.badString)
            }
            offset += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }
}
