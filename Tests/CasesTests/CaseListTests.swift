import Access
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Cases

/// Lists of cases: filters, words, pages.
struct CaseListTests {
    @Test(arguments: TestDatabase.available, CaseQuery.Order.allCases)
    func `page after page shows each case once, in order`(_ kind: TestDatabase, _ order: CaseQuery.Order) async throws {
        let district = try await filled(kind)
        var query = CaseQuery()
        query.sorting = order
        let all = try await list(query, limit: 1000, in: district)
        #expect(all.count == (order == .newest ? 23 : 19))
        for size in [1, 2, 7, 23] {
            var paged: [ID<Case>] = []
            var next = query
            while case let page = try await list(next, limit: size, in: district), let last = page.last {
                #expect(page.count <= size)
                paged += page.map(\.matter.id)
                let cursor = CaseCursor(after: last, in: next)
                let read = try CaseCursor(cursor.text)
                next.after = (read.key, read.id)
            }
            #expect(paged == all.map(\.matter.id), "pages of \(size)")
        }
        let keys = all.map { order == .newest ? -$0.matter.receivedAt.milliseconds : $0.dueAt?.milliseconds ?? 0 }
        #expect(keys == keys.sorted())
    }

    @Test(arguments: TestDatabase.available)
    func `what arrives meanwhile neither hides a case nor shows one twice`(_ kind: TestDatabase) async throws {
        let district = try await filled(kind)
        var query = CaseQuery()
        let all = try await list(query, limit: 1000, in: district).map(\.matter.id)
        let first = try await list(query, limit: 10, in: district)
        // One newer than all, one right between the pages, one at the same instant as the last shown.
        for (number, time) in [(900, Date.monday + 9999), (901, .monday - 570), (902, first[9].matter.receivedAt)] {
            try await insert(number: UInt64(number), receivedAt: time, in: district)
        }
        query.after = (first[9].matter.receivedAt, first[9].matter.id)
        let second = try await list(query, limit: 1000, in: district).map(\.matter.id)
        #expect(Set(second).isDisjoint(with: first.map(\.matter.id)))
        #expect(second.filter { all.contains($0) } == Array(all[10...]))
    }

