import Kernel
import Storage

/// Where a kind of thing keeps what ``Policy`` asks for. `nil`, or nothing: the kind has no such thing.
package struct AccessColumns: Sendable {
    package var owner: SQL?
    package var assignee: SQL?
    package var office: SQL?
    package var organisation: SQL?
    package var territory: SQL?
    /// The condition that a thing belongs to a sector.
    package var isInSector: (@Sendable (SectorPath) -> SQL)?
    /// The condition that a thing is about one of some organisations.
    package var isAbout: (@Sendable ([ID<OrganisationEntity>]) -> SQL)?
    /// Who did the acts that somebody else must decide on.
    package var did: [String: SQL]
    /// The condition that a custodian let this person look.
    package var isApproved: (@Sendable (ID<Account>) -> SQL)?

    package init(
        owner: SQL? = nil, assignee: SQL? = nil, office: SQL? = nil, organisation: SQL? = nil, territory: SQL? = nil,
        did: [String: SQL] = [:], isInSector: (@Sendable (SectorPath) -> SQL)? = nil,
        isAbout: (@Sendable ([ID<OrganisationEntity>]) -> SQL)? = nil,
        isApproved: (@Sendable (ID<Account>) -> SQL)? = nil
    ) {
        self.owner = owner
        self.assignee = assignee
        self.office = office
        self.organisation = organisation
        self.territory = territory
        self.did = did
        self.isInSector = isInSector
        self.isAbout = isAbout
        self.isApproved = isApproved
    }
}

extension Policy {
    /// The condition that picks the rows on which `caller` may do `action`: for lists, counts and exports. It is made from
    /// the same rows as ``view(of:for:doing:)``, and a test compares the two.
    package func condition(for caller: Caller, doing action: String, on kind: String, in columns: AccessColumns) -> SQL
    {
        decider(for: caller, doing: action, on: kind).condition(in: columns)
    }
}

extension Decider {
    package func condition(in columns: AccessColumns) -> SQL {
        let ownActs = decidesOn.compactMap { columns.did[$0] }.map { column -> SQL in
            "(\(column) IS NULL OR \(column) <> \(caller.id))"
        }
        return (ownActs + [clauses.map { condition($0, in: columns) }.any]).all
    }

    private func condition(_ clause: Clause, in columns: AccessColumns) -> SQL {
        var conditions = [scope(clause, in: columns)]
        let organisations = caller.organisations
        if clause.scope != .own, !organisations.isEmpty, let isAbout = columns.isAbout {
            conditions.append("NOT \(isAbout(organisations.sorted { $0.text < $1.text }))")
        }
        if let absent = clause.grant.actingFor {
            conditions += decidesOn.compactMap { columns.did[$0] }.map { column -> SQL in
                "(\(column) IS NULL OR \(column) <> \(absent))"
            }
        }
        return conditions.all
    }

    private func scope(_ clause: Clause, in columns: AccessColumns) -> SQL {
        let grant = clause.grant
        return switch clause.scope {
        case .own: Self.equal(columns.owner, caller.id)
        case .assigned: [Self.equal(columns.assignee, caller.id), Self.equal(columns.assignee, grant.actingFor)].any
        case .office: Self.equal(columns.office, grant.office)
        case .organisation: Self.equal(columns.organisation, grant.organisation)
        case .territory: within(grant, columns)
        case .sector: grant.sector == nil ? "FALSE" : within(grant, columns)
        case .approved: columns.isApproved?(caller.id) ?? "FALSE"
        case .any: "TRUE"
        }
    }

    private static func equal<Entity>(_ column: SQL?, _ id: ID<Entity>?) -> SQL {
        if let column, let id { "\(column) = \(id)" } else { "FALSE" }
    }

    private func within(_ grant: Grant, _ columns: AccessColumns) -> SQL {
        guard let column = columns.territory, let territory = grant.territory else { return "FALSE" }
        let lies = SQL.starts(column, with: territory.rawValue)
        guard let sector = grant.sector else { return lies }
        return [lies, columns.isInSector?(sector) ?? "FALSE"].all
    }
}
