import Foundation
import Kernel
import Synchronization

/// The time and the identities of a demo city while it is made: a clock that is moved along its 90 days, and numbers that
/// are the same for the same seed.
final class DemoSource: Sendable {
    private let state: Mutex<State>

    private struct State {
        var now: Date
        var generator: SeededGenerator
    }

    init(seed: UInt64, start: Date) {
        state = Mutex(State(now: start, generator: SeededGenerator(seed: seed)))
    }

    var now: Date { state.withLock { $0.now } }

    func move(to instant: Date) {
        state.withLock { $0.now = instant }
    }

    func makeUUID(at time: Date) -> UUID {
        state.withLock { state in UUID.version7(at: time, using: &state.generator) }
    }

    func makeName() -> UUID {
        state.withLock { state in UUID.random(using: &state.generator) }
    }
}

extension UUID {
    /// Version 4: 122 random bits.
    static func random(using generator: inout some RandomNumberGenerator) -> UUID {
        let high = generator.next() & ~0xf000 | 0x4000
        let low = generator.next() & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return UUID(high: high, low: low)
    }
}
