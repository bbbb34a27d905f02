import Foundation
import Kernel
import Web

struct OfficesPage: Page {
    struct Line: Sendable {
        struct DutyLine: Sendable {
            let places: String
            let categories: String
        }

        let name: String
        let code: String
        let kind: String
        let place: String
        let isDutyDesk: Bool
        let hotline: String?
        let hours: String?
        let duties: [DutyLine]
    }

    static let template = "directory/offices"
    let search: String
    let isSearch: Bool
    let offices: [Line]
    let isEmpty: Bool
    let nextURL: String?
    let firstURL: String?

    init(
        _ offices: [Office], duties: [ID<OfficeEntity>: [Duty]], searched: String?, next: Cursor?, isFirst: Bool,
        t: Strings, language: Language, categoryNames: Directory.CategoryNames
    ) {
        search = searched ?? ""
        isSearch = searched != nil
        self.offices = offices.map { office in
            Line(
                name: office.name(language), code: office.code, kind: t("directory.kind.\(office.kind.rawValue)"),
                place: office.place, isDutyDesk: office.isDutyDesk, hotline: office.hotline,
                hours: office.hours?.words(t),
                duties: Self.summary(of: duties[office.id] ?? [], t: t, language: language, names: categoryNames))
        }
        isEmpty = offices.isEmpty
        let filter = searched.map { "q=\(percentEncoded($0))" }
        nextURL = next.map { cursor in
            "/admin/offices?" + [filter, "cursor=\(cursor.text)"].compactMap { $0 }.joined(separator: "&")
        }
        firstURL = isFirst ? nil : "/admin/offices" + (filter.map { "?\($0)" } ?? "")
    }

    func title(_ t: Strings) -> String { t("directory.offices.title") }

    /// Territories with the same categories in one line: a station answers for a dozen of them in each of its streets.
    private static func summary(
        of duties: [Duty], t: Strings, language: Language, names: Directory.CategoryNames
    ) -> [Line.DutyLine] {
        let comma = t("directory.hours.comma")
        let byTerritory = Dictionary(grouping: duties, by: \.territory)
        let byCategories = Dictionary(grouping: byTerritory.keys) { territory in
            (byTerritory[territory] ?? []).map(\.category).sorted()
        }
        return byCategories.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { categories, territories in
            let places = territories.sorted { $0.rawValue < $1.rawValue }.compactMap { byTerritory[$0]?.first?.place }
            let words = categories.map { code in
                if code.isEmpty { return t("directory.offices.all-categories") }
                return names(code, language).map { "\(code) \($0)" } ?? code
            }
            return Line.DutyLine(places: places.joined(separator: comma), categories: words.joined(separator: comma))
        }
    }
}

struct TerritoriesPage: Page {
    struct Crumb: Sendable {
        let name: String
        let url: String?
    }

    struct Line: Sendable {
        let name: String
        let code: String
        let level: String
        /// Where to look into it; `nil` when nothing lies in it.
        let url: String?
        let hasOutline: Bool
        let isSchematic: Bool
        /// `13 (13 with an outline)`; empty when nothing lies in it.
        let inside: String
    }

    static let template = "directory/territories"
    let crumbs: [Crumb]
    let name: String?
    let territories: [Line]
    let isEmpty: Bool
    /// How many of the territories shown have no outline, as a sentence.
    let missing: String?
    /// `33 provinces, 333 cities…`
    let counts: String

    init(line: [Territory], inside: [TerritoryOverview], counts: [Level: Int], t: Strings) {
        let country = Crumb(name: t("directory.territories.country"), url: line.isEmpty ? nil : "/admin/territories")
        crumbs =
            [country]
            + line.map { territory in
                Crumb(
                    name: territory.name,
                    url: territory == line.last ? nil : "/admin/territories?in=\(territory.code.rawValue)")
            }
        name = line.last?.name
        territories = inside.map { overview in
            let territory = overview.territory
            return Line(
                name: territory.name, code: territory.code.rawValue,
                level: t("directory.level.\(territory.level.rawValue)"),
                url: overview.children > 0 ? "/admin/territories?in=\(territory.code.rawValue)" : nil,
                hasOutline: overview.isSchematic != nil, isSchematic: overview.isSchematic ?? false,
                inside: overview.children > 0
                    ? t(
                        "directory.territories.inside",
                        ["count": "\(overview.children)", "outlined": "\(overview.outlinedChildren)"]) : "")
        }
        isEmpty = inside.isEmpty
        let without = inside.count { $0.isSchematic == nil }
        missing =
            without > 0
            ? t("directory.territories.missing", ["count": "\(without)", "all": "\(inside.count)"]) : nil
        self.counts = Level.allCases.compactMap { level in
            counts[level].map {
                t("directory.territories.count", ["level": t("directory.level.\(level.rawValue)"), "count": "\($0)"])
            }
        }.joined(separator: t("directory.hours.comma"))
    }

    func title(_ t: Strings) -> String { name ?? t("directory.territories.title") }
}
