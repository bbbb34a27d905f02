import Foundation
import Kernel

/// Something that a person asks about their own data. It is answered within 15 working days.
package struct DataRequest: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case export, correction, deletion, explanation
        /// Another number for an account whose old number can't receive a code any more.
        case lostPhone

        /// Those that somebody at the bureau has to answer; the others are done by the product itself.
        package var needsAnswer: Bool { self != .export && self != .deletion }

        /// Those that can't be answered without knowing whose they are.
        var showsPerson: Bool { self == .lostPhone || self == .correction }

        /// What somebody must be allowed to do with their own data.
        var action: String {
            switch self {
            case .export: "export"
            case .correction, .explanation: "correct"
            case .deletion: "delete"
            case .lostPhone: "changePhone"
            }
        }
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        case open
        /// A deletion of which everything is done but what an open case still needs.
        case held
        case done, takenBack, refused

        package var isOpen: Bool { self == .open || self == .held }
    }

    /// How long a deletion can be taken back before it is carried out.
    package static let reflection: TimeInterval = 3 * 86_400
    /// How many requests one person may have open.
    static let limit = 10
    /// How long what somebody writes may be.
    package static let longest = 1000
    /// The clock in `Data/clocks.json`.
    package static let clock = "data-request"

    package let id: ID<DataRequest>
    /// `nil` once its person was erased.
    package let account: ID<Account>?
    package let kind: Kind
    package private(set) var state: State
    package let askedAt: Date
    /// The last day of the time; `nil` while its year's holidays aren't known.
    package var due: Day?
    /// What was asked, and how it was answered; sealed.
    package let words: Data?
    package private(set) var answer: Data?
    package private(set) var answeredAt: Date?
    package private(set) var answeredBy: ID<Account>?
    /// When the administrator was warned that it is late.
    package var overdueAt: Date?

    package init(
        id: ID<DataRequest>, account: ID<Account>?, kind: Kind, state: State = .open, askedAt: Date, due: Day?,
        words: Data? = nil, answer: Data? = nil, answeredAt: Date? = nil, answeredBy: ID<Account>? = nil,
        overdueAt: Date? = nil
    ) {
        self.id = id
        self.account = account
        self.kind = kind
        self.state = state
        self.askedAt = askedAt
        self.due = due
        self.words = words
        self.answer = answer
        self.answeredAt = answeredAt
        self.answeredBy = answeredBy
        self.overdueAt = overdueAt
    }

    package mutating func takeBack(at now: Date) throws(DataRequestError) {
        guard state == .open else { throw .notOpen }
        state = .takenBack
        answeredAt = now
    }

    package mutating func hold() throws(DataRequestError) {
        guard state == .open, kind == .deletion else { throw .notOpen }
        state = .held
    }

    package mutating func finish(
        _ outcome: State = .done, answer: Data? = nil, by actor: ID<Account>? = nil, at now: Date
    ) throws(DataRequestError) {
        guard state.isOpen, outcome == .done || outcome == .refused else { throw .notOpen }
        state = outcome
        self.answer = answer
        answeredAt = now
        answeredBy = actor
    }

    /// When a deletion is carried out by itself.
    package var carriedOutFrom: Date { askedAt + Self.reflection }

    /// Whether the answer came on its last day or before; `nil` without an answer, or without a day.
    package var isInTime: Bool? {
        guard let answeredAt, let due else { return nil }
        return Day(of: answeredAt) <= due
    }

    package func isOverdue(on day: Day) -> Bool {
        state == .open && due.map { $0 < day } ?? false
    }
}
