import Foundation
import Hummingbird
import Kernel

extension Response {
    /// `value` as JSON: camelCase, instants in RFC 3339 UTC.
    package static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.rfc3339)
        }
        return Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value)))
        )
    }

    /// Where a form leads after it did its work; `done` names the sentence that the next page shows.
    package static func seeOther(_ path: String, done: String? = nil) -> Response {
        guard let done else { return .redirect(to: path, type: .normal) }
        return .redirect(to: path + (path.contains("?") ? "&" : "?") + "done=\(percentEncoded(done))", type: .normal)
    }
}

/// One page of a list, as every list of the API is answered.
package struct ListAnswer<Item: Encodable & Sendable>: Encodable, Sendable {
    package let items: [Item]
    /// What to send as `cursor` to get the next page; absent on the last.
    package let next: String?

    package init(items: [Item], next: String?) {
        self.items = items
        self.next = next
    }
}

/// A place in a list, opaque to the client: base64url of what the list orders by.
package struct Cursor: Sendable {
    package let parts: [String]

    package init(_ parts: [String]) {
        self.parts = parts
    }

    /// - Throws: a problem when `text` was not made by ``text``.
    package init(_ text: some StringProtocol, parts count: Int) throws {
        let base64 = String(text).replacing("-", with: "+").replacing("_", with: "/")
        let padded = base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)
        guard text.utf8.count < 512, let data = Data(base64Encoded: padded),
            let joined = String(validating: data, as: UTF8.self)
        else { throw InvalidFields("cursor", "bad-cursor") }
        parts = joined.split(separator: "\u{1f}", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == count else { throw InvalidFields("cursor", "bad-cursor") }
    }

    /// A part that is an instant in milliseconds. Throws a problem for one that is none, or too far off to reckon with.
    package func instant(_ index: Int) throws -> Date {
        guard let milliseconds = Int(parts[index]), milliseconds.magnitude < 1 << 53 else {
            throw InvalidFields("cursor", "bad-cursor")
        }
        return Date(milliseconds: milliseconds)
    }

    package var text: String {
        Data(parts.joined(separator: "\u{1f}").utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
