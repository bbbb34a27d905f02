import Dispatch
import Storage

/// A database that any number of nodes share.
///
/// Writers run at the same time under serializable isolation; one that met another is done again, as is one whose
/// session was lost before its commit was sent. What needs longer than ``patience`` is answered as busy or unavailable.
package final class PostgresDatabase: Storage.Database {
    package let signals: Signals
    private let pool: PostgresPool
    private let notices: PostgresNotices
    private let leaders: PostgresLeaders
    private let lookups: PostgresLookups
    /// How long a piece of work may wait for its turn and for a server, with all that is done again.
    private let patience: Duration

    /// Nothing is connected yet: a server that can't be reached shows with the first piece of work.
    package init(_ address: PostgresAddress, connections: Int = 10, patience: Duration = .seconds(4)) {
        pool = PostgresPool(address, size: connections)
        self.patience = patience
        let signals = Signals()
        self.signals = signals
        notices = PostgresNotices(pool, signals: signals)
        leaders = PostgresLeaders(pool)
        lookups = PostgresLookups(address)
    }

    /// What the sessions do now, for metrics.
    package var census: (idle: Int, free: Int, waiting: Int) { pool.census }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Storage.Transaction) throws -> Value
    ) async throws -> Value {
        try await perform(.reading, work)
    }

    package func rows(_ statement: SQL) async throws -> [Row] {
        try await lookups.rows(statement, until: ContinuousClock.now + patience)
    }

    @discardableResult
    package func write<Value: Sendable>(
        _ work: @escaping @Sendable (any Storage.Transaction) throws -> Value
    ) async throws -> Value {
        try await perform(.writing, work)
    }

    /// The lock belongs to a session of its own, which is closed afterwards, and the work may take its time there.
    @discardableResult
    package func write<Value: Sendable>(
        alone name: String, _ work: @escaping @Sendable (any Storage.Transaction) throws -> Value
    ) async throws -> Value {
        let session: PostgresSession
        do {
            session = try await pool.connect()
        } catch PostgresFailure.lost {
            throw StorageError.unavailable
        }
        return try await session.onQueue {
            do {
                try session.command("SET lock_timeout = 0")
                try session.command("SET statement_timeout = 0")
                _ = try session.run("SELECT pg_advisory_lock(\(PostgresLeaders.key(name)))")
            } catch let failure as PostgresFailure {
                throw failure.storageError
            }
            let phase = WorkPhase()
            _ = phase.start(on: session)
            switch session.perform(.writing, phase: phase, work) {
            case .done(let value, _): return value
            case .failed(let error): throw error
            case .conflict: throw StorageError.busy
            case .lost: throw StorageError.unavailable
            case .unknown: throw StorageError.outcomeUnknown
            case .calledOff: throw CancellationError()
            }
        }
    }

    package func leadership(of name: String) async -> (any Leadership)? {
        await leaders.claim(name)
    }

    @discardableResult
    package func execute(_ statement: SQL) async throws -> Int {
        try await perform { session, phase in session.performAlone(statement, phase: phase) }
    }

    private func perform<Value: Sendable>(
        _ mode: PostgresTransaction.Mode, _ work: @escaping @Sendable (any Storage.Transaction) throws -> Value
    ) async throws -> Value {
        try await perform { session, phase in session.perform(mode, phase: phase, work) }
    }

    /// Makes attempts until one succeeds or patience is at an end.
    private func perform<Value: Sendable>(
        _ attempt: @escaping @Sendable (PostgresSession, WorkPhase) -> PostgresOutcome<Value>
    ) async throws -> Value {
        let deadline = ContinuousClock.now + patience
        var losses = 0
        var conflicts = 0
        while true {
            let session = try await pool.take(until: deadline)
            switch await session.perform(attempt) {
            case .done(let value, let topics):
                pool.give(session)
                notices.tell(topics)
                return value
            case .failed(let error):
                pool.give(session)
                throw error
            case .conflict:
                pool.give(session)
                guard ContinuousClock.now < deadline else { throw StorageError.busy }
                conflicts += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...min(100, 2 << min(conflicts, 6)))))
            case .lost:
                pool.discard(session)
                guard ContinuousClock.now < deadline else { throw StorageError.unavailable }
                // The first time a session was idle while the server was started again: a new one is at hand.
                if losses > 0 { try await Task.sleep(for: .milliseconds(Int.random(in: 20...100))) }
                losses += 1
            case .unknown:
                pool.discard(session)
                throw StorageError.outcomeUnknown
            case .calledOff:
                pool.close(session)
                throw CancellationError()
            }
        }
    }
}

extension PostgresSession {
    /// Does a piece of work on the session's own queue; ends it when the task that asked for it is cancelled.
    fileprivate func perform<Value: Sendable>(
        _ attempt: @escaping @Sendable (PostgresSession, WorkPhase) -> PostgresOutcome<Value>
    ) async -> PostgresOutcome<Value> {
        let phase = WorkPhase()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async {
                    guard phase.start(on: self) else {
                        return continuation.resume(returning: .calledOff)
                    }
                    continuation.resume(returning: attempt(self, phase))
                }
            }
        } onCancel: {
            phase.callOff()
        }
    }

    func onQueue<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}
