import Crypto
import Foundation
import Kernel

/// A signed word on how the journal stood at a moment. A copy of it in a place that nobody here can change shows later
/// whether the journal has been rewritten, or cut off at its end.
package struct JournalCheckpoint: Sendable, Hashable, Codable {
    /// How many entries were sealed.
    package let number: Int
    /// The seal of the last of them.
    package let hash: Data
    package let at: Date
    /// The public key (Ed25519) of who signed.
    package let signer: Data
    package let signature: Data

    package init(number: Int, hash: Data, at: Date, signer: Data, signature: Data) {
        self.number = number
        self.hash = hash
        self.at = at
        self.signer = signer
        self.signature = signature
    }

    package init(of seal: JournalSeal, at time: Date, signedWith key: Curve25519.Signing.PrivateKey) throws {
        self.init(
            number: seal.number, hash: seal.hash, at: time, signer: key.publicKey.rawRepresentation,
            signature: try key.signature(for: Self.message(seal.number, seal.hash, time)))
    }

    /// Whether `signer` has signed just this.
    package var isGenuine: Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: signer) else { return false }
        return key.isValidSignature(signature, for: Self.message(number, hash, at))
    }

    private static func message(_ number: Int, _ hash: Data, _ time: Date) -> Data {
        Data("nuanxin checkpoint, version 1\n\(number)\n\(hash.base64EncodedString())\n\(time.milliseconds)".utf8)
    }
}

extension JournalCheckpoint {
    /// As a file of a few lines that says what it is to whoever finds it.
    package func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.milliseconds)
        }
        return try encoder.encode(self)
    }

    package init(encoded data: Data) throws {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            Date(milliseconds: try decoder.singleValueContainer().decode(Int.self))
        }
        self = try decoder.decode(Self.self, from: data)
    }
}
