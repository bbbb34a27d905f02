import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing

@testable import Cases

/// Cases, their timeline and their reporter come out of the database as they went in.
struct CaseStoreTests {
    @Test(arguments: TestDatabase.available)
    func `a case is the same before and after, at its barest and at its fullest`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let office = try district.office("SH-FOOD")
        let bare = Case(
            id: ID(UUID(high: 1, low: 1)), number: "NX-1", receivedAt: .monday, category: "0104",
            reportedCategory: "0104", severity: 2, description: "",
            place: Case.Place(source: .address, address: "某处"),
            territory: TerritoryPath(rawValue: TestDistrict.shenhe), office: office)
        var full = Case(
            id: ID(UUID(high: 1, low: 2)), number: "NX-2", receivedAt: .monday, category: "0104",
            reportedCategory: "9999", severity: 2, description: "有 '引号' 和 % 和 🐀\n第二行",
            place: Case.Place(
                position: Position(lat: 41.123456789, lng: -0.000001), accuracy: 8.5, source: .photo, address: "文艺路"),
            area: "沈河区滨河街道", territory: TerritoryPath(rawValue: TestDistrict.shenhe), office: office)
        try await store(bare, full, in: district)
        #expect(try await district.matter(bare.id) == bare)
        #expect(try await district.matter(full.id) == full)

