import Kernel

/// Why somebody isn't let in. None of these says whether a number or a login is known here.
package enum SignInError: ProblemError, Hashable {
    /// The code is wrong, too old, used, or was never sent. One problem, so that trying teaches nothing.
    case codeRefused
    /// Login, password or authenticator code: which of them was wrong is not said.
    case staffRefused
    /// The account exists and is suspended or closed. Only its owner, with the right code in hand, gets this far.
    case accountStopped
    case tooManyCodes(retryAfter: Int)
    case tooManyTries(retryAfter: Int)
    /// The way by which codes are sent doesn't work or was never set up.
    case noCodes
    /// More people sign in with a password at this moment than the server can check.
    case busy
    /// A bearer token that isn't one, or no longer.
    case badToken

    package var problem: Problem {
        switch self {
        case .codeRefused: Problem("code-refused", status: 401)
        case .staffRefused: Problem("sign-in-refused", status: 401)
        case .accountStopped: Problem("account-stopped", status: 403)
        case .tooManyCodes(let seconds): wait("too-many-codes", seconds)
        case .tooManyTries(let seconds): wait("too-many-tries", seconds)
        case .noCodes: Problem("no-codes", status: 503)
        case .busy: Problem("sign-in-busy", status: 503, retryAfter: 2)
        case .badToken: Problem("bad-token", status: 401)
        }
    }

    private func wait(_ name: String, _ seconds: Int) -> Problem {
        // People read minutes more easily; nobody is told to come back too early.
        Problem(name, status: 429, details: ["minutes": "\((seconds + 59) / 60)"], retryAfter: seconds)
    }
}
