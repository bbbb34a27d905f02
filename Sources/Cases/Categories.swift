import Foundation
import Kernel

/// What can be reported, in two levels, as `Data/categories.json` has it.
package struct Categories: Sendable, Decodable {
    package let stops: [String: StopQuestion]
    package let groups: [Group]

    package struct Group: Sendable, Decodable {
        package let code: String
        package let name: LocalizedText
        package let icon: String
        package let categories: [Category]
    }

    package init(stops: [String: StopQuestion], groups: [Group]) {
        self.stops = stops
        self.groups = groups
    }

    package init(json: Data) throws {
        self = try JSONDecoder().decode(Categories.self, from: json)
    }

    package func category(_ code: String) -> Category? {
        groups.first { code.hasPrefix($0.code) }?.categories.first { $0.code == code }
    }

    package func group(of code: String) -> Group? {
        groups.first { code.hasPrefix($0.code) }
    }

    /// The line of work that a category belongs to.
    package func sector(of code: String) -> SectorPath? { category(code)?.sector }

    /// Every category of a line of work and of those below it.
    package func codes(in sector: SectorPath) -> [String] {
        groups.flatMap(\.categories).filter { $0.sector.map { sector.contains($0) } ?? false }.map(\.code)
    }

    /// The names of a category and its group, for lists: `食品安全 › 后厨脏乱、虫鼠害`.
    package func path(of code: String, in language: Language) -> String {
        [group(of: code)?.name(language), category(code)?.name(language)].compactMap(\.self).joined(separator: " › ")
    }
}

/// One kind of thing that can be reported.
package struct Category: Sendable, Decodable {
    /// What the office that answers for it has to do by law.
    package enum Duty: String, Sendable, Codable {
        /// Check and decide (市场监督管理行政处罚程序规定 art. 18).
        case investigate
        /// As before; what belongs to another body must be transferred with a written notice (食品安全法 art. 115).
        case transferWithNotice
        /// As before; handle and inform within seven working days (广告法 art. 53).
        case investigateAndInform
        /// Another body's from the start: hand over, with its receipt.
        case handOver
    }

    /// Four digits; the first two are the group's.
    package let code: String
    package let name: LocalizedText
    package let department: LocalizedText
    /// The line of work that it belongs to; `nil` when that has to be found out first.
    package let sector: SectorPath?
    /// 1 low, 2 medium, 3 high, 4 urgent.
    package let severity: Int
    /// The names of the statutory clocks that start when a report arrives.
    package let clocks: [String]
    package let duty: Duty
    /// Whether other riders may learn that something of this kind was reported at a place.
    package let isPrivate: Bool
    /// Metres within which another report may be about the same thing.
    package let duplicateRadius: Int
    package let stop: String?
    package let keywords: String?

    private enum CodingKeys: String, CodingKey {
        case code, name, department, sector, severity, clocks, duty
        case isPrivate = "private"
        case duplicateRadius, stop, keywords
    }

    /// The promise of a first look, which depends on how severe the matter is.
    package var firstTouchClock: String {
        switch severity {
        case 4...: "first-touch-urgent"
        case 3: "first-touch-high"
        case 2: "first-touch-medium"
        default: "first-touch-low"
        }
    }
}

/// A question that comes before the form: when the answer is yes, a telephone is faster than we are.
package struct StopQuestion: Sendable, Decodable {
    package struct Line: Sendable, Decodable {
        package let number: String
        package let name: LocalizedText
    }

    package let question: LocalizedText
    package let numbers: [Line]
}

extension Categories {
    /// What is wrong with the file, for `nuanxin check`: one sentence each.
    package func faults(knownClocks: Set<String>, knownSectors: Set<SectorPath>) -> [String] {
        var faults: [String] = []
        var seen: Set<String> = []
        for group in groups {
            if group.code.count != 2 { faults.append("categories: group \(group.code) hasn't two digits") }
            for category in group.categories {
                let name = "categories: \(category.code)"
                if !seen.insert(category.code).inserted { faults.append("\(name) stands there twice") }
                if category.code.count != 4 || !category.code.hasPrefix(group.code) {
                    faults.append("\(name) isn't two digits of group \(group.code) and two more")
                }
                if !(1...4).contains(category.severity) { faults.append("\(name) has severity \(category.severity)") }
                if !(10...1000).contains(category.duplicateRadius) {
                    faults.append("\(name) has a radius of \(category.duplicateRadius) m")
                }
                for clock in category.clocks + [category.firstTouchClock] where !knownClocks.contains(clock) {
                    faults.append("\(name) names the unknown clock \(clock)")
                }
                if let sector = category.sector, !knownSectors.contains(sector) {
                    faults.append("\(name) names the unknown sector \(sector.rawValue)")
                }
                if let stop = category.stop, stops[stop] == nil {
                    faults.append("\(name) names the unknown stop question \(stop)")
                }
            }
        }
        return faults
    }
}
