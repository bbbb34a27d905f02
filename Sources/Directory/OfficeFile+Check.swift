import Foundation
import Kernel

extension OfficeFile {
    /// An office as the file describes it, ready to be stored.
    package struct Draft: Sendable, Hashable {
        package let code: String
        package let kind: Office.Kind
        package let name: LocalizedText
        package let territory: TerritoryCode
        package let parent: String?
        package let isDutyDesk: Bool
        package let hotline: String?
        package let hours: OpeningHours?
        package let duties: Set<DraftDuty>
    }

    package struct DraftDuty: Sendable, Hashable {
        package let category: String
        package let territory: TerritoryCode
        package let priority: Int
    }

    package struct Checked: Sendable {
        /// Parents come before their children.
        package var drafts: [Draft] = []
        package var problems: [ImportProblem]
    }

    /// The territories that have to be looked up before ``checked(territories:offices:)``.
    package var territories: Set<TerritoryCode> {
        Set(entries.flatMap { [$0.territory] + $0.duties.flatMap(\.territories) }.map(TerritoryCode.init(rawValue:)))
    }

    /// The file against what is known: those of its ``territories`` that exist, and the codes of the offices that exist
    /// already with their parents' codes.
    package func checked(
        territories: [TerritoryCode: Territory], offices existing: [String: String?]
    ) -> Checked {
        var checker = Checker(territories: territories, codes: Set(existing.keys).union(entries.map(\.code)))
        var result = Checked(problems: problems)
        var seen: Set<String> = []
        var rows: [String: Int] = [:]
        for entry in entries {
            checker.begin(entry)
            if !seen.insert(entry.code).inserted { checker.refuse("code", "duplicate-code") }
            if let draft = checker.draft(of: entry) {
                rows[draft.code] = entry.row
                result.drafts.append(draft)
            }
            result.problems += checker.problems
        }
        let tree = ImportedTree(existing, changedBy: result.drafts.map { ($0.code, $0.parent) })
        for draft in result.drafts where tree.isCircular(at: draft.code) {
            result.problems.append(
                ImportProblem(row: rows[draft.code] ?? 0, code: draft.code, field: "parent", "circle"))
        }
        result.drafts.sort { (tree.height(of: $0.code), $0.code) < (tree.height(of: $1.code), $1.code) }
        result.problems.sort { $0.row < $1.row }
        return result
    }
}

private struct Checker {
    let territories: [TerritoryCode: Territory]
    let codes: Set<String>
    private(set) var problems: [ImportProblem] = []
    private var row = 0
    private var code: String?

    init(territories: [TerritoryCode: Territory], codes: Set<String>) {
        self.territories = territories
        self.codes = codes
    }

    mutating func begin(_ entry: OfficeFile.Entry) {
        problems = []
        row = entry.row
        code = entry.code.isEmpty ? nil : entry.code
    }

    mutating func refuse(_ field: String, _ name: String, _ details: [String: String] = [:]) {
        problems.append(ImportProblem(row: row, code: code, field: field, name, details))
    }

    /// `nil` when something is wrong with it; ``problems`` then says all of it.
    mutating func draft(of entry: OfficeFile.Entry) -> OfficeFile.Draft? {
        if !Self.isCode(entry.code) { refuse("code", "bad-code") }
        let kind = Office.Kind(rawValue: entry.kind)
        if kind == nil { refuse("kind", "no-such-kind") }
        if !(1...80).contains(entry.name.count) { refuse("name", "no-name") }
        if entry.englishName.count > 120 { refuse("nameEn", "too-long") }
        let territory = territory(entry.territory, "territory")
        if !entry.parent.isEmpty, !codes.contains(entry.parent) {
            refuse("parent", "unknown-office", ["parent": entry.parent])
        }
        let isDutyDesk = flag(entry.dutyDesk)
        if kind == .external, isDutyDesk { refuse("dutyDesk", "external-duty-desk") }
        if !entry.hotline.isEmpty, !Self.isPhone(entry.hotline) { refuse("hotline", "bad-phone") }
        let hours = OpeningHours(entry.hours)
        if !entry.hours.isEmpty, hours == nil { refuse("hours", "bad-hours") }
        let duties = duties(of: entry, in: territory)
        if kind == .external, !duties.isEmpty { refuse("duties", "external-duties") }
        guard problems.isEmpty, let kind, let territory else { return nil }
        return OfficeFile.Draft(
            code: entry.code, kind: kind,
            name: LocalizedText(
                chinese: entry.name, english: entry.englishName.isEmpty ? entry.name : entry.englishName),
            territory: territory.code, parent: entry.parent.isEmpty ? nil : entry.parent, isDutyDesk: isDutyDesk,
            hotline: entry.hotline.isEmpty ? nil : entry.hotline, hours: hours, duties: duties)
    }

    private mutating func duties(of entry: OfficeFile.Entry, in own: Territory?) -> Set<OfficeFile.DraftDuty> {
        var duties: Set<OfficeFile.DraftDuty> = []
        for duty in entry.duties {
            let priority = duty.priority.isEmpty ? 1 : Int(duty.priority) ?? 0
            if !(1...9).contains(priority) { refuse("priority", "bad-priority") }
            for category in duty.categories where category != "*" && !Self.isCategory(category) {
                refuse("categories", "bad-category", ["category": category])
            }
            // An unknown own territory has been refused already.
            let codes = duty.territories.isEmpty ? own.map { [$0.code.rawValue] } ?? [] : duty.territories
            for code in codes {
                guard let territory = territory(code, "territories") else { continue }
                if let own, !own.path.contains(territory.path) {
                    refuse("territories", "outside-own-territory", ["territory": code])
                }
                for category in duty.categories {
                    duties.insert(
                        OfficeFile.DraftDuty(
                            category: category == "*" ? "" : category, territory: territory.code, priority: priority))
                }
            }
        }
        if Set(duties.map { [$0.category, $0.territory.rawValue] }).count != duties.count {
            refuse("priority", "two-priorities")
        }
        return duties
    }

    private mutating func territory(_ code: String, _ field: String) -> Territory? {
        let territory = territories[TerritoryCode(rawValue: code)]
        if territory == nil { refuse(field, "unknown-territory", ["territory": code]) }
        return territory
    }

    private mutating func flag(_ text: String) -> Bool {
        switch text.lowercased() {
        case "true", "yes", "1", "是": return true
        case "", "false", "no", "0", "否": return false
        default:
            refuse("dutyDesk", "not-a-flag")
            return false
        }
    }

    private static func isCode(_ text: String) -> Bool {
        (2...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x41...0x5a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }

    private static func isPhone(_ text: String) -> Bool {
        (3...20).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2d }
    }

    private static func isCategory(_ text: String) -> Bool {
        [2, 4].contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
