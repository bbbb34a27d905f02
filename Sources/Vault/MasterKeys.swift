import Crypto
import Foundation
import Kernel

/// What data keys are wrapped with: a key that stays outside of the database. It never shows itself in logs.
package struct MasterKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// The first bytes of the hash of the key that it follows from, in hexadecimal digits.
    package let id: String
    private let key: SymmetricKey

    package init(id: String, key: SymmetricKey) {
        self.id = id
        self.key = key
    }

    package var description: String { "master key \(id)" }
    package var customMirror: Mirror { Mirror(self, children: ["id": id]) }

    /// One byte for the algorithm, then nonce, key and tag, bound to what the key is for.
    func wrap(_ dataKey: SymmetricKey, for use: Data) throws -> Data {
        let content = dataKey.withUnsafeBytes { Data($0) }
        let box = try AES.GCM.seal(content, using: key, authenticating: use)
        return Data([SealedForm.algorithm]) + Data(box.nonce) + box.ciphertext + box.tag
    }

    func unwrap(_ wrapped: Data, for use: Data) throws(VaultError) -> SymmetricKey {
        guard let first = wrapped.first else { throw .notSealed }
        guard first == SealedForm.algorithm else { throw .unknownAlgorithm(first) }
        do {
            let box = try AES.GCM.SealedBox(combined: wrapped.dropFirst())
            return SymmetricKey(data: try AES.GCM.open(box, using: key, authenticating: use))
        } catch {
            throw .tampered
        }
    }
}

/// The master keys: the current one wraps, all of them unwrap.
package struct MasterKeys: Sendable {
    package let current: MasterKey
    private let older: [MasterKey]

    package init(current: MasterKey, older: [MasterKey] = []) {
        self.current = current
        self.older = older
    }

    func find(_ id: String) throws(VaultError) -> MasterKey {
        guard let key = ([current] + older).first(where: { $0.id == id }) else { throw .unknownMasterKey(id) }
        return key
    }
}
