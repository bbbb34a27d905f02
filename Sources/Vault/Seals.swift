import Crypto
import Foundation
import Kernel
import Storage

/// Seals and opens values in one transaction.
package struct Seals {
    private let db: VaultTransaction
    private let vault: Vault

    init(_ db: VaultTransaction) {
        self.db = db
        vault = db.vault
    }

    /// Seals with the class's current key. ``key(_:_:)`` says which that is: it stands in a column beside the value.
    package func seal(_ content: Data, of keyClass: KeyClass, at place: SealedPlace) throws -> Data {
        let row = try current(keyClass, .seal)
        return try SealedForm.seal(content, with: vault.key(of: row), id: row.id, at: place)
    }

    /// - Throws: ``VaultError``.
    package func open(_ sealed: Data, at place: SealedPlace) throws -> Data {
        let id = try SealedForm.key(of: sealed)
        guard let key = try vault.key(id) ?? VaultKeyStore(db).find(id).map(vault.key(of:)) else {
            throw VaultError.unknownKey(id)
        }
        return try SealedForm.open(sealed, with: key, at: place)
    }

    /// The identity of the class's current key, for the columns that say what a row is sealed with.
    package func key(_ keyClass: KeyClass, _ purpose: KeyPurpose) throws -> UUID { try current(keyClass, purpose).id }

    /// The blind index of a value, by the class's current key: the same for the same value, and nothing without the key.
    /// `name` is the column it is for, so that those of two columns can't be compared.
    package func index(_ value: Data, of keyClass: KeyClass, named name: String) throws -> Data {
        Self.index(value, named: name, with: try vault.key(of: current(keyClass, .index)))
    }

    /// All blind indexes that a value may stand under just now: while keys are changed there are two.
    package func indexes(_ value: Data, of keyClass: KeyClass, named name: String) throws -> [Data] {
        if db.indexKeys[keyClass] == nil { db.indexKeys[keyClass] = try VaultKeyStore(db).indexKeys(of: keyClass) }
        return try (db.indexKeys[keyClass] ?? []).map { Self.index(value, named: name, with: try vault.key(of: $0)) }
    }

    private static func index(_ value: Data, named name: String, with key: SymmetricKey) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: Data("\(name)\u{0}".utf8) + value, using: key))
    }

    private func current(_ keyClass: KeyClass, _ purpose: KeyPurpose) throws -> VaultKey {
        if let row = db.current[keyClass]?[purpose] { return row }
        let store = VaultKeyStore(db)
        var row = try store.current(keyClass, purpose)
        if row == nil {
            // The first value of its class. Of two nodes that come here at once, one keeps its key and both use it.
            try store.insertFirst(vault.makeKey(keyClass, purpose))
            row = try store.current(keyClass, purpose)
            db.indexKeys[keyClass] = nil
        }
        guard let row else { throw StorageError.busy }
        db.current[keyClass, default: [:]][purpose] = row
        return row
    }
}
