import Access
import Foundation
import Journal
import Kernel
import People
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// What the journal holds, who looks at a reporter, and who wins when two are fast.
struct WrittenDownTests {
    @Test func `each change is one entry, with who did it and what it led to`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        try await district.take("note", on: id, by: .zhaoQiang) { $0.note = "我去过" }
        try await district.close(id)
        try await district.take("rate", on: id, by: .zhangWei) { $0.rating = .solved }
        let entries = try await district.journal(about: id.uuid)
        let timeline = try await district.story(id).timeline
        let data = try entries.map { try $0.decoded(as: CaseJournalData.self) }
        #expect(entries.allSatisfy { $0.kind == "case.step" })
        #expect(data.map(\.step) == ["receive", "dispatch", "check", "note", "verify", "close", "rate"])
        #expect(data.map(\.entry) == timeline.map(\.id))
        #expect(data.map(\.to) == timeline.map(\.to) && data.map(\.from) == timeline.map(\.from))
        #expect(data.map(\.tells) == timeline.map(\.tells))
        #expect(entries.map(\.actor) == timeline.map(\.actor))
        #expect(entries.first?.actor == nil, "who reported isn't in the journal")
        #expect(try await district.matter(id).version == entries.count)
        let texts = entries.map { String(decoding: $0.data, as: UTF8.self) }
        for word in ["我去过", "属实", Someone.zhangWei.name, Someone.liNa.name] {
            #expect(!texts.contains { $0.contains(word) }, "\(word)")
        }
    }

    @Test func `a step that fails leaves nothing behind`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        let before = try await district.story(id)
        let journal = try await district.count("SELECT COUNT(*) FROM journal_entry")
        let riders = try await district.photo(by: .zhangWei)
        // It fails after the case was changed and the timeline written.
        await #expect(throws: CaseError.photoGone) {
            try await district.take("verify", on: id, by: .liNa) {
                $0.result = "属实"
                $0.photos = [riders]
            }
        }
        // It fails before.
        await #expect(throws: InvalidFields.self) { try await district.take("verify", on: id, by: .liNa) }
        let after = try await district.story(id)
        #expect(after.matter == before.matter && after.timeline == before.timeline && after.clocks == before.clocks)
        #expect(try await district.count("SELECT COUNT(*) FROM journal_entry") == journal)
    }

    @Test func `the handler of a named reporter sees them, and each look is written down`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        for other in [Someone.wangFang, .zhaoQiang, .chenGang, .maRui, .qianJin] {
            await #expect(throws: NotAllowed.self, "\(other)") {
                try await district.cases.showReporter(of: id, to: district.caller(other))
            }
        }
        #expect(try await looks(at: id, in: district).isEmpty)
        for _ in 0..<2 {
            let person = try await district.cases.showReporter(of: id, to: district.caller(.liNa))
            #expect(person.id == Someone.zhangWei.id && person.profile.name == Someone.zhangWei.name)
        }
        let looks = try await looks(at: id, in: district)
        #expect(looks.map(\.actor) == [Someone.liNa.id, Someone.liNa.id])
        #expect(looks.allSatisfy { $0.at == district.clock.now })
        #expect(looks.allSatisfy { !String(decoding: $0.data, as: UTF8.self).contains(Someone.zhangWei.id.text) })
        // Given to a colleague, it is theirs to look.
        try await district.take("assign", on: id, by: .chenGang) { $0.handler = Someone.zhaoQiang.id }
        await #expect(throws: NotAllowed.self) {
            try await district.cases.showReporter(of: id, to: district.caller(.liNa))
        }
        _ = try await district.cases.showReporter(of: id, to: district.caller(.zhaoQiang))
    }

    @Test(arguments: [Reporter.Identity.confidential, .anonymous])
    func `a reporter who didn't agree is shown to nobody, and the try isn't a look`(
        _ identity: Reporter.Identity
    ) async throws {
        let district = try await TestDistrict()
        let id = try await district.report(identity: identity)
        try await district.bringToCheck(id)
        await #expect(throws: CaseError.noReporterToShow) {
            try await district.cases.showReporter(of: id, to: district.caller(.liNa))
        }
        #expect(try await looks(at: id, in: district).isEmpty)
    }

    @Test func `a case is taken over by no remark`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id, by: .liNa)
        await #expect(throws: InvalidFields("handler", "unknown")) {
            try await district.take("note", on: id, by: .zhaoQiang) {
                $0.note = "我来"
                $0.handler = Someone.zhaoQiang.id
            }
        }
        #expect(try await district.matter(id).handler == Someone.liNa.id)
    }

    @Test func `of two who are equally fast one takes the step, the other hears of it`() async throws {
        let district = try await TestDistrict()
        let slow = district.heldOpen()
        for version in [nil, 2] as [Int?] {
            let id = try await district.report()
            try await district.take("dispatch", on: id, by: .wangFang) { $0.office = try district.office("SH-FOOD") }
            let officers: [Someone] = [.liNa, .zhaoQiang, .maRui, .liNa, .zhaoQiang]
            let results = await withTaskGroup { group in
                for officer in officers {
                    group.addTask { () -> Result<Case, any Error> in
                        do {
                            return .success(try await slow.take("check", on: id, by: officer, version: version))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: [Result<Case, any Error>]()) { $0.append($1) }
            }
            let winners = results.compactMap { try? $0.get() }
            let losers = results.compactMap { result in
                if case .failure(let error) = result { error as? CaseError } else { nil }
            }
            #expect(winners.count == 1 && losers.count == officers.count - 1)
            #expect(losers.allSatisfy { $0 == (version == nil ? .notNow(.checking) : .stale) }, "\(losers)")
            let story = try await district.story(id)
            #expect(story.matter.handler == winners.first?.handler && story.matter.version == 3)
            #expect(story.timeline.filter { $0.step == "check" }.count == 1)
            #expect(try await district.journal(about: id.uuid).count == 3)
        }
    }

    @Test func `a form that was made before somebody else's change is stale`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        let version = try await district.matter(id).version
        try await district.take("note", on: id, by: .wangFang, version: version) { $0.note = "先看看" }
        await #expect(throws: CaseError.stale) {
            try await district.take("accept", on: id, by: .qianJin, version: version)
        }
        await #expect(throws: CaseError.stale) {
            try await district.take("accept", on: id, by: .qianJin, version: version + 2)
        }
        try await district.take("accept", on: id, by: .qianJin, version: version + 1)
    }

    private func looks(at id: ID<Case>, in district: TestDistrict) async throws -> [JournalEntry] {
        try await district.journal(about: id.uuid).filter { $0.kind == "reporter.read" }
    }
}
