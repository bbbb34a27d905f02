import Access
import Directory
import Foundation
import Journal
import Kernel
import People
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Taking in a report: once, in the right place, with an owner.
struct ReportCommandsTests {
    @Test func `the same sending again is the same report`() async throws {
        let district = try await TestDistrict()
        let photo = try await district.photo(by: .zhangWei)
        let draft = try district.draft()
        let first = try await district.submit(draft, photos: [photo])
        district.clock.advance(by: 3600)
        let second = try await district.submit(draft, photos: [photo])
        #expect(first.isNew && !second.isNew)
        #expect(second.matter == first.matter)
        #expect(try await district.story(draft.id).timeline.map(\.step) == ["receive"])
        #expect(try await district.journal(about: draft.id.uuid).map(\.kind) == ["case.step"])
        #expect(try await district.story(draft.id).clocks.count == 2)
    }

    @Test func `nobody reports faster than people can, and what was sent before costs nothing again`() async throws {
        let district = try await TestDistrict()
        var facts = district.facts
        facts.reports = [Budget("report-hour", 2, per: 3600)]
        let reports = ReportCommands(district.services, facts: facts)
        func send(_ draft: ReportDraft, by someone: Someone = .zhangWei) async throws -> ReportCommands.Receipt {
            try await reports.submit(
                draft, photos: [], digest: draft.digest(photos: []), by: district.caller(someone))
        }
        let first = try district.draft()
        for draft in [first, try district.draft(), first, first] { _ = try await send(draft) }
        let third = try district.draft()
        let refusal = await #expect(throws: CaseError.self) { try await send(third) }
        #expect(refusal?.problem.retryAfter == 3600)
        #expect(try await send(try district.draft(), by: .liuYang).isNew, "others aren't in each other's way")
        district.clock.advance(by: 3600)
        #expect(try await send(third).isNew)
    }

