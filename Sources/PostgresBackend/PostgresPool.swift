import Dispatch
import Storage
import Synchronization

/// The sessions of one node, `size` at the most. They are opened when they are needed.
final class PostgresPool: Sendable {
    private struct State {
        var idle: [PostgresSession] = []
        var free: Int
        var queue: [Waiter] = []
        var opened = 0
    }

    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let address: PostgresAddress
    private let state: Mutex<State>
    private let numbers = Mutex(0)

    init(_ address: PostgresAddress, size: Int) {
        self.address = address
        state = Mutex(State(free: size))
    }

    /// How many sessions wait for work, and how many are at work.
    var census: (idle: Int, free: Int, waiting: Int) {
        state.withLock { ($0.idle.count, $0.free, $0.queue.count) }
    }

    /// A session of one's own, to be given back. Throws ``StorageError/busy`` when all are in use until `deadline`, and
    /// ``StorageError/unavailable`` when no server can be reached until then.
    func take(until deadline: ContinuousClock.Instant) async throws -> PostgresSession {
        guard await permit(until: deadline) else {
            try Task.checkCancellation()
            throw StorageError.busy
        }
        while true {
            if let session = state.withLock({ $0.idle.popLast() }) { return session }
            do {
                return try await connect()
            } catch {
                guard ContinuousClock.now + .milliseconds(100) < deadline, !Task.isCancelled else {
                    release()
                    try Task.checkCancellation()
                    throw StorageError.unavailable
                }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    func give(_ session: PostgresSession) {
        if session.isWhole { state.withLock { $0.idle.append(session) } }
        release()
    }

    /// Ends a session that nobody else should have.
    func close(_ session: PostgresSession) {
        release()
        DispatchQueue.global().async { _ = session }
    }

    /// Gives back a session that was lost. Those that are idle have most likely been lost with it.
    func discard(_ session: PostgresSession) {
        let others = state.withLock { state in
            defer { state.idle = [] }
            return state.idle
        }
        release()
        // Closing waits for nobody here.
        DispatchQueue.global().async { _ = others }
    }

    /// A session outside the number of the pool's, for what holds one for long.
    func connect() async throws -> PostgresSession {
        let number = state.withLock { state in
            state.opened += 1
            return state.opened
        }
        let queue = DispatchQueue(label: "nuanxin.postgres.\(number)")
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { [address] in
                continuation.resume(with: Result { try PostgresSession(address, queue: queue) })
            }
        }
    }

    // MARK: - Whose turn it is

    private func permit(until deadline: ContinuousClock.Instant) async -> Bool {
        let number = numbers.withLock { number in
            number += 1
            return number
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isMine = state.withLock { state in
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.queue.append(Waiter(number: number, continuation: continuation))
                    return false
                }
                guard !isMine else { return continuation.resume(returning: true) }
                if Task.isCancelled { return giveUp(number) }
                let wait = ContinuousClock.now.duration(to: deadline)
                DispatchQueue.global().asyncAfter(deadline: .now() + max(wait / .seconds(1), 0)) { [weak self] in
                    self?.giveUp(number)
                }
            }
        } onCancel: {
            giveUp(number)
        }
    }

    private func release() {
        let next: Waiter? = state.withLock { state in
            guard !state.queue.isEmpty else {
                state.free += 1
                return nil
            }
            return state.queue.removeFirst()
        }
        next?.continuation.resume(returning: true)
    }

    private func giveUp(_ number: Int) {
        let waiter: Waiter? = state.withLock { state in
            guard let place = state.queue.firstIndex(where: { $0.number == number }) else { return nil }
            return state.queue.remove(at: place)
        }
        waiter?.continuation.resume(returning: false)
    }
}
