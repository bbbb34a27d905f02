import Kernel
import Storage

/// A way in for reports that no signed-in person sends, such as those of programs: both pieces of work belong to the
/// transaction that takes the report in, and either can refuse it.
package struct ReportDoor: Sendable {
    package typealias Enter = @Sendable (_ db: any Transaction) throws -> Void
    package typealias Keep = @Sendable (_ matter: Case, _ db: any Transaction) throws -> Void

    /// Whether anything may come this way now; asked before all else, also when it was sent before.
    let enter: Enter
    /// What has to be kept beside a case that is new.
    let keep: Keep

    package init(enter: @escaping Enter, keep: @escaping Keep) {
        self.enter = enter
        self.keep = keep
    }
}
