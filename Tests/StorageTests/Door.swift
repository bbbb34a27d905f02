import Foundation

/// Holds a piece of work inside its transaction until a test has looked from outside.
final class Door: Sendable {
    private let inside: AsyncStream<Void>
    private let entered: AsyncStream<Void>.Continuation
    private let lock = DispatchSemaphore(value: 0)

    init() {
        (inside, entered) = AsyncStream.makeStream()
    }

    /// Called by the work: waits until the door is opened.
    func stayInside() {
        entered.finish()
        lock.wait()
        lock.signal()
    }

    func somebodyIsInside() async {
        for await _ in inside {}
    }

    /// Lets out who is inside, and whoever comes later.
    func open() {
        lock.signal()
    }
}
