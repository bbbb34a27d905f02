import GRDB
import Storage
import Synchronization

/// Lets writers that wait at the same time share one transaction, and so one sync of the disk.
///
/// Each has a savepoint of its own: what one of them throws undoes its own work and leaves the others unharmed. A writer
/// hears of its success only after the commit.
final class GroupCommit: Sendable {
    private let pool: DatabasePool
    private let jobs = Gathering<any Job>(limit: 256)

    init(_ pool: DatabasePool) {
        self.pool = pool
    }

    func write<Value: Sendable>(_ work: @escaping @Sendable (GRDB.Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = WriteJob(work: work, continuation: continuation)
            if jobs.add(job) {
                pool.asyncWriteWithoutTransaction { db in self.drain(db) }
            }
        }
    }

    private func drain(_ db: GRDB.Database) {
        while let batch = jobs.next() { commit(batch, in: db) }
    }

    private func commit(_ batch: [any Job], in db: GRDB.Database) {
        var hasBegun = false
        do {
            try db.inTransaction(.immediate) {
                hasBegun = true
                for job in batch { job.run(db) }
                return .commit
            }
            for job in batch { job.finish(failure: nil) }
        } catch {
            // What one of them met, such as a full disk, can undo the work of all: each tries again by itself.
            if hasBegun, batch.count > 1 {
                for job in batch { commit([job], in: db) }
                return
            }
            let failure = (error as? GRDB.DatabaseError).map(StorageError.init) ?? error
            for job in batch { job.finish(failure: failure) }
        }
    }
}

private protocol Job: Sendable {
    func run(_ db: GRDB.Database)
    /// Answers the writer: with `failure` when the commit as a whole failed, with its own result otherwise.
    func finish(failure: (any Error)?)
}

private final class WriteJob<Value: Sendable>: Job {
    private let work: @Sendable (GRDB.Database) throws -> Value
    private let continuation: CheckedContinuation<Value, any Error>
    private let result = Mutex<Result<Value, any Error>?>(nil)

    init(
        work: @escaping @Sendable (GRDB.Database) throws -> Value,
        continuation: CheckedContinuation<Value, any Error>
    ) {
        self.work = work
        self.continuation = continuation
    }

    func run(_ db: GRDB.Database) {
        let outcome = Result<Value, any Error> {
            do {
                var value: Value?
                try db.inSavepoint {
                    value = try work(db)
                    return .commit
                }
                guard let value else { throw StorageError.other(code: "savepoint", message: "ended without a value") }
                return value
            } catch let error as GRDB.DatabaseError {
                throw StorageError(error)
            }
        }
        result.withLock { $0 = outcome }
    }

    func finish(failure: (any Error)?) {
        let outcome = result.withLock { $0 }
        switch (outcome, failure) {
        // What a writer did wrong by itself it should hear, also when the commit of the others failed.
        case (.failure(let own), _): continuation.resume(throwing: own)
        case (_, .some(let failure)): continuation.resume(throwing: failure)
        case (.success(let value), nil): continuation.resume(returning: value)
        case (nil, nil): continuation.resume(throwing: StorageError.busy)
        }
    }
}
