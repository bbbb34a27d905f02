import Dispatch
import Foundation
import Storage
import Synchronization

/// Look-ups of one statement each, on one session that takes all those that wait at the same time in one trip.
///
/// A server's answer costs less than waking those who carry it: together they come twice as fast as on sessions of their
/// own (docs/performance.md).
final class PostgresLookups: Sendable {
    private struct Lookup {
        let statement: SQL
        let deadline: ContinuousClock.Instant
        let continuation: CheckedContinuation<[Row], any Error>
    }

    private let address: PostgresAddress
    private let queue = DispatchQueue(label: "nuanxin.postgres.lookups")
    private let gathering = Gathering<Lookup>(limit: 32)
    private let session = Mutex<PostgresSession?>(nil)

    init(_ address: PostgresAddress) {
        self.address = address
    }

    func rows(_ statement: SQL, until deadline: ContinuousClock.Instant) async throws -> [Row] {
        try await withCheckedThrowingContinuation { continuation in
            if gathering.add(Lookup(statement: statement, deadline: deadline, continuation: continuation)) {
                queue.async { self.carry() }
            }
        }
    }

    private func carry() {
        while var open = gathering.next() {
            var isFirst = true
            while !open.isEmpty {
                // The first time a session was idle while the server was started again: a new one is at hand.
                if !isFirst { Thread.sleep(forTimeInterval: .random(in: 0.02...0.1)) }
                isFirst = false
                open = attempt(open)
            }
        }
    }

    /// Answers what can be answered, and gives what is worth another attempt.
    private func attempt(_ lookups: [Lookup]) -> [Lookup] {
        let answers: [Result<PostgresResult, PostgresFailure>]
        do {
            answers = try wholeSession().runEach(lookups.map(\.statement))
        } catch {
            session.withLock { $0 = nil }
            let failure = error as? PostgresFailure ?? .lost("\(error)")
            answers = lookups.map { _ in .failure(failure) }
        }
        return zip(lookups, answers).filter { lookup, answer in
            switch answer {
            case .success(let result):
                lookup.continuation.resume(with: Result { try result.rows() })
                return false
            case .failure(.lost), .failure(.conflict):
                guard ContinuousClock.now >= lookup.deadline else { return true }
                lookup.continuation.resume(throwing: StorageError.unavailable)
                return false
            case .failure(let failure):
                lookup.continuation.resume(throwing: failure.storageError)
                return false
            }
        }.map(\.0)
    }

    private func wholeSession() throws -> PostgresSession {
        if let session = session.withLock({ $0 }), session.isWhole { return session }
        let new = try PostgresSession(address, queue: queue)
        try new.command("SET default_transaction_read_only = on")
        session.withLock { $0 = new }
        return new
    }
}
