import Access
import Directory
import Foundation
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Who sees which case, in lists, counts and one by one: the same answer everywhere.
struct CaseScopeTests {
    /// Every office and a few handlers in every territory, with and without an own report: what the list shows is what
    /// the page shows.
    @Test(arguments: TestDatabase.available)
    func `a list holds exactly the cases that the caller may open`(_ kind: TestDatabase) async throws {
        var town = try await TestDistrict(kind)
        let cases = try await seed(town)
        // Each fourth is about a shop, to whose chain one of the officers and the desk's head are tied.
        try await town.open()
        for someone in [Someone.zhaoQiang, .chenGang, .gaoJie] { try await town.declare("CHAIN", by: someone) }
        let district = town
        let shop = try #require(try await district.read { db in try DirectoryStore(db).organisation(code: "SHOP")?.id })
        let about = Set(cases.enumerated().filter { $0.offset % 4 == 0 }.map(\.element.id))
        try await district.database.write { db in
            for id in about { try BusinessStore(db).add(shop, to: id) }
        }
        var compared = 0
        var seen: [Someone: Int] = [:]
        for someone in Someone.allCases {
            let caller = district.caller(someone)
            for action in ["read", "approveExtension", "dispatch", "verify", "reopen", "assign", "nothing"] {
                let (listed, counted, allowed) = try await district.read { db in
                    let condition = district.services.policy.condition(
                        for: caller, doing: action, on: "case", in: CaseAccess.columns(district.facts))
                    let store = CaseStore(db)
                    let allowed = try cases.filter { matter in
                        // As one who works on it: lists of the workbench never show a caller's own report as theirs.
                        let access = CaseAccess(
                            district.services.policy, matter, caller: caller,
                            about: try BusinessStore(db).about(matter.id), isOwn: false)
                        let byStore = try CaseAccess(
                            district.services.policy, matter, caller: caller, facts: district.facts, in: db)
                        #expect(access.maySeeAsStaff == byStore.maySeeAsStaff)
                        return action == "read" ? byStore.maySeeAsStaff : access.may(action)
                    }
                    return (
                        try store.list(CaseQuery(), where: condition, limit: 1000).map(\.matter.id),
                        try store.count(CaseQuery(), where: condition), allowed.map(\.id)
                    )
                }
                #expect(Set(listed) == Set(allowed), "\(someone) \(action)")
                if caller.organisations.isEmpty == false { #expect(about.isDisjoint(with: listed), "\(someone)") }
                #expect(counted == allowed.count)
                compared += cases.count
                if action == "read" { seen[someone] = allowed.count }
            }
        }
        #expect(compared > 2000)
        // Neither nobody nor everybody: the comparison has something to compare.
        #expect(seen[.zhangWei] == 0 && seen[.heMin] == 0)
        for someone in Someone.staff where someone != .heMin {
            #expect((1..<cases.count).contains(seen[someone] ?? 0) || someone == .qianJin, "\(someone)")
        }
        #expect(seen[.qianJin] == cases.count, "the city's desk sees the whole city")
    }

    @Test(arguments: TestDatabase.available)
    func `every view counts what it lists, for every role`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        _ = try await seed(district)
        district.clock.set(to: Date(shanghai: "2026-10-09 10:00"))
        let words = try await district.words()
        var total = 0
        for someone in Someone.staff {
            let caller = district.caller(someone)
            let page = try await district.read { db in
                try WorkListBuilder(
                    district.services.policy, words: words, map: MapSettings(), caller: caller, db: db
                ).page(WorkFilter())
            }
            let chips = Dictionary(uniqueKeysWithValues: page.chips.map { ($0.name, $0.count) })
            for view in WorkFilter.View.allCases {
                var filter = WorkFilter()
                filter.view = view
                let shown = filter
                let (page, rows) = try await district.read { db in
                    let builder = WorkListBuilder(
                        district.services.policy, words: words, map: MapSettings(), caller: caller, db: db)
                    let condition = district.services.policy.condition(
                        for: caller, doing: "read", on: "case", in: CaseAccess.columns(district.facts))
                    let query = shown.query(view, for: caller, words: words)
                    return (
                        try builder.page(shown),
                        try CaseStore(db).list(query, where: condition, limit: 1000).count
                    )
                }
                #expect(page.total == "\(rows)", "\(someone) \(view)")
                #expect(page.items.count == min(rows, WorkListBuilder.pageSize))
                #expect(page.isEmpty == (rows == 0))
                if let count = chips[words.t("work.view.\(view.rawValue)")] ?? nil { #expect(count == "\(rows)") }
                total += rows
            }
        }
        #expect(total > 200)
    }

    @Test func `overdue is what is late now, soon what ends within three working days`() async throws {
        let district = try await TestDistrict(at: Date(shanghai: "2026-10-12 10:00"))
        var expected: [WorkFilter.View: [ID<Case>]] = [.overdue: [], .soon: []]
        // The end of Thursday the 15th is the end of the third working day after Monday the 12th.
        for (due, view) in [
            (Date(shanghai: "2026-10-12 09:59"), WorkFilter.View?.some(.overdue)),
            (Date(shanghai: "2026-10-12 10:00"), .soon),
            (day("2026-10-14").end, .soon), (day("2026-10-15").end - 1, .soon), (day("2026-10-15").end, nil),
        ] {
            let id = try await district.report()
            try await district.database.write { db in try CaseStore(db).setDue(id, at: due, clock: "report-decision") }
            if let view { expected[view, default: []].append(id) }
        }
        let words = try await district.words()
        for (view, ids) in expected {
            let query = WorkFilter().query(view, for: district.caller(.wangFang), words: words)
            let rows = try await district.read { db in try CaseStore(db).list(query, where: "TRUE", limit: 100) }
            #expect(rows.map(\.matter.id) == ids, "\(view)")
        }
    }

    /// Cases in both districts, in a street, in every office, with handlers of their own and of another office.
    private func seed(_ district: TestDistrict) async throws -> [Case] {
        var cases: [Case] = []
        var number: UInt64 = 0
        let territories = [
            TestDistrict.shenhe, TestDistrict.shenhe + "210103005/", TestDistrict.heping, TestDistrict.shenyang,
        ]
        let handlers: [Someone?] = [nil, .liNa, .zhouMin]
        for territory in territories {
            for office in ["SY-DESK", "SH-DESK", "SH-FOOD", "SH-EQUIP", "HP-FOOD"] {
                for handler in handlers {
                    number += 1
                    let rats = Case.rats(.received, id: number)
                    var matter = Case(
                        id: rats.id, number: rats.number, receivedAt: .monday, category: "0104",
                        reportedCategory: "0104", severity: 2, description: "x", place: rats.place,
                        territory: TerritoryPath(rawValue: territory), office: try district.office(office))
                    let fresh = matter
                    matter.handler = handler?.id
                    matter.state = [.received, .dispatched, .checking, .declined][Int(number) % 4]
                    if matter.state == .declined { matter.closedAt = .monday }
                    matter.version = 2
                    let kept = matter
                    // Also reports of somebody who works in Heping.
                    let reporter = Reporter(matter: matter.id, identity: .named, alias: "A7F3")
                    let account = (number % 2 == 0 ? Someone.gaoJie : .zhangWei).id
                    let due: Date? = number % 3 == 0 ? nil : .monday + Double(number) * 43_200
                    try await district.database.write { db in
                        try CaseStore(db).insert(fresh)
                        try CaseStore(db).update(kept)
                        try CaseStore(db).setDue(kept.id, at: due, clock: nil)
                        try ReporterStore(db).insert(reporter, account: account, digest: Data())
                    }
                    cases.append(matter)
                }
            }
        }
        return cases
    }
}