    @Test(arguments: TestDatabase.available)
    func `each filter picks what it says, and the count is the list's`(_ kind: TestDatabase) async throws {
        let district = try await filled(kind)
        let filters: [(String, @Sendable (inout CaseQuery) -> Void, @Sendable (CaseRow) -> Bool)] = [
            ("state", { $0.states = [.checking, .closed] }, { [.checking, .closed].contains($0.matter.state) }),
            ("handler", { $0.handler = Someone.liNa.id }, { $0.matter.handler == Someone.liNa.id }),
            ("group", { $0.category = "01" }, { $0.matter.category.hasPrefix("01") }),
            ("category", { $0.category = "0104" }, { $0.matter.category == "0104" }),
            ("no category", { $0.category = "" }, { _ in true }),
            ("late", { $0.dueBefore = .monday }, { $0.dueAt.map { $0 < .monday } ?? false }),
            ("from", { $0.dueFrom = .monday }, { $0.dueAt.map { $0 >= .monday } ?? false }),
            (
                "to decide", { $0.awaitsDecision = true },
                { $0.matter.extensionRequest == .asked || $0.matter.reopenRequest == .asked }
            ),
            (
                "place", { $0.territory = TerritoryPath(rawValue: TestDistrict.heping) },
                { $0.matter.territory.rawValue.hasPrefix(TestDistrict.heping) }
            ),
            (
                "two at once",
                {
                    $0.states = [.checking]
                    $0.category = "0103"
                }, { $0.matter.state == .checking && $0.matter.category == "0103" }
            ),
        ]
        let everything = try await list(CaseQuery(), limit: 1000, in: district)
        for (name, narrow, holds) in filters {
            var query = CaseQuery()
            narrow(&query)
            let found = try await list(query, limit: 1000, in: district)
            let expected = everything.filter(holds).map(\.matter.id)
            #expect(found.map(\.matter.id) == expected, "\(name)")
            #expect(!expected.isEmpty, "\(name) should find something")
            let narrowed = query
            #expect(
                try await district.read { db in try CaseStore(db).count(narrowed, where: "TRUE") } == expected.count)
            query.after = (.distantPast, ID(UUID(high: 0, low: 0)))
            let paged = query
            let count = try await district.read { db in try CaseStore(db).count(paged, where: "TRUE") }
            #expect(count == expected.count, "the count is of all pages")
        }
    }

    @Test(arguments: TestDatabase.available)
    func `words are found in the number, the place and the description, as they are written`(
        _ kind: TestDatabase
    ) async throws {
        let district = try await TestDistrict(kind)
        let texts: [(UInt64, String, String?, String)] = [
            (1, "后厨有老鼠", nil, "沈河区滨河街道"), (2, "100%老化", nil, ""), (3, "100 老化", nil, ""), (4, "a_b", nil, ""),
            (9, "电话13912345678", nil, ""), (5, "axb", nil, ""), (6, #"反斜\杠"#, nil, ""), (7, "", "Wenyi Road 28", ""),
            (8, "鼠", nil, ""),
        ]
        for (number, description, address, area) in texts {
            try await insert(
                number: number, description: description, address: address, area: area, in: district)
        }
        let number = Case.rats(.received, id: 7).number
        let searches: [(String, Set<UInt64>)] = [
            ("老鼠", [1]), ("鼠", [1, 8]), ("滨河", [1]), ("%", [2]), ("100%", [2]), ("_", [4]), ("a_b", [4]), (#"\"#, [6]),
            ("电话139", [9]), ("1391", []), ("39123456", []), ("139 1234", []), ("１３９１", []), ("wenyi road", [7]),
            ("WENYI", [7]), (number, [7]), (number.lowercased(), [7]), ("'", []), ("没有的", []),
        ]
        for (text, expected) in searches {
            var query = CaseQuery()
            query.text = text
            let found = try await list(query, limit: 1000, in: district).map(\.matter.id)
            #expect(Set(found) == Set(expected.map { Case.rats(.received, id: $0).id }), "\(text)")
        }
    }

    @Test(arguments: TestDatabase.available)
    func `a reporter's own list is theirs alone, the newest first`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        var mine: [ID<Case>] = []
        for minute in 0..<5 {
            district.clock.advance(by: minute == 3 ? 0 : 60)
            mine.insert(try await district.report(), at: 0)
            _ = try await district.report(by: .liuYang)
        }
        let expected = mine
        let all = try await district.read { db in try CaseStore(db).reported(by: Someone.zhangWei.id, limit: 100) }
        #expect(all.map(\.matter.id) == expected)
        let last = all[1].matter
        let rest = try await district.read { db in
            try CaseStore(db).reported(by: Someone.zhangWei.id, before: (last.receivedAt, last.id), limit: 2)
        }
        #expect(rest.map(\.matter.id) == Array(expected[2..<4]))
    }

    private func list(_ query: CaseQuery, limit: Int, in district: TestDistrict) async throws -> [CaseRow] {
        try await district.read { db in try CaseStore(db).list(query, where: "TRUE", limit: limit) }
    }

    /// 23 cases of all states; several arrive at the same instant, several are due at the same, four have no due date.
    private func filled(_ kind: TestDatabase) async throws -> TestDistrict {
        let district = try await TestDistrict(kind)
        for number in 0..<23 as Range<UInt64> {
            try await insert(number: number + 1, receivedAt: .monday - Double(number / 3) * 100, in: district) {
                matter in
                let states = Case.State.allCases
                matter.state = states[Int(number) % states.count]
                matter.handler = number % 4 == 1 ? Someone.liNa.id : nil
                matter.extensionRequest = number == 5 ? .asked : .none
                matter.reopenRequest = number == 11 ? .asked : .none
                if matter.state == .closed || matter.state == .declined { matter.closedAt = .monday }
                if matter.state == .closed { matter.result = "x" }
                if matter.state == .transferred { matter.receipt = "x" }
                matter.category = number % 5 == 0 ? "2001" : number % 2 == 0 ? "0104" : "0103"
                if number % 3 == 0 { matter.territory = TerritoryPath(rawValue: TestDistrict.heping) }
            }
            let due: Date? = number % 6 == 5 || number == 22 ? nil : .monday + Double(number / 4) * 1000 - 2500
            let id = Case.rats(.received, id: number + 1).id
            try await district.database.write { db in try CaseStore(db).setDue(id, at: due, clock: "report-decision") }
        }
        return district
    }

    private func insert(
        number: UInt64, receivedAt: Date = .monday, description: String = "x", address: String? = nil,
        area: String = "", in district: TestDistrict, _ change: (inout Case) -> Void = { _ in }
    ) async throws {
        let rats = Case.rats(.received, id: number)
        let matter = Case(
            id: rats.id, number: rats.number, receivedAt: receivedAt, category: rats.category,
            reportedCategory: rats.category, severity: 2, description: description,
            place: Case.Place(position: TestDistrict.inShenhe, source: .map, address: address), area: area,
            territory: rats.territory, office: try district.office("SH-DESK"))
        var changed = matter
        change(&changed)
        changed.version = 2
        let kept = changed
        try await district.database.write { db in
            try CaseStore(db).insert(matter)
            try CaseStore(db).update(kept)
        }
    }
}
