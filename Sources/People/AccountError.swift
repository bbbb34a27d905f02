import Kernel

/// What an operator can do wrong with accounts.
package enum AccountError: ProblemError, Hashable {
    case notFound
    case loginTaken
    case badLogin
    case weakPassword
    case notActive
    case notSuspended
    case noSuchGrant
    case badPeriod
    case missingPlace(role: String)
    case tooLong(days: Int)
    /// Who sets up, gives roles or audits has no other post.
    case rolesApart
    case notOneself
    /// Somebody else signs in with that number.
    case phoneTaken
    /// Somebody wrote down more riders in a day than a site has.
    case tooManyEnrolments(limit: Int)
    /// The account has ended for good.
    case hasLeft
    /// Nobody could give roles any more.
    case lastSecurity
    case noSuchLeave
    /// The absent has no post in these days that somebody could stand in for.
    case nothingToStandIn
    /// Somebody stands in on some of these days already.
    case leaveOverlaps
    /// Who stands in must be somebody else who works here.
    case noSuchStandIn
    /// A role or a leave can't begin in the past.
    case inThePast
    case wrongPassword
    case samePassword

    package var problem: Problem {
        switch self {
        case .notFound: Problem("account-not-found", status: 404)
        case .loginTaken: Problem("login-taken", status: 409)
        case .badLogin: Problem("bad-login", status: 422)
        case .weakPassword: Problem("weak-password", status: 422, details: ["limit": "\(PasswordRule.minimum)"])
        case .notActive: Problem("account-not-active", status: 409)
        case .notSuspended: Problem("account-not-suspended", status: 409)
        case .noSuchGrant: Problem("no-such-grant", status: 404)
        case .badPeriod: Problem("bad-grant-period", status: 422)
        case .tooLong(let days): Problem("grant-too-long", status: 422, details: ["days": "\(days)"])
        case .rolesApart: Problem("roles-apart", status: 422)
        case .notOneself: Problem("not-for-oneself", status: 403)
        case .missingPlace(let role): Problem("grant-without-place", status: 422, details: ["role": role])
        case .phoneTaken: Problem("phone-taken", status: 409)
        case .tooManyEnrolments(let limit):
            Problem("too-many-enrolments", status: 429, details: ["limit": "\(limit)"], retryAfter: 3600)
        case .hasLeft: Problem("account-has-left", status: 409)
        case .lastSecurity: Problem("last-security-administrator", status: 409)
        case .noSuchLeave: Problem("no-such-leave", status: 404)
        case .nothingToStandIn: Problem("nothing-to-stand-in", status: 422)
        case .leaveOverlaps: Problem("leave-overlaps", status: 409)
        case .noSuchStandIn: Problem("no-such-stand-in", status: 422)
        case .inThePast: Problem("grant-in-the-past", status: 422)
        case .wrongPassword: Problem("wrong-password", status: 422)
        case .samePassword: Problem("same-password", status: 422)
        }
    }
}
