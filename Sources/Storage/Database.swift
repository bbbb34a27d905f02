/// Where everything is kept.
///
/// The work inside ``read(_:)`` and ``write(_:)`` is a plain synchronous function: it can't wait for the network while it
/// holds a transaction open. All of it happens, or none of it.
package protocol Database: Sendable {
    /// Runs `work` on one unchanging view of the data.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Runs `work` as if it were the only writer, and keeps what it did unless it throws. When this returns, the
    /// changes survive a crash and a power cut.
    ///
    /// `work` may run more than once, when another writer got in its way: it must do nothing but compute and use the
    /// transaction.
    @discardableResult
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value
}

/// A connection to the database in the middle of a ``Database/read(_:)`` or ``Database/write(_:)``.
package protocol Transaction {
    var dialect: SQLDialect { get }

    func rows(_ statement: SQL) throws -> [Row]

    /// Runs a statement and says how many rows it changed.
    @discardableResult
    func execute(_ statement: SQL) throws -> Int
}

extension Transaction {
    /// The first row, if there is one.
    package func row(_ statement: SQL) throws -> Row? {
        try rows(statement).first
    }

    /// The only value of the only row, such as a count.
    package func value<Value: SQLReadable>(_ statement: SQL, as type: Value.Type = Value.self) throws -> Value {
        guard let row = try row(statement) else { throw RowError.noSuchColumn("the first") }
        return try row[0]
    }
}

/// What can go wrong in a database, in the same words for all of them.
package enum StorageError: Error, Equatable {
    case uniqueViolation(String)
    case foreignKeyViolation(String)
    case checkViolation(String)
    /// Other writers were in the way for too long: trying again later may succeed.
    case busy
    /// No room is left on the disk. Nothing was written.
    case full
    case other(code: String, message: String)
}
