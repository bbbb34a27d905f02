import Foundation
import Kernel

/// What a code was sent for: it is good for nothing else, whoever talks its owner into reading it out.
enum CodePurpose: String, Sendable, Hashable, CaseIterable {
    case signIn = "phone"
    case proof = "phone-proof"
    case newPhone = "phone-new"
}

/// A one-time code that was sent to a phone and waits to be typed in. The code itself isn't kept, nor the number in plain.
struct SignInCode: Sendable, Hashable {
    static let lifetime: TimeInterval = 600
    static let tries = 5

    let id: ID<SignInCode>
    /// The hash of the token that only the browser or program has which asked for the code.
    let challenge: Data
    let codeHash: Data
    let phoneKey: Data
    let sealedPhone: Data
    let means: SessionMeans
    let expiresAt: Date
    private(set) var triesLeft: Int

    init(
        id: ID<SignInCode>, challenge: Data, codeHash: Data, phoneKey: Data, sealedPhone: Data, means: SessionMeans,
        expiresAt: Date, triesLeft: Int = SignInCode.tries
    ) {
        self.id = id
        self.challenge = challenge
        self.codeHash = codeHash
        self.phoneKey = phoneKey
        self.sealedPhone = sealedPhone
        self.means = means
        self.expiresAt = expiresAt
        self.triesLeft = triesLeft
    }

    /// Six digits, all equally likely, from the system's generator.
    static func randomCode() -> String {
        var generator = SystemRandomNumberGenerator()
        let digits = String(Int.random(in: 0...999_999, using: &generator))
        return String(repeating: "0", count: 6 - digits.count) + digits
    }

    /// What people type, without the spaces some phones put in and with full-width digits made plain.
    static func normalized(_ typed: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in typed.unicodeScalars where !scalar.properties.isWhitespace {
            let isWide = ("\u{FF10}"..."\u{FF19}").contains(scalar)
            plain.append(isWide ? Unicode.Scalar(UInt8(scalar.value - 0xFF10 + 0x30)) : scalar)
        }
        return String(plain)
    }

    func isOpen(at now: Date) -> Bool {
        // A code can't be valid for longer than its lifetime, whatever the clock did in between.
        triesLeft > 0 && now < expiresAt && expiresAt <= now.addingTimeInterval(Self.lifetime)
    }

    /// Whether this is the code; each call uses up one try.
    mutating func accepts(_ typed: String, keys: PeopleKeys, at now: Date) -> Bool {
        guard isOpen(at: now) else { return false }
        triesLeft -= 1
        return keys.isCode(Self.normalized(typed), challenge: challenge, hash: codeHash)
    }
}
