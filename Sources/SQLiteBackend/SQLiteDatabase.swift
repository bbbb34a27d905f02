import Foundation
import GRDB
import Storage

/// A database in one file: write-ahead log, every acknowledged write synced to the disk.
///
/// Readers run side by side; writers that wait at the same time share one commit (``GroupCommit``). Everything is
/// asynchronous: GRDB's blocking calls beside its asynchronous ones can stop the server for good.
package struct SQLiteDatabase: Storage.Database {
    package let signals = Signals()
    private let pool: DatabasePool
    private let writers: GroupCommit
    private let lookups: SQLiteLookups

    /// Opens the database at `path`, and creates it when there is none.
    package init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 5
        configuration.foreignKeysEnabled = true
        pool = try DatabasePool(path: path, configuration: configuration)
        // The pool sets NORMAL when it switches the log on, which loses acknowledged writes in a power cut.
        // What is deleted or sealed anew is overwritten, and can't be found in the file any more.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
        }
        writers = GroupCommit(pool)
        lookups = try SQLiteLookups(path: path)
    }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Storage.Transaction) throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.read { db in try SQLiteTransaction.perform(work, in: db).value }
        } catch let error as GRDB.DatabaseError {
            throw StorageError(error)
        }
    }

    package func rows(_ statement: Storage.SQL) async throws -> [Storage.Row] {
        try await lookups.rows(statement)
    }

    @discardableResult
    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (any Storage.Transaction) throws -> Value
    ) async throws -> Value {
        let done = try await writers.write { db in try SQLiteTransaction.perform(work, in: db) }
        for topic in done.topics { signals.raise(topic) }
        return done.value
    }

    package func eraseRemoved() async throws {
        do {
            try await pool.barrierWriteWithoutTransaction { db in
                try db.execute(sql: "VACUUM; PRAGMA wal_checkpoint(TRUNCATE)")
            }
        } catch let error as GRDB.DatabaseError {
            throw StorageError(error)
        }
    }

    /// What SQLite says of a setting of the connection that writes, such as `synchronous`.
    package func setting(_ name: String) async throws -> String {
        try await pool.writeWithoutTransaction { db in
            try String.fetchOne(db, sql: "PRAGMA \(name.filter { $0.isLetter || $0 == "_" })") ?? ""
        }
    }
}
