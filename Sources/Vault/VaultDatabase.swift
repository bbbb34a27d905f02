import Foundation
import Storage

/// A database together with the keys to what is sealed in it: whoever has one of its transactions can ask for ``Seals``.
package struct VaultDatabase: Database {
    package let base: any Database
    private let vault: Vault

    package init(_ base: any Database, vault: Vault) {
        self.base = base
        self.vault = vault
    }

    package var signals: Signals { base.signals }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await base.read { [vault] db in try work(VaultTransaction(db, vault)) }
    }

    package func rows(_ statement: SQL) async throws -> [Row] { try await base.rows(statement) }

    @discardableResult
    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await base.write { [vault] db in try work(VaultTransaction(db, vault)) }
    }

    @discardableResult
    package func execute(_ statement: SQL) async throws -> Int { try await base.execute(statement) }

    @discardableResult
    package func write<Value: Sendable>(
        alone name: String, _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await base.write(alone: name) { [vault] db in try work(VaultTransaction(db, vault)) }
    }

    package func eraseRemoved() async throws { try await base.eraseRemoved() }

    package func leadership(of name: String) async -> (any Leadership)? { await base.leadership(of: name) }

    fileprivate func openKnown(_ sealed: Data, at place: SealedPlace) throws(VaultError) -> Data {
        let id = try SealedForm.key(of: sealed)
        guard let key = vault.key(id) else { throw .unknownKey(id) }
        return try SealedForm.open(sealed, with: key, at: place)
    }
}

extension Database {
    /// Opens a value outside of a transaction, with a key that this node has used before.
    ///
    /// - Throws: ``VaultError/unknownKey(_:)`` when it hasn't; then ``Seals/open(_:at:)`` has to look the key up.
    package func openKnown(_ sealed: Data, at place: SealedPlace) throws(VaultError) -> Data {
        guard let database = self as? VaultDatabase else { throw .noMasterKeys }
        return try database.openKnown(sealed, at: place)
    }
}

/// A transaction with the keys at hand. What it found out about them it remembers to its end.
final class VaultTransaction: Transaction {
    private let base: any Transaction
    let vault: Vault
    var current: [KeyClass: [KeyPurpose: VaultKey]] = [:]
    var indexKeys: [KeyClass: [VaultKey]] = [:]

    init(_ base: any Transaction, _ vault: Vault) {
        self.base = base
        self.vault = vault
    }

    var dialect: SQLDialect { base.dialect }
    func rows(_ statement: SQL) throws -> [Row] { try base.rows(statement) }
    func execute(_ statement: SQL) throws -> Int { try base.execute(statement) }
    func signal(_ topic: Topic) { base.signal(topic) }
}

extension Transaction {
    /// What seals and opens in this transaction. Only the stores of sealed tables ask for it: a test counts them.
    ///
    /// - Throws: ``VaultError/noMasterKeys`` in a database that was opened without.
    package var seals: Seals {
        get throws(VaultError) {
            guard let transaction = self as? VaultTransaction else { throw .noMasterKeys }
            return Seals(transaction)
        }
    }
}
