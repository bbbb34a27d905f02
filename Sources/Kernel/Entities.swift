// What identities and codes stand for, where several features need to name the same thing.

/// Somebody who can sign in: a rider or a member of staff.
package enum Account {}

/// A signed-in browser or program.
package enum Session {}

/// A body with a duty: a bureau, its section, a station of it, or another authority that matters are handed over to.
package enum OfficeEntity {}

/// A company, site, merchant, community, branch…: whoever people belong to and matters can be about.
package enum OrganisationEntity {}

/// The code of a territory: 6 digits down to the county, then 9, 12 and 15, in the code system its table says.
package struct TerritoryCode: Hashable, Sendable, Codable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A territory with everything above it, from the province down: `/210000/210100/210103/210103013/`.
///
/// A path ends with a slash, so that `/3301/` never holds `/33010/`.
package struct TerritoryPath: Hashable, Sendable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(_ codes: [TerritoryCode]) {
        rawValue = "/" + codes.map { $0.rawValue + "/" }.joined()
    }

    /// From the province down.
    package var codes: [TerritoryCode] {
        rawValue.split(separator: "/").map { TerritoryCode(rawValue: String($0)) }
    }

    /// Whether `other` is this territory or lies in it.
    package func contains(_ other: TerritoryPath) -> Bool {
        other.rawValue.hasPrefix(rawValue)
    }
}

/// A sector (行业、条线) with everything above it: `/market/food/`. Like a territory's path it ends with a slash, so that
/// `/market/` never holds `/marketing/`.
package struct SectorPath: Hashable, Sendable, Codable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Whether `other` is this sector or belongs to it.
    package func contains(_ other: SectorPath) -> Bool {
        other.rawValue.hasPrefix(rawValue)
    }
}
