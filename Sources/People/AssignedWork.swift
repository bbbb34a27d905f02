import Foundation
import Kernel
import Storage

/// The open matters that are assigned to somebody. Only a feature above knows them.
package struct AssignedWork: Sendable {
    /// How many each office has of them.
    let count: @Sendable (_ account: ID<Account>, _ db: any Transaction) throws -> [ID<OfficeEntity>: Int]
    /// Gives all of them back to their offices, where they wait for somebody else.
    let giveBack: @Sendable (_ account: ID<Account>, _ now: Date, _ db: any Transaction) throws -> Void

    package init(
        count: @escaping @Sendable (_ account: ID<Account>, _ db: any Transaction) throws -> [ID<OfficeEntity>: Int],
        giveBack: @escaping @Sendable (_ account: ID<Account>, _ now: Date, _ db: any Transaction) throws -> Void
    ) {
        self.count = count
        self.giveBack = giveBack
    }

    /// Where nothing is assigned to anybody.
    package static let none = AssignedWork(count: { _, _ in [:] }, giveBack: { _, _, _ in })
}
