import Foundation
import GRDB
import Kernel
import Storage

/// A piece of work in one savepoint. Once a statement has failed nothing more is done, as on PostgreSQL.
final class SQLiteTransaction: Storage.Transaction {
    private let db: GRDB.Database
    private var failure: StorageError?
    private var topics: Set<Topic> = []

    init(_ db: GRDB.Database) {
        self.db = db
    }

    var dialect: SQLDialect { .sqlite }

    func rows(_ statement: Storage.SQL) throws -> [Storage.Row] {
        try namingErrors {
            let prepared = try prepared(statement)
            let columns = Columns(prepared.columnNames)
            var rows: [Storage.Row] = []
            let cursor = try GRDB.Row.fetchCursor(prepared)
            while let row = try cursor.next() {
                rows.append(Storage.Row(columns, row.databaseValues.map(SQLValue.init)))
            }
            return rows
        }
    }

    func execute(_ statement: Storage.SQL) throws -> Int {
        try namingErrors {
            try prepared(statement).execute()
            return db.changesCount
        }
    }

    func signal(_ topic: Topic) {
        topics.insert(topic)
    }

    /// Does the work, and gives the topics to wake once it is kept. Throws when a statement failed, also when the work
    /// took no notice of it.
    static func perform<Value>(
        _ work: (any Storage.Transaction) throws -> Value, in db: GRDB.Database
    ) throws -> (value: Value, topics: Set<Topic>) {
        let transaction = SQLiteTransaction(db)
        let value = try work(transaction)
        if let failure = transaction.failure { throw failure }
        return (value, transaction.topics)
    }

    private func prepared(_ statement: Storage.SQL) throws -> Statement {
        let (text, values) = statement.rendered(for: .sqlite)
        let prepared = try db.cachedStatement(sql: text)
        try prepared.setArguments(StatementArguments(values.map(\.databaseValue)))
        return prepared
    }

    private func namingErrors<Value>(_ work: () throws -> Value) throws -> Value {
        if let failure { throw failure }
        do {
            return try work()
        } catch let error as GRDB.DatabaseError {
            let failure = StorageError(error)
            self.failure = failure
            throw failure
        }
    }
}

extension StorageError {
    init(_ error: GRDB.DatabaseError) {
        // The message names tables and columns, never values: safe to log.
        let message = error.message ?? "no message"
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: self = .uniqueViolation(message)
        case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .foreignKeyViolation(message)
        case .SQLITE_CONSTRAINT_CHECK: self = .checkViolation(message)
        default:
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            case .SQLITE_FULL: self = .full
            default: self = .other(code: "\(error.extendedResultCode.rawValue)", message: message)
            }
        }
    }
}

extension SQLValue {
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .bool(let flag): flag.databaseValue
        case .integer(let number): number.databaseValue
        case .real(let number): number.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let data): data.databaseValue
        case .uuid(let uuid): uuid.bytes.databaseValue
        }
    }

    fileprivate init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let number): .integer(number)
            case .double(let number): .real(number)
            case .string(let text): .text(text)
            case .blob(let data): .bytes(data)
            }
    }
}
