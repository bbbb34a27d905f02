import Crypto
import Foundation
import Kernel

/// Where a sealed value is kept. It opens there only: one that was copied into another row or column is as good as changed.
package struct SealedPlace: Sendable, Hashable {
    let text: String

    package init(_ table: String, _ column: String, _ row: UUID) {
        text = "\(table)|\(column)|\(row.uuidString.lowercased())"
    }
}

/// How sealed values look: one byte for the algorithm, 16 for the data key, 12 for the nonce, the content, 16 for the tag.
///
/// The first two and the place are authenticated too. Algorithm 1 is AES-256-GCM; another one, such as SM4, gets the next number
/// and stands beside it.
enum SealedForm {
    static let algorithm: UInt8 = 1
    private static let headSize = 17
    private static let overhead = headSize + 12 + 16

    static func seal(_ content: Data, with key: SymmetricKey, id: UUID, at place: SealedPlace) throws -> Data {
        let head = Data([algorithm]) + id.bytes
        let box = try AES.GCM.seal(content, using: key, authenticating: head + Data(place.text.utf8))
        return head + Data(box.nonce) + box.ciphertext + box.tag
    }

    /// The data key that a value was sealed with.
    static func key(of sealed: Data) throws(VaultError) -> UUID {
        guard let first = sealed.first else { throw .notSealed }
        guard first == algorithm else { throw .unknownAlgorithm(first) }
        guard sealed.count >= overhead, let id = UUID(bytes: sealed.dropFirst().prefix(16)) else { throw .notSealed }
        return id
    }

    static func open(_ sealed: Data, with key: SymmetricKey, at place: SealedPlace) throws(VaultError) -> Data {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.dropFirst(headSize))
            return try AES.GCM.open(
                box, using: key, authenticating: sealed.prefix(headSize) + Data(place.text.utf8))
        } catch {
            throw .tampered
        }
    }
}
