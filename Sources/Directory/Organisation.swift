import Kernel

/// A business or body that a matter may be about, or that somebody belongs to.
package struct Organisation: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        /// A shop, restaurant or stall.
        case merchant
        case platform
        /// Who employs riders for a platform: 加盟商, 合作商.
        case contractor
        /// Who looks after a housing estate or a building.
        case property
        case other
    }

    package let id: ID<OrganisationEntity>
    /// Its ``Kernel/CreditCode`` where it is registered; else one of the city's own, of other length.
    package let code: String
    package let kind: Kind
    package let name: String
    package let territory: TerritoryCode
    /// What it belongs to: a shop to its chain, a branch to its company.
    package let parent: ID<OrganisationEntity>?
}

extension DirectoryStore {
    /// The organisation that somebody means who typed its code or its whole name into `field`. Throws
    /// ``Kernel/InvalidFields`` with what to type instead when there is none, or when several are called so.
    package func organisation(called text: String, field: String) throws -> Organisation {
        if let found = try organisation(code: text) { return found }
        let same = try organisations(called: text, limit: 5)
        if let first = same.first, same.count == 1 { return first }
        let like = same.isEmpty ? try organisations(named: text, limit: 5) : same
        let list = like.map { "\($0.name)（\($0.code)）" }.joined(separator: "、")
        let problem =
            !same.isEmpty ? "several-organisations" : like.isEmpty ? "no-such-organisation" : "no-such-organisation-but"
        throw InvalidFields([FieldProblem(field, problem, details: ["name": text, "organisations": list])])
    }
}
