import Foundation
import Journal
import Kernel
import Storage

/// Changes keys while the server goes on.
package struct KeyRotation: Sendable {
    private let database: any Database
    private let tables: [SealedTable]
    private let vault: Vault
    private let batchSize: Int

    package init(_ database: any Database, vault: Vault, tables: [SealedTable], batchSize: Int = 200) {
        self.database = database
        self.vault = vault
        self.tables = tables
        self.batchSize = batchSize
    }

    /// A data key without its bytes.
    package struct Listed: Sendable {
        package let id: UUID
        package let keyClass: KeyClass
        package let purpose: KeyPurpose
        package let state: KeyState
        package let master: String
        package let createdAt: Date
        /// How many rows lie under it.
        package let count: Int
    }

    package func list() async throws -> [Listed] {
        try await database.read { [tables] db in
            let counts = try Self.counts(of: tables, in: db)
            return try VaultKeyStore(db).all().map { key in
                Listed(
                    id: key.id, keyClass: key.keyClass, purpose: key.purpose, state: key.state, master: key.master,
                    createdAt: key.createdAt, count: counts[key.id] ?? 0)
            }
        }
    }

    /// Gives the classes new current keys. From the next transaction on all nodes seal with them; what is sealed already waits
    /// for ``reseal(report:)``.
    package func renew(_ classes: [KeyClass]) async throws {
        try await database.write(alone: "key rotation") { [vault] db in
            let store = VaultKeyStore(db)
            for keyClass in classes {
                for purpose in KeyPurpose.allCases where try store.current(keyClass, purpose) != nil {
                    let key = try vault.makeKey(keyClass, purpose)
                    try store.replaceCurrent(by: key)
                    try JournalStore(db).append(
                        "key.renewed", subject: key.id, by: nil, at: vault.now(),
                        data: ["class": keyClass.rawValue, "purpose": purpose.rawValue])
                }
            }
        }
    }

    /// Seals all that lies under older keys anew, batch by batch, and retires them when nothing does. It may be ended at any
    /// moment and begun again, on any node. `report` hears of each batch, and ends the work when it throws.
    ///
    /// - Returns: how many rows it sealed.
    @discardableResult
    package func reseal(
        report: @Sendable (_ table: String, _ rows: Int) throws -> Void = { _, _ in }
    ) async throws -> Int {
        var done = 0
        for table in tables {
            while true {
                let count = try await database.write { [batchSize] db in
                    let older = try VaultKeyStore(db).all().filter {
                        $0.keyClass == table.keyClass && $0.state == .older
                    }
                    guard !older.isEmpty else { return 0 }
                    return try SealedTableStore(db).reseal(table, under: older.map(\.id), limit: batchSize)
                }
                guard count > 0 else { break }
                done += count
                try report(table.name, count)
            }
        }
        try await retire()
        return done
    }

    /// Takes older keys out of use under which nothing lies. Who seals at this moment with one of them either comes first,
    /// and the key stays, or sees the new one.
    private func retire() async throws {
        try await database.write { [tables, vault] db in
            let counts = try Self.counts(of: tables, in: db)
            for key in try VaultKeyStore(db).all() where key.state == .older && counts[key.id, default: 0] == 0 {
                try VaultKeyStore(db).retire(key.id)
                try JournalStore(db).append(
                    "key.retired", subject: key.id, by: nil, at: vault.now(),
                    data: ["class": key.keyClass.rawValue, "purpose": key.purpose.rawValue])
            }
        }
    }

    /// Wraps all data keys with the current master key. What they seal stays as it is.
    ///
    /// - Returns: how many weren't before.
    @discardableResult
    package func rewrap() async throws -> Int {
        try await database.write(alone: "key rotation") { [vault] db in
            let store = VaultKeyStore(db)
            let others = try store.all().filter { $0.master != vault.masterKeys.current.id }
            for key in others {
                try store.keepWrapping(of: vault.rewrapped(key))
                try JournalStore(db).append(
                    "key.rewrapped", subject: key.id, by: nil, at: vault.now(),
                    data: ["class": key.keyClass.rawValue, "purpose": key.purpose.rawValue])
            }
            return others.count
        }
    }

    private static func counts(of tables: [SealedTable], in db: any Transaction) throws -> [UUID: Int] {
        try tables.reduce(into: [:]) { counts, table in
            counts.merge(try SealedTableStore(db).counts(of: table), uniquingKeysWith: +)
        }
    }
}
