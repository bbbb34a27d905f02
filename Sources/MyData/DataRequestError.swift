import Kernel

/// What can be wrong with a request about one's own data.
package enum DataRequestError: ProblemError, Hashable {
    /// It was answered, carried out or taken back already.
    case notOpen
    /// The same was asked already and isn't answered yet.
    case alreadyAsked
    case tooMany
    case notFound
    /// Nobody answers what they asked themselves.
    case own
    /// The product does it by itself; nobody answers.
    case notForAnswer

    package var problem: Problem {
        switch self {
        case .notOpen: Problem("data-request-not-open", status: 409)
        case .alreadyAsked: Problem("data-request-already-asked", status: 409)
        case .tooMany: Problem("too-many-data-requests", status: 429, retryAfter: 86_400)
        case .notFound: Problem("no-such-data-request", status: 404)
        case .own: Problem("own-data-request", status: 403)
        case .notForAnswer: Problem("data-request-needs-no-answer", status: 409)
        }
    }
}
