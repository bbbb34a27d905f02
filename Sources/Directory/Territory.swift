import Kernel

/// A piece of land that somebody answers for: from a province down to a grid of a few hundred households.
package struct Territory: Sendable, Hashable {
    package let code: TerritoryCode
    package let level: Level
    /// What it lies in; `nil` for a province. A district of a municipality lies in the province itself: the national
    /// table has no level between, and none is made up.
    package let parent: TerritoryCode?
    package let path: TerritoryPath
    package let name: String
    package let codeSystem: CodeSystem

    package init(
        code: TerritoryCode, level: Level, parent: TerritoryCode?, path: TerritoryPath, name: String,
        codeSystem: CodeSystem
    ) {
        self.code = code
        self.level = level
        self.parent = parent
        self.path = path
        self.name = name
        self.codeSystem = codeSystem
    }
}

/// How deep a territory lies. A greater level is a smaller piece of land.
package enum Level: String, Sendable, Hashable, Codable, CaseIterable {
    case province, city, county, township, community, grid

    package var depth: Int {
        switch self {
        case .province: 1
        case .city: 2
        case .county: 3
        case .township: 4
        case .community: 5
        case .grid: 6
        }
    }

    package init?(depth: Int) {
        guard let level = Level.allCases.first(where: { $0.depth == depth }) else { return nil }
        self = level
    }

    /// How many digits its codes have: GB/T 2260, then three more by GB/T 10114 for a township, three for a community and
    /// three for a grid.
    package var digits: Int {
        switch self {
        case .province, .city, .county: 6
        case .township: 9
        case .community: 12
        case .grid: 15
        }
    }

    /// Whether `code` can stand for a territory of this level.
    package func fits(_ code: TerritoryCode) -> Bool {
        let text = code.rawValue
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        switch self {
        case .province: return text.hasSuffix("0000")
        case .city: return text.hasSuffix("00") && !text.hasSuffix("0000")
        case .county: return !text.hasSuffix("00")
        case .township, .community, .grid: return true
        }
    }

    /// Whether a territory of this level may lie right in one of level `parent`. The national table has cities without
    /// counties and counties without a city.
    package func mayLie(in parent: Level?) -> Bool {
        switch self {
        case .province: parent == nil
        case .city: parent == .province
        case .county: parent == .city || parent == .province
        case .township: parent == .county || parent == .city
        case .community: parent == .township
        case .grid: parent == .community
        }
    }

    /// Whether the code of the level holds its parent's: below the county it starts with it.
    package func code(_ code: TerritoryCode, liesIn parent: TerritoryCode) -> Bool {
        switch self {
        case .province: false
        case .city, .county: code.rawValue.prefix(2) == parent.rawValue.prefix(2)
        case .township, .community, .grid: code.rawValue.hasPrefix(parent.rawValue)
        }
    }
}

extension Level: Comparable {
    package static func < (left: Level, right: Level) -> Bool { left.depth < right.depth }
}

/// Who gives out a code. The same digits may mean another place in another system or another year.
package struct CodeSystem: Sendable, Hashable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The yearly table of the Ministry of Civil Affairs (民政部), such as `mca-2025-12-31`.
    package static func civilAffairs(asOf day: Day) -> CodeSystem { CodeSystem(rawValue: "mca-\(day)") }

    /// Communities: the township's code and three digits of the city's own.
    package static let community = CodeSystem(rawValue: "community-12")

    /// Grids: 15 digits, the community's code and three more (Beijing's local standard, `domain.md` §3.4).
    package static let grid = CodeSystem(rawValue: "grid-15")
}
