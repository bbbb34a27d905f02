import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kernel

/// What a browser's form sent, with or without files.
///
/// Reading it checks its token when the caller is signed in by a cookie, so that no handler can forget to. Uploaded files
/// are removed when the form goes away: a handler keeps a photo by giving it to the photo store.
package struct Form: Sendable {
    package let values: [String: [String]]
    package let files: [Upload]
    private let folder: UploadFolder?

    /// A form with these values and no files.
    package init(values: [String: [String]]) {
        self.values = values
        files = []
        folder = nil
    }

    /// - Throws: ``ForgedForm``, ``MalformedBody``, ``UnsupportedBody``; 413 when the whole is larger than allowed.
    package init(_ request: Request, _ context: AppContext, uploads: UploadLimits? = nil) async throws {
        let type = request.headers[.contentType] ?? ""
        if type.lowercased().hasPrefix("multipart/form-data"), let uploads {
            let parts = try await MultipartReader(contentType: type, limits: uploads).read(request.body)
            values = parts.values
            files = parts.files
            folder = parts.folder
        } else if type.lowercased().hasPrefix("application/x-www-form-urlencoded") || type.isEmpty {
            let body = try await request.body.collect(upTo: 256 * 1024)
            values = try Self.decoded(body.readableBytesView)
            files = []
            folder = nil
        } else {
            throw UnsupportedBody()
        }
        if let signedIn = context.signedIn, signedIn.means == .cookie {
            let sent = self["formToken"] ?? request.headers[.formToken] ?? ""
            guard constantTimeEqual(sent, signedIn.formToken) else { throw ForgedForm() }
        }
    }

    /// The value of a field without spaces at its ends; `nil` when it is missing or empty.
    package subscript(field: String) -> String? {
        let text = values[field]?.first?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return text.isEmpty ? nil : text
    }

    package func all(_ field: String) -> [String] { values[field] ?? [] }

    /// A text of at most `limit` characters, or a problem named after the field.
    package func text(_ field: String, limit: Int, problems: inout [FieldProblem]) -> String? {
        guard let text = self[field] else { return nil }
        if text.count > limit {
            problems.append(FieldProblem(field, "too-long", details: ["limit": "\(limit)"]))
            return nil
        }
        return text
    }

    private static func decoded(_ bytes: some Sequence<UInt8>) throws -> [String: [String]] {
        var values: [String: [String]] = [:]
        let pairs = Array(bytes).split(separator: UInt8(ascii: "&"))
        guard pairs.count <= 1000 else { throw MalformedBody.form }
        for pair in pairs {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = try percentDecoded(halves[0])
            values[name, default: []].append(halves.count == 2 ? try percentDecoded(halves[1]) : "")
        }
        return values
    }

    private static func percentDecoded(_ bytes: some Collection<UInt8>) throws -> String {
        var decoded: [UInt8] = []
        var rest = bytes.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): decoded.append(0x20)
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else {
                    throw MalformedBody.form
                }
                decoded.append(high << 4 | low)
            default: decoded.append(byte)
            }
        }
        guard let text = String(validating: decoded, as: UTF8.self), !text.utf8.contains(0) else {
            throw MalformedBody.form
        }
        return text
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map { UInt8($0) }
    }
}

/// Compares secrets without telling by the time it takes where they differ.
package func constantTimeEqual(_ left: String, _ right: String) -> Bool {
    // Both are hashed first, so that even their lengths say nothing.
    SHA256.hash(data: Data(left.utf8)) == SHA256.hash(data: Data(right.utf8))
}
