import Foundation

/// The codes that somebody keeps on paper for the day on which the authenticator is gone: 16 digits each, which a keypad can
/// type. The server keeps a keyed hash of each, and each works once.
package enum RecoveryCode {
    package static let count = 10
    static let length = 16

    /// Ten new ones, as people read them: `1234 5678 9012 3456`.
    static func new() -> [String] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in
            (0..<4).map { _ in
                let group = String(Int.random(in: 0...9999, using: &generator))
                return String(repeating: "0", count: 4 - group.count) + group
            }.joined(separator: " ")
        }
    }

    /// The digits of what somebody typed; `nil` when it is no such code, but perhaps the authenticator's.
    static func digits(of typed: String) -> String? {
        let plain = SignInCode.normalized(typed).replacing("-", with: "")
        let isCode = plain.utf8.count == length && plain.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isCode ? plain : nil
    }
}

/// A password that the server makes up for somebody: good for one sign-in, at which it must be changed.
enum FirstPassword {
    /// How long it may be used.
    static let lifetime: TimeInterval = 7 * 86_400

    /// 16 letters and digits that can't be taken for one another, in groups: `k7mf-w2xq-9hgt-bv4n`.
    static func new() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        var generator = SystemRandomNumberGenerator()
        let groups = (0..<4).map { _ in
            String((0..<4).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
        }
        return groups.joined(separator: "-")
    }
}
