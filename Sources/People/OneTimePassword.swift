import Crypto
import Foundation

/// The secret that an authenticator app shares with the server (RFC 6238: SHA-1, 30 seconds, six digits, which is what
/// every app can do).
package struct OneTimePassword: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    package let secret: Data

    package init(secret: Data) {
        self.secret = secret
    }

    /// A new secret of 160 bits, as RFC 4226 recommends.
    package static func new() -> OneTimePassword { OneTimePassword(secret: .random(20)) }

    /// `JBSWY3DPEHPK3PXP`: how people type it into an app.
    package init?(base32 text: some StringProtocol) {
        guard let secret = Base32.decoded(text), secret.count >= 10 else { return nil }
        self.secret = secret
    }

    package var base32: String { Base32.encoded(secret) }

    /// What an app reads from a QR code. SHA-1, six digits and 30 seconds are what every app takes for granted.
    package func address(for login: Login) -> String {
        "otpauth://totp/Nuanxin:\(login.text)?secret=\(base32)&issuer=Nuanxin"
    }

    /// The code that an app shows in the `step`-th half minute since 1970.
    package func code(at step: Int) -> String {
        let counter = withUnsafeBytes(of: UInt64(max(0, step)).bigEndian) { Data($0) }
        let mac = Data(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let start = Int(mac[19] & 15)
        let number = mac[start..<start + 4].reduce(0 as UInt32) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let digits = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    package static func step(at instant: Date) -> Int { Int((instant.timeIntervalSince1970 / 30).rounded(.down)) }

    /// The step that `code` belongs to, when it is this half minute or the one before or after, and later than `last`:
    /// a code that was used once, or is older than one that was, is refused.
    package func step(of code: String, at instant: Date, after last: Int) -> Int? {
        let now = Self.step(at: instant)
        let given = Data(code.utf8)
        // All three are computed and compared, whichever fits.
        let fitting = (now - 1...now + 1).filter { Data(self.code(at: $0).utf8).isSame(as: given) }
        return fitting.last { $0 > last }
    }

    package var description: String { "secret" }
    package var debugDescription: String { "secret" }
}

/// RFC 4648, without padding.
enum Base32 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func encoded(_ data: Data) -> String {
        var text = ""
        var buffer: UInt32 = 0
        var bits = 0
        func append(_ value: UInt32) { text.unicodeScalars.append(Unicode.Scalar(letters[Int(value & 31)])) }
        for byte in data {
            buffer = (buffer & 0xFF) << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                append(buffer >> UInt32(bits))
            }
        }
        if bits > 0 { append(buffer << UInt32(5 - bits)) }
        return text
    }

    /// Takes lower case, spaces and padding, as people copy them.
    static func decoded(_ text: some StringProtocol) -> Data? {
        guard text.utf8.count <= 256 else { return nil }
        var data = Data()
        var buffer: UInt32 = 0
        var bits = 0
        for byte in text.uppercased().utf8 where byte != 0x20 && byte != UInt8(ascii: "=") {
            guard let value = letters.firstIndex(of: byte) else { return nil }
            buffer = (buffer & 0xFF) << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                data.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return data
    }
}
