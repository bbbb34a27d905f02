import Access
import Cases
import Foundation
import Kernel

/// That somebody of the staff looked at a person's data: as whom, when and for what. Never who.
package struct Look: Sendable, Hashable {
    package let id: ID<Notice>
    package let account: ID<Account>
    /// The case in which it happened.
    package let matter: ID<Case>?
    package let at: Date
    /// What was looked at, such as `reporter.read`.
    package let kind: String
    package let purpose: String
    /// The post by which they might look; `nil` where they had none any more.
    package let role: Role?
    package let office: ID<OfficeEntity>?
    package let territory: TerritoryPath?

    package init(
        id: ID<Notice>, account: ID<Account>, matter: ID<Case>?, at: Date, kind: String, purpose: String, role: Role?,
        office: ID<OfficeEntity>?, territory: TerritoryPath?
    ) {
        self.id = id
        self.account = account
        self.matter = matter
        self.at = at
        self.kind = kind
        self.purpose = purpose
        self.role = role
        self.office = office
        self.territory = territory
    }
}
