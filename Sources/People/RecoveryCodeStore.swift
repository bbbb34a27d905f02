import Foundation
import Kernel
import Storage

/// Keeps the hashes of recovery codes.
struct RecoveryCodeStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    /// What somebody has left: how many codes work, and when one was last used.
    func left(of account: ID<Account>) throws -> (count: Int, lastUsed: Date?) {
        let rows = try db.rows("SELECT used_at FROM recovery_code WHERE account_id = \(account)")
        let used = try rows.map { try $0[0] as Date? }
        return (used.count { $0 == nil }, used.compactMap(\.self).max())
    }

    /// Voids all codes and keeps new ones.
    func replace(of account: ID<Account>, by hashes: [Data], at now: Date) throws {
        try removeAll(of: account)
        let rows: [SQL] = hashes.map { "(\(account), \($0), \(now))" }
        try db.execute(
            "INSERT INTO recovery_code (account_id, code_hash, made_at) VALUES \(rows.joined(by: ", "))")
    }

    func works(_ hash: Data, of account: ID<Account>) throws -> Bool {
        try db.row(
            """
            SELECT 1 AS found FROM recovery_code
            WHERE account_id = \(account) AND code_hash = \(hash) AND used_at IS NULL
            """) != nil
    }

    /// Uses a code up. False when there is no such code, or it was used before.
    func use(_ hash: Data, of account: ID<Account>, at now: Date) throws -> Bool {
        try db.execute(
            """
            UPDATE recovery_code SET used_at = \(now)
            WHERE account_id = \(account) AND code_hash = \(hash) AND used_at IS NULL
            """) == 1
    }

    /// Voids all codes, and says how many still worked.
    @discardableResult
    func removeAll(of account: ID<Account>) throws -> Int {
        let count = try left(of: account).count
        try db.execute("DELETE FROM recovery_code WHERE account_id = \(account)")
        return count
    }
}
