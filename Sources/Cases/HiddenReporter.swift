import Foundation
import Kernel
import People
import Storage
import Vault

/// The one way from a case to the person who reported it.
struct HiddenReporter {
    let db: any Transaction

    /// - Returns: `nil` when the viewer's budget of the day is used up, which is written down too.
    /// - Throws: ``CaseError/noReporterToShow`` when the reporter chose not to be named.
    func show(
        _ matter: ID<Case>, for purpose: LookPurpose, to viewer: ID<Account>, budget: LookBudget, as id: UUID,
        at now: Date
    ) throws -> Person? {
        guard try ReporterStore(db).find(matter)?.identity == .named else { throw CaseError.noReporterToShow }
        let look = HiddenIdentity.Look(id, at: .reporter, of: matter.uuid, for: purpose, by: viewer, now: now)
        return try HiddenIdentity(db).open(look, budget: budget) { seals in
            guard let account = try ReporterStore(db).openAccount(of: matter, seals) else {
                throw CaseError.noReporterToShow
            }
            return try AccountStore(db).find(account)
        }
    }
}
