import Access
import Directory
import Foundation
import Kernel
import People
import Storage
import Web

/// Gathers what the workbench's list shows: a fixed number of statements, however long the list is.
struct WorkListBuilder {
    private let policy: Policy
    private let words: CaseWords
    private let map: MapSettings
    private let caller: Caller
    private let db: any Transaction

    static let pageSize = 30

    init(_ policy: Policy, words: CaseWords, map: MapSettings, caller: Caller, db: any Transaction) {
        self.policy = policy
        self.words = words
        self.map = map
        self.caller = caller
        self.db = db
    }

    /// `refused`: why the words aren't searched for. They stay in their field; the list, its counts and its addresses are
    /// those without them.
    func page(_ asked: WorkFilter, refused: Problem? = nil) throws -> WorkListPage {
        var filter = asked
        if refused != nil { (filter.text, filter.cursor) = (nil, nil) }
        let cases = CaseStore(db)
        let allowed = policy.condition(for: caller, doing: "read", on: "case", in: CaseAccess.columns(words.facts))
        let query = filter.query(filter.view, for: caller, words: words)
        let rows = try cases.list(query, where: allowed, limit: Self.pageSize + 1)
        let shown = Array(rows.prefix(Self.pageSize))
        let clocks = try CaseClockStore(db).openClocks(of: shown.map(\.matter.id))
        let offices = try DirectoryStore(db).allOffices().reduce(into: [:]) { $0[$1.id] = $1.name }
        let names = try ColleagueStore(db).names(of: shown.compactMap(\.matter.handler))
        let next = rows.count > Self.pageSize ? shown.last.map { CaseCursor(after: $0, in: query) } : nil
        return WorkListPage(
            chips: try chips(filter, allowed: allowed),
            items: shown.map {
                .init($0, clocks: clocks[$0.matter.id] ?? [], offices: offices, names: names, words: words)
            },
            isEmpty: shown.isEmpty, total: "\(try cases.count(query, where: allowed))",
            nextURL: next.map { filter.url(cursor: $0) }, firstURL: filter.cursor == nil ? nil : filter.url(),
            text: asked.text ?? "", refusal: refused.map { ProblemWords($0, t: words.t).detail },
            view: filter.view.rawValue, groups: groups(filter), states: states(filter),
            isNarrowed: filter.isNarrowed, map: map, points: try points(shown),
            units: units(offices))
    }

    private func chips(_ filter: WorkFilter, allowed: SQL) throws -> [WorkListPage.Chip] {
        let counted: Set<WorkFilter.View> = [.open, .mine, .overdue, .soon, .decide]
        return try WorkFilter.View.allCases.map { view in
            var bare = filter
            bare.cursor = nil
            bare.state = nil
            let count =
                counted.contains(view)
                ? try CaseStore(db).count(bare.query(view, for: caller, words: words), where: allowed) : nil
            return WorkListPage.Chip(
                url: bare.url(view: view), name: words.t("work.view.\(view.rawValue)"), count: count.map { "\($0)" },
                isCurrent: view == filter.view)
        }
    }

    private func groups(_ filter: WorkFilter) -> [WorkListPage.Option] {
        words.facts.categories.groups.map {
            .init(value: $0.code, name: $0.name(words.language), isChosen: $0.code == filter.group)
        }
    }

    private func states(_ filter: WorkFilter) -> [WorkListPage.Option] {
        words.facts.workflow.states.map {
            .init(value: $0.name.rawValue, name: $0.title(words.language), isChosen: $0.name == filter.state)
        }
    }

    private func units(_ offices: [ID<OfficeEntity>: LocalizedText]) -> String {
        let names = caller.grants.filter { $0.role != .rider }.compactMap { grant in
            grant.office.flatMap { offices[$0] }.map {
                "\($0(words.language)) · \(words.t("role.\(grant.role.rawValue)"))"
            }
        }
        return names.joined(separator: "  ")
    }

    private struct Point: Encodable {
        let id: String
        let lat: Double
        let lng: Double
        let title: String
        let state: String
        let url: String
    }

    private func points(_ rows: [CaseRow]) throws -> String {
        let points = rows.compactMap { row in
            row.matter.place.position.map { position in
                Point(
                    id: row.matter.number, lat: position.rounded.lat, lng: position.rounded.lng,
                    title: words.category(row.matter.category), state: words.tone(of: row.matter.state),
                    url: "/work/cases/\(row.matter.id)")
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(points), as: UTF8.self)
    }
}
