import Foundation
import Kernel
import Synchronization

/// Numbers one after another, for identities that sort in the order in which they were made.
final class Counter: Sendable {
    private let count = Mutex<UInt64>(0)

    func next() -> UInt64 {
        count.withLock { count in
            count += 1
            return 0x8000_0000_0000_0000 | count
        }
    }

    /// A key as a phone makes one: UUID version 7.
    func key(at time: Date) -> String {
        UUID(high: UInt64(time.milliseconds) << 16 | 0x7000, low: next() | 0x0100_0000_0000_0000).uuidString
            .lowercased()
    }
}
