import Foundation
import Kernel

/// A value in the two forms of GeoReport: XML, and JSON made from it by the "Spark" convention, in which a list loses the name
/// of its items.
indirect enum Spark: Sendable, Hashable {
    case null
    case text(String)
    case number(Double)
    case integer(Int)
    case flag(Bool)
    case members([Member])
    case items(_ name: String, [Spark])

    struct Member: Sendable, Hashable {
        let name: String
        let value: Spark

        init(_ name: String, _ value: Spark) {
            self.name = name
            self.value = value
        }

        init(_ name: String, _ text: String?) {
            self.init(name, text.map { .text($0) } ?? .null)
        }
    }
}

/// A whole answer: what XML calls it, and what is in it.
struct SparkDocument: Sendable, Hashable {
    enum Format: String, Sendable, CaseIterable {
        case xml, json

        var contentType: String { self == .xml ? "text/xml; charset=utf-8" : "application/json; charset=utf-8" }
    }

    let root: String
    let value: Spark

    init(_ root: String, _ value: Spark) {
        self.root = root
        self.value = value
    }

    func text(as format: Format) -> String {
        var text = ""
        switch format {
        case .xml:
            text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
            value.appendXML(as: root, to: &text)
        case .json: value.appendJSON(to: &text)
        }
        return text + "\n"
    }
}

extension Spark {
    fileprivate func appendXML(as name: String, to text: inout String) {
        guard self != .null else {
            text += "<\(name)/>"
            return
        }
        text += "<\(name)>"
        switch self {
        case .null: break
        case .text(let words): text += Self.escapedXML(words)
        case .number(let number): text += "\(number)"
        case .integer(let number): text += "\(number)"
        case .flag(let flag): text += flag ? "true" : "false"
        case .members(let members): for member in members { member.value.appendXML(as: member.name, to: &text) }
        case .items(let item, let values): for value in values { value.appendXML(as: item, to: &text) }
        }
        text += "</\(name)>"
    }

    fileprivate func appendJSON(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .text(let words): text += Self.quoted(words)
        case .number(let number): text += "\(number)"
        case .integer(let number): text += "\(number)"
        case .flag(let flag): text += flag ? "true" : "false"
        case .members(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                text += (index > 0 ? "," : "") + Self.quoted(member.name) + ":"
                member.value.appendJSON(to: &text)
            }
            text += "}"
        case .items(_, let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.appendJSON(to: &text)
            }
            text += "]"
        }
    }

    /// Without what XML can't say at all: most control characters, and halves of the last two of each plane.
    private static func escapedXML(_ words: String) -> String {
        var escaped = ""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\r": escaped += "&#13;"
            case "\t", "\n": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func quoted(_ words: String) -> String {
        var quoted = "\""
        for scalar in words.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\u{0}"..."\u{1f}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
