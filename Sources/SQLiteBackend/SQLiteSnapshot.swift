import Foundation
import GRDB
import Storage

/// A database file that nobody writes to: a copy of one moment, or one that is held so that nobody else can open it.
package final class SQLiteSnapshot: Sendable {
    private let queue: DatabaseQueue

    /// Opens a file that nobody else uses.
    package init(path: String) throws {
        queue = try Self.naming { try DatabaseQueue(path: path) }
    }

    /// Opens the database at `path` and keeps all others out until ``close()``.
    ///
    /// - Throws: `StorageError.busy` when another process has it open.
    package init(holding path: String) throws {
        queue = try Self.naming {
            var configuration = Configuration()
            configuration.busyMode = .timeout(1)
            configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE") }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            // The lock is taken with the first transaction, and kept.
            try queue.inDatabase { db in
                try db.beginTransaction(.exclusive)
                try db.commit()
            }
            return queue
        }
    }

    /// Writes the database at `path`, as it is at one moment, to a new file. Others may go on writing to it.
    package static func take(of path: String, to copy: String) throws {
        try naming {
            var reading = Configuration()
            reading.readonly = true
            reading.busyMode = .timeout(10)
            let source = try DatabaseQueue(path: path, configuration: reading)
            let target = try DatabaseQueue(path: copy)
            defer {
                try? source.close()
                try? target.close()
            }
            try target.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = OFF") }
            // All pages in one step: what others write meanwhile belongs to a later moment.
            try source.backup(to: target)
            // One file, without a log beside it.
            try target.writeWithoutTransaction { db in
                _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = DELETE")
            }
        }
    }

    /// Runs `work` on the file; it must not change anything.
    package func read<Value>(_ work: (any Storage.Transaction) throws -> Value) throws -> Value {
        try Self.naming { try queue.read { db in try SQLiteTransaction.perform(work, in: db).value } }
    }

    /// What is wrong with the file itself, a sentence each: damaged pages, rows that point nowhere.
    package func faults() throws -> [String] {
        try Self.naming {
            try queue.read { db in
                let pages = try String.fetchAll(db, sql: "PRAGMA integrity_check(10)").filter { $0 != "ok" }
                let orphans = try GRDB.Row.fetchAll(db, sql: "PRAGMA foreign_key_check").prefix(10).map { row in
                    let table: String = row[0] ?? "?"
                    let parent: String = row[2] ?? "?"
                    return "a row of \(table) points to one of \(parent) that isn't there"
                }
                return pages + orphans
            }
        }
    }

    package func close() throws {
        try Self.naming { try queue.close() }
    }

    private static func naming<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as GRDB.DatabaseError {
            throw StorageError(error)
        }
    }
}
