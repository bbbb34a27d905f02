import Foundation
import Kernel

/// A role that somebody has for a time, in a territory, in a sector, in an office or organisation. Somebody with two posts
/// has two grants, and may do what either allows: never the act of one in the territory of the other.
package struct Grant: Sendable, Hashable {
    package let role: Role
    package let territory: TerritoryPath?
    /// Narrows the territory to one line of work (条块): without it the grant is for all sectors.
    package let sector: SectorPath?
    package let office: ID<OfficeEntity>?
    package let organisation: ID<OrganisationEntity>?
    /// Whom the person stands in for (代理): what is assigned to them is within reach too.
    package let actingFor: ID<Account>?

    package init(
        role: Role, territory: TerritoryPath? = nil, sector: SectorPath? = nil, office: ID<OfficeEntity>? = nil,
        organisation: ID<OrganisationEntity>? = nil, actingFor: ID<Account>? = nil
    ) {
        self.role = role
        self.territory = territory
        self.sector = sector
        self.office = office
        self.organisation = organisation
        self.actingFor = actingFor
    }
}

extension Grant {
    /// The same post, held in somebody's stead.
    package func acting(for absent: ID<Account>) -> Grant {
        Grant(
            role: role, territory: territory, sector: sector, office: office, organisation: organisation,
            actingFor: absent)
    }
}

/// Who is asking, with the grants that hold now.
package struct Caller: Sendable, Hashable {
    package let id: ID<Account>
    /// The name to be called by on one's own pages.
    package let name: String
    package let grants: [Grant]
    /// The session by which they came; `nil` for work on the server's own console.
    package let session: ID<Session>?

    package init(id: ID<Account>, name: String, grants: [Grant], session: ID<Session>? = nil) {
        self.id = id
        self.name = name
        self.grants = grants
        self.session = session
    }

    /// What the policy is asked with: the grants, and what everybody is who is signed in.
    var posts: [Grant] { [Grant(role: .everyone)] + grants }

    package func has(_ role: Role) -> Bool {
        grants.contains { $0.role == role }
    }

    /// Whether the workbench is for this person.
    package var isStaff: Bool { grants.contains { $0.role != .rider && $0.role != .everyone } }

    /// Everything the person belongs to. A grant for ``Role/everyone`` in an organisation gives no rights: it declares an
    /// interest (回避).
    package var organisations: Set<ID<OrganisationEntity>> { Set(grants.compactMap(\.organisation)) }
}
