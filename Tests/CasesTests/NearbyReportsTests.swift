import Foundation
import Kernel
import Notices
import People
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Before sending, a rider learns what was reported near by already, and may say that theirs is the same.
struct NearbyReportsTests {
    /// 井盖、路面、路灯: anybody may know of it; the same within 20 m.
    private static let manhole = "2002"

    @Test(arguments: TestDatabase.available)
    func `open reports of the group within the radius are shown, the nearest first`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let far = try await district.report(Self.manhole, by: .liuYang, at: Self.north(18))
        let near = try await district.report(Self.manhole, by: .zhangWei, at: Self.north(3))
        _ = try await district.report(Self.manhole, by: .liuYang, at: Self.north(60))
        let ended = try await district.report(Self.manhole, by: .liuYang, at: Self.north(1))
        try await district.take("decline", on: ended, by: .wangFang) { ($0.reason, $0.result) = ("noClue", "没有线索") }
        let found = try await district.nearby(Self.manhole, for: .zhangWei)
        #expect(found.items.map(\.matter.id) == [near, far] && !found.hasPrivate)
        #expect(found.items.map(\.isOwn) == [true, false])
    }

    @Test func `of private kinds nothing is said but that something is being handled, and not without end`()
        async throws
    {
        let district = try await TestDistrict()
        _ = try await district.report("0104", by: .liuYang)
        for _ in 0..<10 {
            let found = try await district.nearby("0104", for: .zhangWei)
            #expect(found.items.isEmpty && found.hasPrivate)
        }
        #expect(try await !district.nearby("0104", for: .zhangWei).hasPrivate, "nobody asks about all of a street")
        #expect(try await district.nearby("0104", for: .liuYang).hasPrivate, "each person has their own budget")
    }

    @Test func `who says it is the same goes on with that one at once`() async throws {
        let district = try await TestDistrict()
        let main = try await district.report(Self.manhole, by: .zhangWei)
        district.clock.advance(by: 60)
        let draft = try district.draft(Self.manhole, words: "井盖翘起来了", joining: main)
        let joined = try await district.submit(draft, by: .liuYang).matter
        #expect(joined.state == .closed && joined.outcome == .duplicate && joined.mergedInto == main)
        #expect(try await district.submit(draft, by: .liuYang).isNew == false, "sent twice is once")
        let lines = try await district.story(joined.id).timeline
        #expect(lines.map(\.step) == ["receive", "join"] && lines.allSatisfy { $0.actor == nil })
        #expect(try await district.story(main).timeline.last?.step == "absorb")
        try await district.take("accept", on: main, by: .wangFang)
        await district.catchUp()
        let heard = try await district.notices(of: .liuYang)
        #expect(heard.count == 2 && heard.allSatisfy { $0.matter == joined.id })
        // An officer finds out that it is something else.
        let alone = try await district.take("separate", on: joined.id, by: .wangFang) { $0.note = "另一个井盖" }
        #expect(alone.state == .received)
        let clocks = try await district.read { db in try CaseClockStore(db).clocks(of: joined.id).filter(\.isOpen) }
        #expect(clocks.map(\.name).sorted() == ["first-touch-medium", "petition", "petition-notice"])
    }

    @Test func `what can't be joined is a report like any other`() async throws {
        let district = try await TestDistrict()
        let hidden = try await district.report("0104", by: .zhangWei)
        let far = try await district.report(Self.manhole, by: .zhangWei, at: Self.north(500))
        let ended = try await district.report(Self.manhole, by: .zhangWei)
        try await district.take("decline", on: ended, by: .wangFang) { ($0.reason, $0.result) = ("noClue", "没有线索") }
        let unknown: ID<Case> = district.services.makeID()
        for (code, main) in [("0104", hidden), (Self.manhole, far), (Self.manhole, ended), (Self.manhole, unknown)] {
            let matter = try await district.submit(district.draft(code, joining: main), by: .liuYang).matter
            #expect(matter.state == .received && matter.mergedInto == nil, "\(code)")
        }
    }

    @Test(arguments: TestDatabase.available)
    func `the index finds just what going through all would find`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        var chance = SeededGenerator(seed: 7)
        let middle = TestDistrict.inShenhe
        for number in 0..<150 {
            let place = Position(
                lat: middle.lat + .random(in: -0.02...0.02, using: &chance),
                lng: middle.lng + .random(in: -0.02...0.02, using: &chance))
            let matter = Case.rats(.received, id: UInt64(number + 1), at: place, office: try district.office("SH-DESK"))
            try await district.database.write { db in try CaseStore(db).insert(matter) }
        }
        for _ in 0..<40 {
            let place = Position(
                lat: middle.lat + .random(in: -0.02...0.02, using: &chance),
                lng: middle.lng + .random(in: -0.02...0.02, using: &chance))
            let metres = Double.random(in: 20...2000, using: &chance)
            let (found, all) = try await district.read { db in
                (
                    try MergedCaseStore(db).open(near: place, within: metres, group: "01", limit: 1000),
                    try CaseStore(db).list(CaseQuery(), where: "TRUE", limit: 1000).map(\.matter)
                )
            }
            let expected = all.filter { $0.place.position.map { $0.distance(to: place) <= metres } ?? false }
            #expect(Set(found.map(\.id)) == Set(expected.map(\.id)))
            let distances = found.compactMap { $0.place.position?.distance(to: place) }
            #expect(zip(distances, distances.dropFirst()).allSatisfy { $0 <= $1 + 1 })
        }
    }

    /// So many metres north of the usual place.
    private static func north(_ metres: Double) -> Position {
        Position(lat: TestDistrict.inShenhe.lat + metres / 111_195, lng: TestDistrict.inShenhe.lng)
    }
}

extension TestDistrict {
    fileprivate func nearby(_ code: String, for someone: Someone) async throws -> NearbyReports {
        try await reports.nearby(category(code), at: Self.inShenhe, accuracy: nil, for: caller(someone))
    }

    fileprivate func draft(_ code: String, words: String = "看一下", joining main: ID<Case>) throws -> ReportDraft {
        ReportDraft(
            id: services.makeID(), category: try category(code),
            place: Case.Place(position: Self.inShenhe, accuracy: 5, source: .phone), description: words,
            identity: .confidential, joins: main)
    }
}

extension Case {
    fileprivate static func rats(_ state: State, id: UInt64, at place: Position, office: ID<OfficeEntity>) -> Case {
        let id = ID<Case>(UUID(high: 0x1_7000, low: 0x8000_0000_0000_0000 | id))
        return Case(
            id: id, number: CaseNumber.make(for: id), receivedAt: .monday, category: "0104", reportedCategory: "0104",
            severity: 2, description: "", place: Place(position: place, source: .phone),
            territory: TerritoryPath(rawValue: TestDistrict.shenhe), office: office, state: state)
    }
}