    @Test func `a key that was used for something else, or by somebody else, is refused`() async throws {
        let district = try await TestDistrict()
        let draft = try district.draft()
        let sent = try await district.submit(draft).matter
        let other = try district.draft(id: draft.id, words: "别的")
        await #expect(throws: CaseError.keyUsedOtherwise) { try await district.submit(other) }
        await #expect(throws: CaseError.keyUsedOtherwise) { try await district.submit(draft, by: .liuYang) }
        let earlier = try await district.reports.earlier(
            draft, digest: draft.digest(photos: []), by: district.caller(.zhangWei))
        #expect(earlier == sent)
        await #expect(throws: CaseError.keyUsedOtherwise) {
            try await district.reports.earlier(draft, digest: Data([1]), by: district.caller(.zhangWei))
        }
        await #expect(throws: CaseError.keyUsedOtherwise) {
            try await district.reports.earlier(
                draft, digest: draft.digest(photos: []), by: district.caller(.liuYang))
        }
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 1)
        let fresh = try district.draft()
        #expect(try await district.reports.earlier(fresh, digest: Data(), by: district.caller(.zhangWei)) == nil)
    }

    @Test func `everything that was sent is in the digest`() throws {
        let facts = try CaseFacts.shipped
        let first = try #require(facts.categories.category("0104"))
        let second = try #require(facts.categories.category("0103"))
        func digest(
            _ category: Category? = nil, lat: Double = 41, accuracy: Double = 5, address: String = "a",
            words: String = "b", identity: Reporter.Identity = .named, at time: Date? = nil, photos: [Data] = []
        ) -> Data {
            ReportDraft(
                id: ID(UUID(high: 1, low: 1)), category: category ?? first,
                place: Case.Place(
                    position: Position(lat: lat, lng: 123), accuracy: accuracy, source: .phone, address: address),
                description: words, identity: identity, capturedAt: time
            ).digest(photos: photos)
        }
        let digests = [
            digest(), digest(second), digest(lat: 41.000001), digest(accuracy: 6), digest(address: "ab", words: ""),
            digest(address: "", words: "ab"), digest(words: "c"), digest(identity: .confidential),
            digest(at: .monday), digest(photos: [Data([1])]), digest(photos: [Data([2])]),
            digest(photos: [Data([1]), Data([2])]), digest(photos: [Data([2]), Data([1])]),
        ]
        #expect(Set(digests).count == digests.count)
        #expect(digest() == digest() && digest().count == 32)
    }

    /// A network that answers late makes phones send twice at the same time.
    @Test func `two sendings at the same time make one report`() async throws {
        let district = try await TestDistrict()
        let slow = district.heldOpen()
        let photo = try await district.photo(by: .zhangWei)
        let draft = try district.draft()
        let receipts = try await withThrowingTaskGroup { group in
            for _ in 0..<6 { group.addTask { try await slow.submit(draft, photos: [photo]) } }
            return try await group.reduce(into: [ReportCommands.Receipt]()) { $0.append($1) }
        }
        #expect(receipts.count { $0.isNew } == 1)
        #expect(Set(receipts.map(\.matter)).count == 1)
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 1)
        #expect(try await district.count("SELECT COUNT(*) FROM journal_entry WHERE kind = 'case.step'") == 1)
        #expect(try await district.count("SELECT COUNT(*) FROM matter_clock") == 2)
    }

    @Test func `a report comes to the desk of its district, and says where it lies`() async throws {
        let district = try await TestDistrict()
        for (place, desk, path, area) in [
            (TestDistrict.inShenhe, "SH-DESK", TestDistrict.shenhe, "沈河区"),
            (TestDistrict.inBinhe, "SH-DESK", TestDistrict.shenhe + "210103005/", "沈河区滨河街道"),
            (TestDistrict.inHeping, "HP-DESK", TestDistrict.heping, "和平区"),
            (TestDistrict.inTheSea, "SY-DESK", TestDistrict.shenyang, ""),
        ] {
            let matter = try await district.matter(district.report(at: place))
            #expect(try matter.office == district.office(desk), "\(desk)")
            #expect(matter.territory.rawValue == path && matter.area == area)
            #expect(matter.state == .received && matter.handler == nil && matter.version == 1)
        }
    }

    @Test func `outside every outline, or without a position, the city's desk owns it`() async throws {
        let district = try await TestDistrict()
        for place in [TestDistrict.inTheSea, nil] {
            let story = try await district.story(district.report(at: place))
            #expect(try story.matter.office == district.office("SY-DESK"))
            #expect(story.timeline.first?.detail.routing?.kind == .outside)
            #expect(story.timeline.first?.tells == "received")
        }
    }

    @Test func `what a section answers for comes straight to it, and the desk still sees it`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("0501")
        let story = try await district.story(id)
        #expect(try story.matter.office == district.office("SH-EQUIP"))
        #expect(story.timeline.first?.detail.routing?.kind == .duty)
        try await district.take("accept", on: id, by: .wangFang)
        try await district.take("dispatch", on: id, by: .wangFang) { $0.office = try district.office("SH-EQUIP") }
        try await district.take("check", on: id, by: .xuYan)
        #expect(try await district.matter(id).handler == Someone.xuYan.id)
    }

    @Test func `a report is for riders only`() async throws {
        let district = try await TestDistrict()
        for someone in Someone.staff where someone != .gaoJie {
            let draft = try district.draft()
            await #expect(throws: NotAllowed.self, "\(someone)") { try await district.submit(draft, by: someone) }
        }
        #expect(try await district.count("SELECT COUNT(*) FROM matter") == 0)
        // Who rides, too, after work, reports as a rider.
        _ = try await district.report(by: .gaoJie)
    }

    @Test func `a number that is taken already is given to nobody else`() async throws {
        let district = try await TestDistrict()
        let draft = try district.draft()
        try await take(CaseNumber.make(for: draft.id), in: district, as: 101)
        try await take(CaseNumber.make(for: draft.id, attempt: 1), in: district, as: 102)
        let matter = try await district.submit(draft).matter
        #expect(matter.number == CaseNumber.make(for: draft.id, attempt: 2))

        let unlucky = try district.draft()
        for attempt in 0..<8 {
            try await take(CaseNumber.make(for: unlucky.id, attempt: attempt), in: district, as: UInt64(200 + attempt))
        }
        await #expect(throws: StorageError.busy) { try await district.submit(unlucky) }
    }

    private func take(_ number: String, in district: TestDistrict, as id: UInt64) async throws {
        let rats = Case.rats(.received, id: id)
        let matter = Case(
            id: rats.id, number: number, receivedAt: .monday, category: "0104", reportedCategory: "0104", severity: 2,
            description: "x", place: rats.place, territory: rats.territory, office: try district.office("SH-DESK"))
        try await district.database.write { db in try CaseStore(db).insert(matter) }
    }
}

extension TestDistrict {
    /// The same district behind a database that is slow to answer: what reads and then writes in two steps is caught.
    func heldOpen() -> TestDistrict {
        var slow = self
        slow.services.database = SlowDatabase(base: database)
        return slow
    }
}

private struct SlowDatabase: Database {
    let base: any Database

    var signals: Signals { base.signals }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        let value = try await base.read(work)
        try await Task.sleep(for: .milliseconds(20))
        return value
    }

    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await base.write(work)
    }
}
