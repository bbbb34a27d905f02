import Foundation
import GRDB
import Kernel
import Storage

struct SQLiteTransaction: Storage.Transaction {
    private let db: GRDB.Database

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

    private func prepared(_ statement: Storage.SQL) throws -> Statement {
        let (text, values) = statement.rendered(for: .sqlite)
        let prepared = try db.cachedStatement(sql: text)
        try prepared.setArguments(StatementArguments(values.map(\.databaseValue)))
        return prepared
    }

    private func namingErrors<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as GRDB.DatabaseError {
            throw StorageError(error)
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
