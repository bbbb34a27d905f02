import Crypto
import Foundation

/// A secret key that originals are sealed with. It never shows itself in logs.
package struct SealingKey: Sendable, CustomStringConvertible, CustomReflectable {
    let key: SymmetricKey
    /// The first 8 bytes of the key's SHA-256: tells keys apart and gives nothing away.
    let id: Data

    /// - Throws: `SealingError.notAKey` unless there are 32 bytes.
    package init(bytes: some ContiguousBytes) throws(SealingError) {
        key = SymmetricKey(data: bytes)
        guard key.bitCount == 256 else { throw .notAKey }
        id = key.withUnsafeBytes { Data(SHA256.hash(data: $0).prefix(8)) }
    }

    /// Reads 64 hexadecimal digits, or base64 (also the kind for addresses, with or without `=`).
    ///
    /// - Throws: `SealingError.notAKey`.
    package init(text: String) throws(SealingError) {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Self.bytes(hexadecimal: text) ?? Self.bytes(base64: text) else { throw .notAKey }
        try self.init(bytes: bytes)
    }

    /// Reads a key file: the 32 bytes themselves, or text.
    package init(file: URL) throws {
        let content = try Data(contentsOf: file)
        if content.count == 32 {
            try self.init(bytes: content)
        } else {
            try self.init(text: String(decoding: content, as: UTF8.self))
        }
    }

    package var description: String { "key \(id.hexadecimal)" }
    package var customMirror: Mirror { Mirror(self, children: ["id": id.hexadecimal]) }

    private static func bytes(hexadecimal text: String) -> Data? {
        let digits = text.compactMap(\.hexDigitValue)
        guard text.utf8.count == 64, digits.count == 64 else { return nil }
        return Data(stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }

    private static func bytes(base64 text: String) -> Data? {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/").prefix { $0 != "=" }
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        return Data(base64Encoded: plain + padding)
    }
}

extension Data {
    var hexadecimal: String {
        map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
