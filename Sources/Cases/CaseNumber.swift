import Crypto
import Foundation
import Kernel

/// Numbers that people read out on the phone: no letters that look alike, nothing in them about when or where.
package enum CaseNumber {
    /// `NX-7K3M-2Q9D`: 40 bits of a hash of the case's identity. `attempt` makes another one when it is taken already.
    package static func make(for id: ID<Case>, attempt: Int = 0) -> String {
        let digest = SHA256.hash(data: id.uuid.bytes + Data("case \(attempt)".utf8))
        let bits = digest.prefix(5).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let letters = (0..<8).map { alphabet[Int(bits >> (35 - 5 * UInt64($0)) & 31)] }
        return "NX-\(String(letters[..<4]))-\(String(letters[4...]))"
    }

    /// What others call the reporter of a case: `A7F3`.
    package static func alias(from name: UUID) -> String {
        let digest = SHA256.hash(data: name.bytes)
        return digest.prefix(2).map { byte in
            let hex = String(byte, radix: 16, uppercase: true)
            return hex.count == 1 ? "0\(hex)" : hex
        }.joined()
    }

    private static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
}
