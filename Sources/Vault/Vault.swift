import Crypto
import Foundation
import Kernel
import Storage
import Synchronization

/// The master keys, and the data keys that this node has unwrapped so far.
///
/// A data key never changes under its identity, so it may be remembered. Which one is the current one is never remembered: the
/// transaction that seals reads it, and so sees what another node did a moment ago.
package final class Vault: Sendable, CustomStringConvertible, CustomReflectable {
    let masterKeys: MasterKeys
    let now: @Sendable () -> Date
    private let known = Mutex<[UUID: SymmetricKey]>([:])

    package init(_ masterKeys: MasterKeys, now: @escaping @Sendable () -> Date) {
        self.masterKeys = masterKeys
        self.now = now
    }

    package var description: String { "vault" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    func key(_ id: UUID) -> SymmetricKey? { known.withLock { $0[id] } }

    func key(of row: VaultKey) throws -> SymmetricKey {
        if let key = key(row.id) { return key }
        let key = try masterKeys.find(row.master).unwrap(row.wrapped, for: row.use)
        known.withLock { $0[row.id] = key }
        return key
    }

    /// A new data key, wrapped. Only the database has to keep it.
    func makeKey(_ keyClass: KeyClass, _ purpose: KeyPurpose) throws -> VaultKey {
        var row = VaultKey(
            id: .random, keyClass: keyClass, purpose: purpose, wrapped: Data(), master: masterKeys.current.id,
            state: .current, createdAt: now())
        row.wrapped = try masterKeys.current.wrap(SymmetricKey(size: .bits256), for: row.use)
        return row
    }

    /// The same data key, wrapped by the current master key.
    func rewrapped(_ row: VaultKey) throws -> VaultKey {
        var new = row
        new.wrapped = try masterKeys.current.wrap(try key(of: row), for: row.use)
        new.master = masterKeys.current.id
        return new
    }
}

/// A data key as the database keeps it.
struct VaultKey: Sendable {
    let id: UUID
    let keyClass: KeyClass
    let purpose: KeyPurpose
    var wrapped: Data
    var master: String
    let state: KeyState
    let createdAt: Date

    /// What its wrapping is bound to: a key of one class can't be passed off as one of another.
    var use: Data { Data("vault_key|\(id.uuidString.lowercased())|\(keyClass.rawValue)|\(purpose.rawValue)".utf8) }
}

extension UUID {
    /// 128 bits from the system's generator, none of which says anything.
    package static var random: UUID {
        var generator = SystemRandomNumberGenerator()
        return UUID(
            high: .random(in: .min ... .max, using: &generator), low: .random(in: .min ... .max, using: &generator))
    }
}
