import Foundation
import Kernel

/// That somebody agreed to something or took it back: a fact that is never changed, only followed by another.
package struct ConsentEntry: Sendable, Hashable {
    /// Where it was said.
    package enum Source: String, Sendable, CaseIterable {
        case registration
        /// One's own page.
        case page
        case program
        /// On somebody's behalf at a station, in their presence.
        case keeper
    }

    package let id: UUID
    package let account: ID<Account>
    /// The key of a purpose, or ``adult``.
    package let purpose: String
    package let version: String
    package let isGiven: Bool
    package let at: Date
    package let source: Source

    package init(
        id: UUID, account: ID<Account>, purpose: String, version: String, isGiven: Bool, at: Date, source: Source
    ) {
        self.id = id
        self.account = account
        self.purpose = purpose
        self.version = version
        self.isGiven = isGiven
        self.at = at
        self.source = source
    }

    /// That somebody says they are 18 or older: no consent, kept the same way.
    package static let adult = "adult"
    static let adultVersion = "1"
}

/// Everything somebody said, the oldest first.
package struct Consents: Sendable {
    package enum Answer: Sendable, Hashable {
        case open
        case given(Date)
        case withdrawn(Date)
        /// They agreed to an older text: it doesn't count for the new one.
        case outdated(Date)
    }

    package let entries: [ConsentEntry]

    package init(_ entries: [ConsentEntry]) {
        self.entries = entries
    }

    package func answer(to purpose: Purpose) -> Answer {
        guard let last = entries.last(where: { $0.purpose == purpose.key }) else { return .open }
        guard last.isGiven else { return .withdrawn(last.at) }
        return last.version == purpose.version ? .given(last.at) : .outdated(last.at)
    }

    package func isGiven(_ purpose: Purpose?) -> Bool {
        guard let purpose, case .given = answer(to: purpose) else { return false }
        return true
    }

    package var isAdult: Bool { entries.last { $0.purpose == ConsentEntry.adult }?.isGiven ?? false }
}
