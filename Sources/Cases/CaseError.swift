import Kernel

/// What people may do wrong with a case.
package enum CaseError: ProblemError, Hashable {
    /// The case is in another state, or already where the step would lead.
    case notNow(Case.State)
    case alreadyAsked
    case nothingAsked
    case needsSecondPerson
    case tooLateToReopen(days: Int)
    /// The same key came with another report, or from another person.
    case keyUsedOtherwise
    /// Somebody else changed the case since the form was made.
    case stale
    case noSuchStep(String)
    /// An office may not give a case to that one.
    case mayNotForward
    case noSuchHandler
    /// The one who was chosen belongs to the business that the case is about.
    case handlerInvolved
    case assignedToOther
    /// There is nothing to undo: the case isn't merged into another one.
    case notMerged
    /// The clock doesn't run, or doesn't stand still.
    case nothingToPause
    case photoGone
    case tooManyPhotos(limit: Int)
    /// In seconds.
    case tooManyReports(retryAfter: Int)
    /// In seconds.
    case tooManySearches(retryAfter: Int)
    case noReporterToShow
    /// Somebody has looked at so many reporters today that it doesn't look like work any more.
    case tooManyLooks(limit: Int)

    package var problem: Problem {
        switch self {
        case .notNow(let state): Problem("case-not-now", status: 409, details: ["state": state.rawValue])
        case .alreadyAsked: Problem("case-already-asked", status: 409)
        case .nothingAsked: Problem("case-nothing-asked", status: 409)
        case .needsSecondPerson: Problem("case-needs-second-person", status: 403)
        case .tooLateToReopen(let days): Problem("case-too-late-to-reopen", status: 409, details: ["days": "\(days)"])
        case .keyUsedOtherwise: Problem("report-key-used", status: 422)
        case .stale: Problem("case-stale", status: 412)
        case .noSuchStep(let step): Problem("case-no-such-step", status: 422, details: ["step": step])
        case .mayNotForward: Problem("case-may-not-forward", status: 422)
        case .noSuchHandler: Problem("case-no-such-handler", status: 422)
        case .handlerInvolved: Problem("case-handler-involved", status: 422)
        case .nothingToPause: Problem("case-nothing-to-pause", status: 409)
        case .notMerged: Problem("case-not-merged", status: 409)
        case .assignedToOther: Problem("case-assigned-to-other", status: 409)
        case .tooManyReports(let seconds):
            Problem(
                "too-many-reports", status: 429, details: ["minutes": "\((seconds + 59) / 60)"], retryAfter: seconds)
        case .tooManySearches(let seconds):
            Problem(
                "too-many-searches", status: 429, details: ["minutes": "\((seconds + 59) / 60)"], retryAfter: seconds)
        case .tooManyPhotos(let limit): Problem("case-too-many-photos", status: 422, details: ["limit": "\(limit)"])
        case .photoGone: Problem("case-photo-gone", status: 422)
        case .tooManyLooks(let limit):
            Problem("case-too-many-looks", status: 429, details: ["limit": "\(limit)"], retryAfter: 3600)
        case .noReporterToShow: Problem("case-no-reporter", status: 404)
        }
    }
}
