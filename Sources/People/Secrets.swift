import Crypto
import Foundation
import Kernel

/// The keys that People derives from the server's one secret: one for each use, so that none can stand in for another.
package struct PeopleKeys: Sendable {
    private let forms: SymmetricKey
    private let codes: SymmetricKey
    private let subjects: SymmetricKey
    private let sealing: SymmetricKey
    private let recovery: SymmetricKey

    /// - Throws: ``ShortServerKey``, for a secret of less than 32 bytes.
    package init(serverKey: Data) throws {
        guard serverKey.count >= 32 else { throw ShortServerKey() }
        func derived(_ use: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: SymmetricKey(data: serverKey), info: Data("nuanxin.people.\(use)".utf8),
                outputByteCount: 32)
        }
        forms = derived("forms")
        codes = derived("codes")
        subjects = derived("subjects")
        sealing = derived("sealing")
        recovery = derived("recovery")
    }

    /// What the forms of a session carry.
    package func formToken(of session: ID<Session>) -> String {
        Data(HMAC<SHA256>.authenticationCode(for: session.uuid.bytes, using: forms)).base64url
    }

    /// A one-time code as it is stored: worthless without the server's key, and for another challenge.
    func codeHash(_ code: String, challenge: Data) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: challenge + Data(code.utf8), using: codes))
    }

    /// A recovery code as it is stored: worthless without the server's key, and for another account.
    func recoveryHash(_ digits: String, of account: ID<Account>) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: account.uuid.bytes + Data(digits.utf8), using: recovery))
    }

    func isCode(_ code: String, challenge: Data, hash: Data) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(hash, authenticating: challenge + Data(code.utf8), using: codes)
    }

    /// A phone, a login or an address as limits are kept under: it can be counted and not read.
    func subject(_ use: String, _ text: String) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data("\(use)\u{0}\(text)".utf8), using: subjects))
    }

    /// Encrypts what has to be read again, bound to the `place` where it is kept.
    package func sealed(_ secret: Data, for place: String) throws -> Data {
        let box = try AES.GCM.seal(secret, using: sealing, authenticating: Data(place.utf8))
        return Data([1]) + box.nonce + box.ciphertext + box.tag
    }

    /// - Throws: when `sealed` was altered, moved from its place, or sealed with another server's key.
    package func opened(_ sealed: Data, for place: String) throws -> Data {
        // The first byte names the algorithm, so that another can come beside this one.
        guard sealed.first == 1 else { throw UnknownSeal() }
        return try AES.GCM.open(
            AES.GCM.SealedBox(combined: sealed.dropFirst()), using: sealing, authenticating: Data(place.utf8))
    }
}

package struct ShortServerKey: Error, CustomStringConvertible {
    package var description: String { "the server key has less than 32 bytes" }
}

struct UnknownSeal: Error {}

/// A secret that only its owner has; the server keeps its hash. It never prints itself.
package struct Token: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// 43 characters of base64url.
    package let text: String
    package let hash: Data

    /// A new one: 256 random bits.
    package init() {
        text = Data.random(32).base64url
        hash = Data(SHA256.hash(data: Data(text.utf8)))
    }

    /// One that somebody presents; `nil` when it can't be one.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 43, Data(base64url: String(text)) != nil else { return nil }
        self.text = String(text)
        hash = Data(SHA256.hash(data: Data(self.text.utf8)))
    }

    package var description: String { "token" }
    package var debugDescription: String { "token" }
}

extension Data {
    /// From the system's generator, which is good enough for keys.
    static func random(_ count: Int) -> Data {
        var generator = SystemRandomNumberGenerator()
        return Data((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    package var base64url: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    init?(base64url text: String) {
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: plain + String(repeating: "=", count: (4 - plain.count % 4) % 4))
    }

    /// Whether both are the same, in a time that doesn't tell where they differ.
    func isSame(as other: Data) -> Bool {
        guard count == other.count else { return false }
        return zip(self, other).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
