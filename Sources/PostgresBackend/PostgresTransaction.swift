import Storage

/// A piece of work on a session. It begins with its first statement, in the same trip to the server.
///
/// Once a statement has failed nothing more is done: the whole piece will be undone, also when the work goes on.
final class PostgresTransaction: Storage.Transaction {
    enum Mode {
        /// Sees one unchanging view, and changes nothing.
        case reading
        /// Happens as if alone, or is told that it can't.
        case writing

        var begin: String {
            switch self {
            case .reading: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
            case .writing: "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
            }
        }
    }

    private let session: PostgresSession
    private let mode: Mode
    private(set) var hasBegun = false
    private(set) var failure: PostgresFailure?
    private(set) var topics: Set<Topic> = []

    init(_ session: PostgresSession, _ mode: Mode) {
        self.session = session
        self.mode = mode
    }

    var dialect: SQLDialect { .postgres }

    func rows(_ statement: SQL) throws -> [Row] {
        try naming { try session.run(after: prelude(), statement).rows() }
    }

    func execute(_ statement: SQL) throws -> Int {
        try naming { try session.run(after: prelude(), statement).changedRows }
    }

    func signal(_ topic: Topic) {
        topics.insert(topic)
    }

    private func prelude() -> [String] {
        defer { hasBegun = true }
        return hasBegun ? [] : [mode.begin]
    }

    private func naming<Value>(_ work: () throws -> Value) throws -> Value {
        if let failure { throw failure.storageError }
        do {
            return try work()
        } catch let error as PostgresFailure {
            let failure: PostgresFailure =
                switch (error, mode) {
                case (.readOnly, .reading): .refused(.other(code: "25006", message: "a reader can't write"))
                case (.readOnly, .writing): .lost("the server only reads")
                default: error
                }
            self.failure = failure
            throw failure.storageError
        }
    }
}

/// How a piece of work ended.
enum PostgresOutcome<Value: Sendable>: Sendable {
    case done(Value, Set<Topic>)
    case failed(any Error)
    /// Nothing was kept; the same work may succeed now, on this session or on another.
    case conflict
    case lost(String)
    /// The commit was sent, and nobody heard how it went.
    case unknown
    /// The task was cancelled, and nothing was kept. The server's own cancelling may still be on its way to the session.
    case calledOff
}

extension PostgresSession {
    /// Does a piece of work and ends it. Called on the session's queue.
    func perform<Value: Sendable>(
        _ mode: PostgresTransaction.Mode, phase: WorkPhase, _ work: (any Storage.Transaction) throws -> Value
    ) -> PostgresOutcome<Value> {
        let transaction = PostgresTransaction(self, mode)
        let result = Result { try work(transaction) }
        guard phase.finish() else {
            return .calledOff
        }
        switch (transaction.failure, result) {
        case (nil, .success(let value)):
            return end(transaction, mode, with: value)
        case (.conflict, _):
            rollBack(transaction)
            return .conflict
        case (.lost(let reason), _):
            return .lost(reason)
        case (_, .failure(let error)):
            rollBack(transaction)
            return isWhole ? .failed(error) : .lost("while undoing")
        case (.some(let failure), .success):
            rollBack(transaction)
            return .failed(failure.storageError)
        }
    }

    private func end<Value>(
        _ transaction: PostgresTransaction, _ mode: PostgresTransaction.Mode, with value: Value
    ) -> PostgresOutcome<Value> {
        guard transaction.hasBegun else { return .done(value, transaction.topics) }
        do {
            switch mode {
            case .reading:
                // Nobody has to wait until the server has put the view away.
                try? dispatch("COMMIT")
                return .done(value, transaction.topics)
            case .writing:
                _ = takeWarnings()
                let tag = try command("COMMIT")
                guard tag == "COMMIT" else { return .failed(StorageError.other(code: "commit", message: tag)) }
                // "Canceling the wait for synchronous replication": kept here, but perhaps nowhere else.
                return takeWarnings().isEmpty ? .done(value, transaction.topics) : .unknown
            }
        } catch PostgresFailure.conflict {
            rollBack(transaction)
            return .conflict
        } catch PostgresFailure.refused(let error) {
            rollBack(transaction)
            return .failed(error)
        } catch {
            return .unknown
        }
    }

    /// Runs a statement that commits by itself, in one trip. Called on the session's queue.
    func performAlone(_ statement: SQL, phase: WorkPhase) -> PostgresOutcome<Int> {
        _ = takeWarnings()
        // What has been sent is on its way to its commit: it can't be called off any more.
        guard phase.finish() else { return .calledOff }
        do {
            let count = try run(statement).changedRows
            return takeWarnings().isEmpty ? .done(count, []) : .unknown
        } catch PostgresFailure.conflict {
            return .conflict
        } catch PostgresFailure.readOnly {
            return .lost("the server only reads")
        } catch PostgresFailure.refused(let error) {
            return .failed(error)
        } catch {
            return .unknown
        }
    }

    private func rollBack(_ transaction: PostgresTransaction) {
        guard transaction.hasBegun else { return }
        _ = try? command("ROLLBACK")
        _ = takeWarnings()
    }
}

extension PostgresFailure {
    /// What the work itself sees. A conflict or a lost session it never has to understand: it is done again.
    var storageError: StorageError {
        switch self {
        case .refused(let error): error
        case .conflict: .busy
        case .readOnly, .lost: .unavailable
        }
    }
}
