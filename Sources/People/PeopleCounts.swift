import Foundation
import Storage

/// The figures about people that others may publish.
package struct PeopleCounts {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// How many riders had registered by `instant`.
    package func registeredRiders(by instant: Date) throws -> Int {
        try AccountStore(db).registeredRiders(by: instant)
    }
}
