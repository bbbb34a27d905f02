import Crypto
import CryptoExtras
import Foundation

/// A password as it is stored: scrypt (RFC 7914) with its parameters, so that they can be raised for new passwords.
package struct PasswordHash: Sendable, Hashable {
    package struct Cost: Sendable, Hashable {
        /// N is two to this power.
        package let logRounds: Int
        package let blockSize: Int
        package let parallelism: Int

        package init(logRounds: Int, blockSize: Int = 8, parallelism: Int = 1) {
            self.logRounds = logRounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// About 150 ms and 32 MiB on one core of the machines this was measured on.
        package static let standard = Cost(logRounds: 15)
    }

    package let cost: Cost
    private let salt: Data
    private let digest: Data

    /// Takes as long as ``Cost`` says: call it on a ``PasswordDesk``, never on a request's thread.
    package init(_ password: String, cost: Cost = .standard) throws {
        self.cost = cost
        salt = .random(16)
        digest = try Self.derived(password, salt: salt, cost: cost)
    }

    private init(cost: Cost, salt: Data, digest: Data) {
        self.cost = cost
        self.salt = salt
        self.digest = digest
    }

    /// A hash that no password has, and that takes as long to check as a real one: for logins that don't exist.
    package static func unmatchable(cost: Cost = .standard) -> PasswordHash {
        PasswordHash(cost: cost, salt: .random(16), digest: .random(32))
    }

    package func matches(_ password: String) throws -> Bool {
        try Self.derived(password, salt: salt, cost: cost).isSame(as: digest)
    }

    private static func derived(_ password: String, salt: Data, cost: Cost) throws -> Data {
        // The same letters can be typed as different code points (é, or e with an accent): they are one password.
        let bytes = Data(password.precomposedStringWithCanonicalMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << cost.logRounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
        return key.withUnsafeBytes { Data($0) }
    }
}

extension PasswordHash {
    /// `$scrypt$ln=15,r=8,p=1$salt$digest`, in base64 without padding.
    package var text: String {
        func plain(_ data: Data) -> String { data.base64EncodedString().replacing("=", with: "") }
        let parameters = "ln=\(cost.logRounds),r=\(cost.blockSize),p=\(cost.parallelism)"
        return "$scrypt$\(parameters)$\(plain(salt))$\(plain(digest))"
    }

    /// Reads what ``text`` wrote; `nil` for anything else, and for a cost that would stop the server.
    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        let numbers = parts[2].split(separator: ",").map { $0.split(separator: "=").map(String.init) }
        guard numbers.map(\.first) == ["ln", "r", "p"], numbers.allSatisfy({ $0.count == 2 }),
            let logRounds = Int(numbers[0][1]), let blockSize = Int(numbers[1][1]),
            let parallelism = Int(numbers[2][1]),
            (1...17).contains(logRounds), (1...16).contains(blockSize), (1...4).contains(parallelism),
            let salt = Data(base64url: parts[3]), let digest = Data(base64url: parts[4]), salt.count >= 8,
            digest.count == 32
        else { return nil }
        self.init(
            cost: Cost(logRounds: logRounds, blockSize: blockSize, parallelism: parallelism), salt: salt, digest: digest
        )
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "password hash" }
    package var debugDescription: String { "password hash" }
}

/// What a new password must be: long. Rules about kinds of characters make passwords worse (ASVS 5.0, 6.2.5).
package enum PasswordRule {
    package static let minimum = 12
    package static let maximum = 128

    package static func check(_ password: String, for login: Login) throws(AccountError) {
        let isTrivial = Set(password).count < 4 || password.lowercased().contains(login.text)
        guard (minimum...maximum).contains(password.count), !isTrivial else { throw .weakPassword }
    }
}
