import Dispatch
import Synchronization

/// Where a piece of work stands, so that it can be called off while a statement runs, and not once its commit has begun.
final class WorkPhase: Sendable {
    private enum State { case waiting, running(PostgresSession), finished, calledOff }

    private let state = Mutex(State.waiting)

    /// Whether the work may start.
    func start(on session: PostgresSession) -> Bool {
        state.withLock { state in
            guard case .waiting = state else { return false }
            state = .running(session)
            return true
        }
    }

    /// Whether the work may be kept. From here on it can't be called off.
    func finish() -> Bool {
        state.withLock { state in
            guard case .running = state else { return false }
            state = .finished
            return true
        }
    }

    func callOff() {
        let session: PostgresSession? = state.withLock { state in
            switch state {
            case .waiting:
                state = .calledOff
                return nil
            case .running(let session):
                state = .calledOff
                return session
            case .finished, .calledOff:
                return nil
            }
        }
        guard let session else { return }
        // Asking takes a connection of its own to the server: not on a thread that others wait for.
        DispatchQueue.global().async { session.cancel() }
    }
}
