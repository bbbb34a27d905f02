import Foundation
import Kernel
import Testing

struct BlockingQueueTests {
    @Test func `a serial queue does one thing after the other`() async throws {
        let queue = BlockingQueue("test")
        let counter = UnsafeCounter()
        try await withThrowingTaskGroup { group in
            for _ in 0..<200 {
                group.addTask { try await queue.run { counter.increment() } }
            }
            try await group.waitForAll()
        }
        #expect(try await queue.run { counter.count } == 200)
    }

    @Test func `an error reaches the one who waits`() async {
        struct Broken: Error {}
        await #expect(throws: Broken.self) {
            try await BlockingQueue("test", isSerial: false).run { throw Broken() }
        }
    }
}

/// Counts right only when nobody else does at the same time.
private final class UnsafeCounter: @unchecked Sendable {
    private(set) var count = 0

    func increment() {
        let read = count
        sched_yield()
        count = read + 1
    }
}
