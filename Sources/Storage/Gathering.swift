import Synchronization

/// Jobs that wait to be done together by one who does nothing else: what comes while some are done is done next.
package final class Gathering<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        var isAtWork = false
    }

    private let state = Mutex(State())
    private let limit: Int

    /// `limit`: how many are done together at the most.
    package init(limit: Int) {
        self.limit = limit
    }

    /// Adds a job. When the answer is true nobody is at work, and the caller sees to it that somebody takes ``next()``
    /// until there is nothing left.
    package func add(_ job: Job) -> Bool {
        state.withLock { state in
            state.jobs.append(job)
            defer { state.isAtWork = true }
            return !state.isAtWork
        }
    }

    /// Those to be done now; `nil` when there are none, and the work is at an end.
    package func next() -> [Job]? {
        state.withLock { state in
            guard !state.jobs.isEmpty else {
                state.isAtWork = false
                return nil
            }
            let batch = Array(state.jobs.prefix(limit))
            state.jobs.removeFirst(batch.count)
            return batch
        }
    }
}
