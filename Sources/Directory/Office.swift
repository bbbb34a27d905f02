import Foundation
import Kernel

/// Somebody with a duty: a bureau, one of its sections or stations, or another authority.
package struct Office: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// 局: a unit of its own, with a unified intake (统一接收机构).
        case bureau
        /// 科室
        case section
        /// 市场监管所、分局: acts in its bureau's name.
        case station
        /// Another authority. Matters are handed over to it with a receipt, never routed to it.
        case external
    }

    package let id: ID<OfficeEntity>
    /// What imports know it by, such as `SYS-SH-FOOD`. Never shown as a name.
    package let code: String
    package let kind: Kind
    package let name: LocalizedText
    package let territory: TerritoryPath
    /// The territory's name.
    package let place: String
    package let parent: ID<OfficeEntity>?
    package let hotline: String?
    package let hours: OpeningHours?
    /// Whether it takes in everything of its unit that nobody else answers for.
    package let isDutyDesk: Bool

    package init(
        id: ID<OfficeEntity>, code: String, kind: Kind, name: LocalizedText, territory: TerritoryPath, place: String,
        parent: ID<OfficeEntity>? = nil, hotline: String? = nil, hours: OpeningHours? = nil, isDutyDesk: Bool = false
    ) {
        self.id = id
        self.code = code
        self.kind = kind
        self.name = name
        self.territory = territory
        self.place = place
        self.parent = parent
        self.hotline = hotline
        self.hours = hours
        self.isDutyDesk = isDutyDesk
    }

    package var isExternal: Bool { kind == .external }
}

/// What an office answers for: a kind of matter in a territory.
package struct Duty: Sendable, Hashable {
    /// The category's code or its beginning: `0104`, `01`, or nothing for all of them.
    package let category: String
    package let territory: TerritoryPath
    /// The territory's name.
    package let place: String
    /// Who comes first when two offices answer for the same: 1 before 2.
    package let priority: Int

    package init(category: String, territory: TerritoryPath, place: String, priority: Int = 1) {
        self.category = category
        self.territory = territory
        self.place = place
        self.priority = priority
    }

    package func covers(_ category: String, in territory: TerritoryPath) -> Bool {
        category.hasPrefix(self.category) && self.territory.contains(territory)
    }
}
