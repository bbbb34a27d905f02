import Foundation
import Kernel
import Synchronization

/// That somebody of the staff asked for a thing that is there, outside of what they may see.
package struct Refusal: Sendable, Hashable {
    package let actor: ID<Account>
    /// What it was, such as a case.
    package let kind: String
    package let subject: UUID
    package let at: Date
}

/// Keeps refusals until they are written down, which happens apart from the answer: so that how long that takes doesn't
/// tell what is hidden from what isn't there.
///
/// One for each person, kind and minute: whoever tries a thousand addresses fills neither this nor the journal.
package final class Refusals: Sendable {
    private struct Key: Hashable {
        let actor: ID<Account>
        let kind: String
    }

    private struct State {
        var waiting: [Refusal] = []
        var last: [Key: Date] = [:]
    }

    private let state = Mutex(State())
    private static let minute: TimeInterval = 60
    /// Should nothing be written for long: more than all the staff of a city can cause in a minute.
    private static let mostWaiting = 10_000

    package init() {}

    package func note(_ kind: String, _ subject: UUID, hiddenFrom actor: ID<Account>, at now: Date) {
        state.withLock { state in
            let key = Key(actor: actor, kind: kind)
            if let last = state.last[key], now.timeIntervalSince(last) < Self.minute { return }
            guard state.waiting.count < Self.mostWaiting else { return }
            state.last[key] = now
            state.waiting.append(Refusal(actor: actor, kind: kind, subject: subject, at: now))
        }
    }

    /// What waits, which is then forgotten here.
    package func take(at now: Date) -> [Refusal] {
        state.withLock { state in
            state.last = state.last.filter { now.timeIntervalSince($0.value) < Self.minute }
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    /// Lets what couldn't be written down wait again.
    package func putBack(_ refusals: [Refusal]) {
        state.withLock { $0.waiting = Array((refusals + $0.waiting).prefix(Self.mostWaiting)) }
    }
}
