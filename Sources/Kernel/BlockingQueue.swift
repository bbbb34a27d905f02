import Foundation

/// Runs work that blocks (disks, hashes of passwords) on a thread of its own. Swift's cooperative threads are as many as
/// the cores, and a server with two of them stops when two of them wait.
package struct BlockingQueue: Sendable {
    private let queue: DispatchQueue

    /// When `isSerial`, each piece of work waits for the one before it.
    package init(_ name: String, isSerial: Bool = true) {
        queue = DispatchQueue(label: "nuanxin.\(name)", attributes: isSerial ? [] : .concurrent)
    }

    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try work() }) }
        }
    }
}
