import Foundation
import Kernel

/// A fresh code before what weighs much: taking one's data along, another number. Who found an unlocked phone hasn't got
/// it.
package enum Proof {
    /// How long a proof counts.
    package static let lifetime: TimeInterval = 300

    /// The last proof is too old, or there was none.
    package struct Needed: ProblemError {
        package init() {}
        package var problem: Problem { Problem("proof-needed", status: 403) }
    }
}
