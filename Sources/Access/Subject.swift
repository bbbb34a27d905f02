import Kernel

/// What has to be known of a thing to decide on it.
package struct Subject: Sendable {
    package let kind: String
    package var owner: ID<Account>?
    package var assignee: ID<Account>?
    package var office: ID<OfficeEntity>?
    /// Whose it is.
    package var organisation: ID<OrganisationEntity>?
    package var territory: TerritoryPath?
    package var sector: SectorPath?
    /// Whom it is about: a reported business. Those who belong to it never see it as staff.
    package var about: Set<ID<OrganisationEntity>>
    /// Who did the acts that somebody else must decide on, by the name of the act.
    package var did: [String: ID<Account>]
    /// Those whom a custodian let look, for as long as that holds.
    package var approved: Set<ID<Account>>

    package init(
        kind: String, owner: ID<Account>? = nil, assignee: ID<Account>? = nil, office: ID<OfficeEntity>? = nil,
        organisation: ID<OrganisationEntity>? = nil, territory: TerritoryPath? = nil, sector: SectorPath? = nil,
        about: Set<ID<OrganisationEntity>> = [], did: [String: ID<Account>] = [:], approved: Set<ID<Account>> = []
    ) {
        self.kind = kind
        self.owner = owner
        self.assignee = assignee
        self.office = office
        self.organisation = organisation
        self.territory = territory
        self.sector = sector
        self.about = about
        self.did = did
        self.approved = approved
    }

    /// The same thing seen as another kind: the reporter of a case lies where the case lies.
    package func `as`(_ kind: String) -> Subject {
        Subject(
            kind: kind, owner: owner, assignee: assignee, office: office, organisation: organisation,
            territory: territory, sector: sector, about: about, did: did, approved: approved)
    }
}
