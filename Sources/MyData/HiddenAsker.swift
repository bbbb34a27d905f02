import Foundation
import Kernel
import People
import Storage
import Vault

/// The one way from a request to the person who asked it: as from a case to its reporter.
struct HiddenAsker {
    let db: any Transaction

    /// A page that is loaded again within ten minutes is the same look.
    private static let sameLook: TimeInterval = 600

    /// - Returns: `nil` when the viewer's budget of the day is used up, which is written down too.
    func show(
        _ request: DataRequest, of account: ID<Account>, to viewer: ID<Account>, budget: LookBudget, as id: UUID,
        at now: Date
    ) throws -> Person? {
        let look = HiddenIdentity.Look(
            id, at: .contact, of: request.id.uuid, for: .handling, by: viewer, now: now)
        return try HiddenIdentity(db).open(look, budget: budget, sameFor: Self.sameLook) { _ in
            try AccountStore(db).find(account)
        }
    }
}
