import Cases
import Foundation
import Kernel
import Storage

/// Keeps the keys of programs: their hashes, never themselves.
package struct ProgramKeyStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    func insert(_ key: ProgramKey, hash: Data) throws {
        try db.execute(
            """
            INSERT INTO open311_key (id, name, hash, territory_path, per_hour, from_at, until_at)
            VALUES (\(key.id), \(key.name), \(hash), \(key.territory), \(key.perHour), \(key.from), \(key.until))
            """)
    }

    /// By the hash of what a program presents.
    func find(_ hash: Data) throws -> ProgramKey? {
        try db.row("\(Self.select) WHERE hash = \(hash)").map(ProgramKey.init)
    }

    func find(_ id: ID<ProgramKey>) throws -> ProgramKey? {
        try db.row("\(Self.select) WHERE id = \(id)").map(ProgramKey.init)
    }

    /// The newest first.
    package func list() throws -> [ProgramKey] {
        try db.rows("\(Self.select) ORDER BY from_at DESC, id DESC LIMIT 1000").map(ProgramKey.init)
    }

    func revoke(_ id: ID<ProgramKey>, at now: Date) throws {
        try db.execute("UPDATE open311_key SET revoked_at = \(now) WHERE id = \(id) AND revoked_at IS NULL")
    }

    private static let select: SQL = """
        SELECT id, name, territory_path, per_hour, from_at, until_at, revoked_at FROM open311_key
        """
}

extension ProgramKey {
    fileprivate init(_ row: Row) throws {
        self.init(
            id: try row[0], name: try row[1], territory: try row[2], perHour: try row[3], from: try row[4],
            until: try row[5], revokedAt: try row[6])
    }
}

/// Keeps which program sent what, under what name of its own.
package struct ReceiptStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// Whether the case came from a program.
    func hasCome(_ matter: ID<Case>) throws -> Bool {
        try db.row("SELECT 1 AS found FROM open311_receipt WHERE matter_id = \(matter)") != nil
    }

    func find(external hash: Data) throws -> (matter: ID<Case>, token: String)? {
        try db.row("SELECT matter_id, token FROM open311_receipt WHERE external_hash = \(hash)").map {
            (try $0[0], try $0[1])
        }
    }

    func find(_ matter: ID<Case>) throws -> (key: ID<ProgramKey>, token: String)? {
        try db.row("SELECT key_id, token FROM open311_receipt WHERE matter_id = \(matter)").map {
            (try $0[0], try $0[1])
        }
    }

    /// The number of what a token was given for, with its category.
    func request(token: String) throws -> (number: String, category: String)? {
        try db.row(
            """
            SELECT number, category FROM open311_receipt JOIN matter ON matter.id = open311_receipt.matter_id
            WHERE token = \(token)
            """
        ).map { (try $0[0], try $0[1]) }
    }

    func insert(_ matter: ID<Case>, of key: ID<ProgramKey>, external: Data?, token: String, at now: Date) throws {
        try db.execute(
            """
            INSERT INTO open311_receipt (matter_id, key_id, external_hash, token, at)
            VALUES (\(matter), \(key), \(external), \(token), \(now))
            """)
    }
}