        full.category = "0103"
        full.severity = 3
        full.territory = TerritoryPath(rawValue: TestDistrict.heping)
        full.office = try district.office("HP-FOOD")
        full.handler = Someone.zhouMin.id
        full.state = .closed
        full.outcome = .verified
        full.body = "fire"
        full.receipt = "88号"
        full.result = "办结"
        full.rectifyBy = day("2026-10-30")
        full.extensionRequest = .granted
        full.extensionAskedBy = Someone.zhouMin.id
        full.reopenRequest = .refused
        full.rating = .notSolved
        full.closedAt = .monday + 0.5
        full.closedBy = Someone.zhouMin.id
        full.version = 2
        let changed = full
        try await district.database.write { db in try CaseStore(db).update(changed) }
        #expect(try await district.matter(full.id) == changed)
        #expect(try await district.matter(bare.id) == bare, "only that one")
    }

    @Test(arguments: TestDatabase.available)
    func `a change to what somebody else has changed is refused`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        var mine = Case.rats(.received)
        mine.office = try district.office("SH-DESK")
        try await store(mine, in: district)
        var theirs = mine
        theirs.version = 2
        theirs.severity = 4
        mine.version = 2
        mine.severity = 1
        let (first, second) = (theirs, mine)
        try await district.database.write { db in try CaseStore(db).update(first) }
        await #expect(throws: CaseError.stale) {
            try await district.database.write { db in try CaseStore(db).update(second) }
        }
        #expect(try await district.matter(mine.id).severity == 4)
    }

    @Test(arguments: TestDatabase.available)
    func `the database itself refuses a case that can't be`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        var matter = Case.rats(.received)
        matter.office = try district.office("SH-DESK")
        try await store(matter, in: district)
        for change in [
            { (matter: inout Case) in matter.state = .closed },
            { (matter: inout Case) in
                matter.state = .closed
                matter.result = "没有日期"
            }, { (matter: inout Case) in matter.state = .transferred }, { (matter: inout Case) in matter.severity = 5 },
        ] {
            var wrong = matter
            change(&wrong)
            wrong.version = 2
            let sent = wrong
            let refusal = await #expect(throws: StorageError.self) {
                try await district.database.write { db in try CaseStore(db).update(sent) }
            }
            if case .checkViolation = refusal {} else { Issue.record("\(String(describing: refusal))") }
        }
        #expect(try await district.matter(matter.id) == matter)
    }

    @Test(arguments: TestDatabase.available)
    func `a case without a place is refused`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let nowhere = Case(
            id: ID(UUID(high: 1, low: 1)), number: "NX-1", receivedAt: .monday, category: "0104",
            reportedCategory: "0104", severity: 2, description: "x", place: Case.Place(source: .address),
            territory: TerritoryPath(rawValue: TestDistrict.shenhe), office: try district.office("SH-DESK"))
        await #expect(throws: StorageError.self) { try await store(nowhere, in: district) }
    }

    @Test(arguments: TestDatabase.available)
    func `the timeline keeps its order and everything in it`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let id = try await district.report()
        var detail = TimelineEntry.Detail()
        detail.office = LocalizedText(chinese: "食品科", english: "Food")
        detail.handler = "李娜"
        detail.category = "0103"
        detail.body = "fire"
        detail.receipt = "88号 \"甲\""
        detail.day = day("2026-10-30")
        // The identity sorts before that of the arrival: what counts is when it was written.
        let entry = TimelineEntry(
            id: ID(UUID(high: 0, low: 1)), matter: id, at: .monday - 5, step: "note", actor: Someone.liNa.id,
            from: .received, to: .accepted, note: "备注", result: "结果", reason: "repeat", detail: detail, tells: "x")
        try await district.database.write { db in try TimelineStore(db).insert(entry) }
        let entries = try await district.story(id).timeline
        #expect(entries.map(\.step) == ["receive", "note"] && entries.last == entry)
        #expect(entries.first?.detail.routing != nil && entries.first?.actor == nil)
        let found = try await district.read { db in try TimelineStore(db).entries([entry.id]) }
        #expect(found == [entry])
    }

    @Test(arguments: TestDatabase.available)
    func `a reporter is found by the case alone, and recognised by the account`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        for identity in Reporter.Identity.allCases {
            let id = try await district.report(identity: identity)
            let reporter = try await district.read { db in try ReporterStore(db).find(id) }
            #expect(reporter?.identity == identity)
            #expect(reporter?.alias.wholeMatch(of: /[0-9A-F]{4}/) != nil)
            let (own, others, elsewhere, recipient) = try await district.read { db in
                let reporters = ReporterStore(db)
                return (
                    try reporters.isReporter(Someone.zhangWei.id, of: id),
                    try reporters.isReporter(Someone.liuYang.id, of: id),
                    try reporters.isReporter(Someone.zhangWei.id, of: ID(UUID(high: 9, low: 9))),
                    try reporters.recipient(of: id)
                )
            }
            #expect(own && !others && !elsewhere && recipient == Someone.zhangWei.id)
        }
        #expect(try await district.read { db in try ReporterStore(db).find(ID(UUID(high: 9, low: 9))) } == nil)
    }

    /// Charter: no list, join or export of cases can show who reported.
    @Test func `no column of a case's tables leads to its reporter`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report(photos: [district.photo(by: .zhangWei)])
        try await district.bringToCheck(id)
        let secrets: Set = [
            Someone.zhangWei.name, Someone.zhangWei.phone, try #require(await district.story(id).reporter?.alias),
        ]
        let columns = try await district.read { db in
            try ["matter", "matter_step", "matter_clock", "reporter", "photo", "photo_evidence"].flatMap { table in
                try db.rows(.columns(of: table)).map { (table, try $0["name"] as String) }
            }
        }
        #expect(columns.count > 60)
        for (table, column) in columns {
            let rows = try await district.read { db in
                try db.rows("SELECT \(identifier: column) FROM \(identifier: table)")
            }
            let tells = rows.contains { row in
                (try? row[0] as UUID) == Someone.zhangWei.id.uuid
                    || (try? row[0] as Data)?.range(of: Someone.zhangWei.id.uuid.bytes) != nil
                    || (try? row[0] as String).map(secrets.contains) == true
            }
            #expect(tells == (table == "reporter" && column == "alias"), "\(table).\(column)")
        }
    }

    @Test func `numbers are read out without mistakes, and say nothing`() {
        var numbers: Set<String> = []
        for low in 0..<2000 as Range<UInt64> {
            let number = CaseNumber.make(for: ID(UUID(high: 0x1_7000, low: 0x8000_0000_0000_0000 | low)))
            #expect(number.wholeMatch(of: /NX-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}/) != nil, "\(number)")
            numbers.insert(number)
        }
        #expect(numbers.count == 2000)
        let id = ID<Case>(UUID(high: 1, low: 1))
        #expect(CaseNumber.make(for: id) == CaseNumber.make(for: id))
        #expect(CaseNumber.make(for: id) != CaseNumber.make(for: id, attempt: 1))
    }

    private func store(_ cases: Case..., in district: TestDistrict) async throws {
        try await district.database.write { db in
            for matter in cases { try CaseStore(db).insert(matter) }
        }
    }
}
