import Synchronization
import Testing

@testable import Children

@Suite(.timeLimit(.minutes(30))) struct GateTests {
    @Test func `two pass at the same time, the others wait in line`() async throws {
        let gate = Gate(width: 2, longestLine: 100, refusal: Full())
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await gate.pass {
                        counter.enter()
                        try await Task.sleep(for: .milliseconds(2))
                        counter.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(counter.most == 2)
        #expect(counter.total == 20)
    }

    @Test func `who finds the line full is turned away, and a failure makes room again`() async throws {
        struct Failed: Error {}
        let gate = Gate(width: 1, longestLine: 1, refusal: Full())
        let (isOver, over) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await gate.pass {
                for await _ in isOver {}
                throw Failed()
            }
        }
        let second = Task { try await gate.pass { "second" } }
        try await wait(for: gate, toHave: 1)
        await #expect(throws: Full.self) { try await gate.pass { Issue.record("passed") } }

        over.finish()
        await #expect(throws: Failed.self) { try await first.value }
        #expect(try await second.value == "second")
        #expect(try await gate.pass { "third" } == "third")
    }

    @Test func `who gives up leaves the line`() async throws {
        let gate = Gate(width: 1, longestLine: 5, refusal: Full())
        let (isOver, over) = AsyncStream<Void>.makeStream()
        let first = Task { try await gate.pass { for await _ in isOver {} } }
        let second = Task { try await gate.pass { Issue.record("passed") } }
        let third = Task { try await gate.pass { "third" } }
        try await wait(for: gate, toHave: 2)

        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        over.finish()
        try await first.value
        #expect(try await third.value == "third")
    }

    private func wait(for gate: Gate, toHave length: Int) async throws {
        while await gate.lineLength != length {
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

private struct Full: Error {}

private final class Counter: Sendable {
    private let counts = Mutex((now: 0, most: 0, total: 0))

    func enter() {
        counts.withLock {
            $0.now += 1
            $0.total += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func leave() {
        counts.withLock { $0.now -= 1 }
    }

    var most: Int { counts.withLock { $0.most } }
    var total: Int { counts.withLock { $0.total } }
}
