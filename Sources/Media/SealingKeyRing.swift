import Crypto
import Foundation
import Kernel

/// The keys that originals are sealed with: the current one seals, all of them open.
///
/// To change the key, put a new one in front and leave the old one on the ring for as long as there are originals sealed
/// with it. Taking a key off the ring and destroying it makes those unreadable, which is a way of deleting them.
package struct SealingKeyRing: Sendable {
    private let current: SealingKey
    private let older: [SealingKey]

    package init(current: SealingKey, older: [SealingKey] = []) {
        self.current = current
        self.older = older
    }

    /// Seals with AES-256-GCM. The result can't be opened under another name.
    ///
    /// Layout: `NXS1`, one byte for the algorithm, 8 bytes for the key, 12 bytes nonce, as many bytes as `content`,
    /// 16 bytes tag. What stands before the nonce and the name are authenticated too.
    package func seal(_ content: Data, of name: UUID) throws -> Data {
        let header = Self.start + current.id
        let box = try AES.GCM.seal(content, using: current.key, authenticating: name.bytes + header)
        return header + Data(box.nonce) + box.ciphertext + box.tag
    }

    /// - Throws: `SealingError`.
    package func open(_ sealed: Data, of name: UUID) throws(SealingError) -> Data {
        let header = sealed.prefix(Self.start.count + 8)
        guard sealed.count >= Self.overhead, header.starts(with: Self.start) else { throw .notSealed }
        let id = Data(header.suffix(8))
        guard let key = ([current] + older).first(where: { $0.id == id })?.key else {
            throw .unknownKey(id: id.hexadecimal)
        }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.dropFirst(header.count))
            return try AES.GCM.open(box, using: key, authenticating: name.bytes + header)
        } catch {
            throw .tampered
        }
    }

    /// A key that follows from one on the ring, for another use.
    package struct Derived: Sendable {
        /// Of the key that it follows from: the first bytes of its hash, in hexadecimal digits.
        package let id: String
        package let key: SymmetricKey
    }

    /// What follows from each key on the ring for another use, the current one first. Nothing of it leads back to the ring.
    package func derived(for use: String) -> [Derived] {
        ([current] + older).map { key in
            Derived(
                id: key.id.hexadecimal,
                key: HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: key.key, info: Data("nuanxin \(use)".utf8), outputByteCount: 32))
        }
    }

    /// `NXS1` and 1 for AES-256-GCM.
    private static let start = Data("NXS1".utf8) + [1]
    /// How long a file of so many bytes is when it is sealed.
    package static func sealedSize(of byteCount: Int) -> Int { byteCount + overhead }

    /// What sealing adds to a file.
    static let overhead = start.count + 8 + 12 + 16
}
