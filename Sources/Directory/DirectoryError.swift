/// What the directory can't do without. A fault of the set-up, never of a person, so it isn't a ``Kernel/ProblemError``:
/// it is logged and answered as "something went wrong".
package enum DirectoryError: Error, Hashable, CustomStringConvertible {
    /// Matters would have no owner. `nuanxin check` says so.
    case noDutyDesk

    package var description: String {
        switch self {
        case .noDutyDesk: "no office is a duty desk: import offices first (nuanxin import offices FILE)"
        }
    }
}
