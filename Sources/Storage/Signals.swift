import Synchronization

/// Something that others may wait for, such as new entries in the journal.
package struct Topic: Hashable, Sendable, ExpressibleByStringLiteral {
    package let name: String

    package init(name: String) {
        self.name = name
    }

    package init(stringLiteral name: String) {
        self.name = name
    }
}

/// Wakes those who wait for a topic on this node. A wake-up can get lost between nodes, so nobody waits for it alone:
/// they look for themselves now and then.
package final class Signals: Sendable {
    private struct State {
        var counts: [Topic: Int] = [:]
        var waiters: [Int: (topic: Topic, continuation: CheckedContinuation<Void, Never>)] = [:]
        var beforeFirstWait: (@Sendable () -> Void)?
        var next = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// What has to be done before anybody waits here, such as listening to other nodes.
    package func beforeFirstWait(_ work: @escaping @Sendable () -> Void) {
        state.withLock { $0.beforeFirstWait = work }
    }

    /// Where a topic stands. Take it before looking for work, so that nothing that comes meanwhile is missed.
    package func mark(_ topic: Topic) -> Int {
        state.withLock { $0.counts[topic, default: 0] }
    }

    package func raise(_ topic: Topic) {
        let woken = state.withLock { state in
            state.counts[topic, default: 0] += 1
            let woken = state.waiters.filter { $0.value.topic == topic }
            for number in woken.keys { state.waiters[number] = nil }
            return woken.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }

    /// Returns when the topic was raised after `mark`, when `longest` has passed, or when the task is cancelled.
    package func wait(for topic: Topic, after mark: Int, atMost longest: Duration) async {
        let (number, prepare) = state.withLock { state in
            defer {
                state.next += 1
                state.beforeFirstWait = nil
            }
            return (state.next, state.beforeFirstWait)
        }
        prepare?()
        let timer = Timer()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = state.withLock { state in
                    guard state.counts[topic, default: 0] == mark, !Task.isCancelled else { return false }
                    state.waiters[number] = (topic, continuation)
                    return true
                }
                guard mustWait else { return continuation.resume() }
                timer.start(after: longest) { [weak self] in self?.wake(number) }
            }
        } onCancel: {
            wake(number)
        }
        timer.stop()
    }

    private func wake(_ number: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
        waiter?.continuation.resume()
    }
}

private final class Timer: Sendable {
    private let task = Mutex<Task<Void, Never>?>(nil)

    func start(after wait: Duration, _ work: @escaping @Sendable () -> Void) {
        task.withLock { task in
            task = Task {
                try? await Task.sleep(for: wait)
                work()
            }
        }
    }

    func stop() {
        task.withLock { $0?.cancel() }
    }
}
