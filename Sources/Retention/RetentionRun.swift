import Foundation
import Kernel

/// One time that what was due was erased.
package struct RetentionRun: Sendable, Hashable {
    package enum Cause: String, Sendable, CaseIterable {
        /// The time of day.
        case job
        /// Somebody at the console.
        case command
    }

    package let id: UUID
    package let cause: Cause
    package let beganAt: Date
    /// `nil` while it goes on, and for good when it was interrupted: the next one goes on there.
    package var endedAt: Date?
    package var count: RetentionCount

    package init(
        id: UUID, cause: Cause, beganAt: Date, endedAt: Date? = nil, count: RetentionCount = RetentionCount()
    ) {
        self.id = id
        self.cause = cause
        self.beganAt = beganAt
        self.endedAt = endedAt
        self.count = count
    }
}

/// What a run would do now, and what is to come.
package struct RetentionPlan: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        package let kind: String
        package let now: RetentionCount
        /// What becomes due within ``RetentionPlan/outlook`` after that.
        package let soon: RetentionCount
        /// When the oldest happened of what stays.
        package let oldest: Date?
    }

    /// How far it looks ahead.
    package static let outlook: TimeInterval = 30 * 86_400

    package let at: Date
    package let lines: [Line]
}
