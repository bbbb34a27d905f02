/// Where everything is kept.
///
/// The work inside ``read(_:)`` and ``write(_:)`` is a plain synchronous function: it can't wait for the network while it
/// holds a transaction open. All of it happens, or none of it.
package protocol Database: Sendable {
    /// Runs `work` on one unchanging view of the data. It may run more than once.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// The rows of one statement that looks something up and changes nothing, such as a session by its token. Statements
    /// that wait at the same time travel together, which costs a fraction of a ``read(_:)`` each: it has to be quick, for
    /// others wait behind it.
    func rows(_ statement: SQL) async throws -> [Row]

    /// Runs `work` as if it were the only writer, and keeps what it did unless it throws. When this returns, the
    /// changes survive a crash and a power cut.
    ///
    /// `work` may run more than once, when another writer got in its way: it must do nothing but compute and use the
    /// transaction. Once a statement in it has failed, nothing of it will be kept, also when it goes on.
    @discardableResult
    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// One statement as a ``write(_:)`` of its own; says how many rows it changed.
    @discardableResult
    func execute(_ statement: SQL) async throws -> Int

    /// Like ``write(_:)``, while no other node does work of the same name. It may take minutes, as a migration does.
    @discardableResult
    func write<Value: Sendable>(
        alone name: String, _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value

    /// Sees to it that nothing of what was removed is left in the file, where that is in our hands. It takes as long as
    /// writing the whole file anew.
    func eraseRemoved() async throws

    /// What happens on any node and wakes this one.
    var signals: Signals { get }

    /// The right to be the only node that does something, unless another one has it. It ends with the process.
    func leadership(of name: String) async -> (any Leadership)?
}

extension Database {
    package func rows(_ statement: SQL) async throws -> [Row] {
        try await read { db in try db.rows(statement) }
    }

    @discardableResult
    package func execute(_ statement: SQL) async throws -> Int {
        try await write { db in try db.execute(statement) }
    }

    @discardableResult
    package func write<Value: Sendable>(
        alone name: String, _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await write(work)
    }

    package func eraseRemoved() async throws {}

    package func leadership(of name: String) async -> (any Leadership)? { OnlyNode() }
}

/// The right to be the only node that does something.
package protocol Leadership: Sendable {
    /// Whether the right is still ours. It can end at any moment, so what depends on it must also be safe without it.
    func confirm() async -> Bool
    func resign() async
}

/// The leadership of a database that has one node.
private struct OnlyNode: Leadership {
    func confirm() async -> Bool { true }
    func resign() async {}
}

/// A connection to the database in the middle of a ``Database/read(_:)`` or ``Database/write(_:)``.
package protocol Transaction {
    var dialect: SQLDialect { get }

    func rows(_ statement: SQL) throws -> [Row]

    /// Runs a statement and says how many rows it changed.
    @discardableResult
    func execute(_ statement: SQL) throws -> Int

    /// Wakes those who wait for `topic`, on all nodes, once the work is kept.
    func signal(_ topic: Topic)
}

extension Transaction {
    /// Makes this writer wait until what it saw is kept as safely as what it does. For an answer that says "this is there
    /// already": a commit whose fate nobody heard of can be seen here and lost with this server (PostgreSQL with a standby).
    package func confirm() throws {
        guard dialect == .postgres else { return }
        _ = try rows("SELECT pg_logical_emit_message(TRUE, 'nuanxin', '')::text")
    }

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
    /// Other writers were in the way for too long: trying again later may succeed. Nothing was written.
    case busy
    /// No server could be reached for too long. Nothing was written.
    case unavailable
    /// The connection was lost while the commit was on its way, or no standby confirmed it: the work may have been kept
    /// or not. Who sends it again with the same key learns which.
    case outcomeUnknown
    /// No room is left on the disk. Nothing was written.
    case full
    case other(code: String, message: String)
}
