import Foundation
import Kernel

/// What somebody may be to the product. What each may do stands in `Data/policy.json`, nowhere else.
package enum Role: String, Sendable, Hashable, CaseIterable, Codable {
    /// 骑手、司机
    case rider
    /// 接收岗: takes in what is reported and gives it to the office that answers for it.
    case intake
    /// 承办人: works on matters on the spot.
    case officer
    /// 负责人: approves what must not be decided alone.
    case supervisor
    /// 管理员: sets the product up; sees no personal data of a matter.
    case administrator
}

/// A role that somebody has for a time, in a territory, in an office. Somebody with two posts has two grants, and may do
/// what either allows: never the act of one in the territory of the other.
package struct Grant: Sendable, Hashable {
    package let role: Role
    package let territory: TerritoryPath?
    package let office: ID<OfficeEntity>?

    package init(role: Role, territory: TerritoryPath? = nil, office: ID<OfficeEntity>? = nil) {
        self.role = role
        self.territory = territory
        self.office = office
    }
}

/// Who is asking, with the grants that hold now.
package struct Caller: Sendable, Hashable {
    package let id: ID<Account>
    /// The name to be called by on one's own pages.
    package let name: String
    package let grants: [Grant]

    package init(id: ID<Account>, name: String, grants: [Grant]) {
        self.id = id
        self.name = name
        self.grants = grants
    }

    package func has(_ role: Role) -> Bool {
        grants.contains { $0.role == role }
    }

    /// Whether the workbench is for this person.
    package var isStaff: Bool { grants.contains { $0.role != .rider } }
}
