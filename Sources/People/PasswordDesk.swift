import Foundation
import Kernel
import Synchronization

/// Where passwords are hashed and checked: at most two at once, each on a thread of its own, with a short queue. Whoever
/// comes when the queue is full is told to try again, so that a flood of wrong passwords can't stop the server.
package struct PasswordDesk: Sendable {
    private let counters = [BlockingQueue("passwords-1"), BlockingQueue("passwords-2")]
    private let queues = Queues()
    private let cost: PasswordHash.Cost
    private let unmatchable: PasswordHash

    private final class Queues: Sendable {
        let lengths = Mutex([0, 0])
    }

    package init(cost: PasswordHash.Cost = .standard) {
        self.cost = cost
        unmatchable = .unmatchable(cost: cost)
    }

    package func hash(_ password: String) async throws -> PasswordHash {
        try await queued { [cost] in try PasswordHash(password, cost: cost) }
    }

    /// Whether `password` has this hash. Without one, the work is the same and the answer no.
    package func matches(_ password: String, _ hash: PasswordHash?) async throws -> Bool {
        let hash = hash ?? unmatchable
        return try await queued { try hash.matches(password) }
    }

    /// Eight in each queue: whoever is let in waits a bit more than a second.
    private static let room = 8

    private func queued<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        let chosen = queues.lengths.withLock { lengths -> Int? in
            let shortest = lengths[0] <= lengths[1] ? 0 : 1
            guard lengths[shortest] < Self.room else { return nil }
            lengths[shortest] += 1
            return shortest
        }
        guard let chosen else { throw SignInError.busy }
        defer { queues.lengths.withLock { $0[chosen] -= 1 } }
        return try await counters[chosen].run(work)
    }
}
