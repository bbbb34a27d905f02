import Foundation
import Kernel

/// That a case loses nothing for now, whatever its age: a court, a review or a complaint needs it.
package struct CaseHold: Sendable, Hashable {
    package let id: UUID
    package let matter: ID<Case>
    package let reason: String
    package let setBy: ID<Account>
    package let setAt: Date
    /// The last day on which it holds.
    package let until: Day

    /// How long ahead a hold can be set: who needs it longer sets it anew, and has to say why again.
    package static let longest = 3 * 365
    package static let longestReason = 500

    package init(
        id: UUID, matter: ID<Case>, reason: String, setBy: ID<Account>, setAt: Date, until: Day
    ) throws(InvalidFields) {
        let today = Day(of: setAt)
        var problems: [FieldProblem] = []
        if reason.isEmpty { problems.append(FieldProblem("reason", "missing")) }
        if reason.count > Self.longestReason {
            problems.append(FieldProblem("reason", "too-long", details: ["limit": "\(Self.longestReason)"]))
        }
        if until < today { problems.append(FieldProblem("until", "in-the-past")) }
        if until - today > Self.longest { problems.append(FieldProblem("until", "hold-too-long")) }
        guard problems.isEmpty else { throw InvalidFields(problems) }
        self.init(id: id, matter: matter, kept: reason, setBy: setBy, setAt: setAt, until: until)
    }

    /// One that was kept.
    init(id: UUID, matter: ID<Case>, kept reason: String, setBy: ID<Account>, setAt: Date, until: Day) {
        self.id = id
        self.matter = matter
        self.reason = reason
        self.setBy = setBy
        self.setAt = setAt
        self.until = until
    }
}
