import Kernel

/// What can be wrong with a line of an incident.
package enum IncidentError: ProblemError, Hashable {
    case closed
    case inTheFuture
    case beforeNoticing
    case noSuchLine
    /// It must be reported first, or be judged as one that needs no report.
    case notReported

    package var problem: Problem {
        switch self {
        case .closed: Problem("incident-closed", status: 409)
        case .inTheFuture: Problem("incident-in-the-future", status: 422)
        case .beforeNoticing: Problem("incident-before-noticing", status: 422)
        case .noSuchLine: Problem("incident-no-such-line", status: 422)
        case .notReported: Problem("incident-not-reported", status: 409)
        }
    }
}
