import Access
import Crypto
import Foundation
import Kernel
import Storage

/// How often one person may do something, whoever they are and wherever they come from: counted in the database, so that
/// all nodes count together and a restart gives nothing back.
package enum Allowance {
    /// Draws on all of the budgets, or on none when one of them is used up. Belongs into the transaction of what is done,
    /// so that what fails costs nothing.
    ///
    /// - Returns: how many seconds to wait; `nil` when there was room.
    package static func draw(
        _ budgets: [Budget], of account: ID<Account>, at now: Date, in db: any Transaction
    ) throws -> Int? {
        guard !budgets.isEmpty else { return nil }
        return try AttemptStore(db).draw(budgets.map { Spending($0, of: account) }, at: now)
    }
}

extension Spending {
    /// An account's identity says nothing to anybody who doesn't know it already: it needs no key.
    fileprivate init(_ budget: Budget, of account: ID<Account>) {
        self.init(
            key: Data(SHA256.hash(data: Data("\(budget.name) \(account.text)".utf8))), limit: budget.limit,
            window: budget.window)
    }
}
