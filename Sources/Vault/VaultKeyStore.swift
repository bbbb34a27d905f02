import Foundation
import Kernel
import Storage

/// Keeps data keys, wrapped.
struct VaultKeyStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    func find(_ id: UUID) throws -> VaultKey? {
        try db.row("\(Self.select) WHERE id = \(id)").map(VaultKey.init)
    }

    func current(_ keyClass: KeyClass, _ purpose: KeyPurpose) throws -> VaultKey? {
        try db.row(
            "\(Self.select) WHERE class = \(keyClass) AND purpose = \(purpose) AND state = 'current'"
        ).map(VaultKey.init)
    }

    /// Those under whose indexes a row may stand, the current one first.
    func indexKeys(of keyClass: KeyClass) throws -> [VaultKey] {
        try db.rows(
            """
            \(Self.select) WHERE class = \(keyClass) AND purpose = 'index' AND state IN ('current', 'older')
            ORDER BY state, created_at, id
            """
        ).map(VaultKey.init)
    }

    func all() throws -> [VaultKey] {
        try db.rows("\(Self.select) ORDER BY class, purpose, created_at, id").map(VaultKey.init)
    }

    /// Keeps the first key of a class, unless somebody else was faster.
    func insertFirst(_ key: VaultKey) throws {
        try db.execute("\(Self.inserting(key)) ON CONFLICT (class, purpose) WHERE state = 'current' DO NOTHING")
    }

    /// Puts a new key in the place of the current one, which goes on opening.
    func replaceCurrent(by key: VaultKey) throws {
        try db.execute(
            """
            UPDATE vault_key SET state = 'older'
            WHERE class = \(key.keyClass) AND purpose = \(key.purpose) AND state = 'current'
            """)
        try db.execute(Self.inserting(key))
    }

    func retire(_ id: UUID) throws {
        try db.execute("UPDATE vault_key SET state = 'retired' WHERE id = \(id) AND state = 'older'")
    }

    func keepWrapping(of key: VaultKey) throws {
        try db.execute("UPDATE vault_key SET wrapped = \(key.wrapped), master = \(key.master) WHERE id = \(key.id)")
    }

    private static func inserting(_ key: VaultKey) -> SQL {
        """
        INSERT INTO vault_key (id, class, purpose, wrapped, master, state, created_at)
        VALUES (\(key.id), \(key.keyClass), \(key.purpose), \(key.wrapped), \(key.master), \(key.state),
            \(key.createdAt))
        """
    }

    private static let select: SQL = "SELECT id, class, purpose, wrapped, master, state, created_at FROM vault_key"
}

extension VaultKey {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], keyClass: try row[1], purpose: try row[2], wrapped: try row[3], master: try row[4],
            state: try row[5], createdAt: try row[6])
    }
}
