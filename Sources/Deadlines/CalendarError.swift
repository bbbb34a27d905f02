import Kernel

/// What can be wrong with importing a calendar.
package enum CalendarError: ProblemError {
    case invalid([CalendarFinding])

    package var problem: Problem {
        switch self {
        case .invalid(let findings):
            // A wrong shape is the program's mistake, a wrong day the person's.
            findings.contains(where: \.isAboutShape)
                ? Problem("malformed-fields", status: 400, fields: findings.map(\.problem))
                : Problem("invalid-fields", status: 422, fields: findings.map(\.problem))
        }
    }
}
