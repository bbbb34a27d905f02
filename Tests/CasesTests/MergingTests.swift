import Foundation
import Kernel
import Notices
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Two reports of the same fact are handled as one, and both reporters hear how it goes on.
struct MergingTests {
    @Test(arguments: TestDatabase.available)
    func `a merged report ends, and its reporter hears what becomes of the other`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let main = try await district.report(by: .zhangWei)
        let second = try await district.report(by: .liuYang)
        let merged = try await district.merge(second, into: main)
        #expect(merged.state == .closed && merged.outcome == .duplicate && merged.mergedInto == main)
        #expect(try await district.openClocks(of: second).isEmpty, "its time is the other's now")
        try await district.bringToCheck(main)
        try await district.close(main)
        await district.catchUp()
        let told = try await district.story(main).timeline.filter { $0.tells != nil && $0.from != nil }.map(\.id)
        #expect(told.count == 4)
        let heard = try await district.notices(of: .liuYang)
        #expect(Set(told).isSubset(of: heard.map(\.step)) && heard.allSatisfy { $0.matter == second })
        #expect(try await Set(told).isSubset(of: district.notices(of: .zhangWei).map(\.step)))
        #expect(try await district.story(main).timeline.map(\.step).contains("absorb"))
    }

    @Test(arguments: TestDatabase.available)
    func `undone, it goes on where it was, due when it would have been`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let main = try await district.report(by: .zhangWei)
        let second = try await district.report(by: .liuYang)
        try await district.take("accept", on: second, by: .wangFang)
        let due = try await district.due("report-decision", of: second)
        try await district.merge(second, into: main)
        district.clock.advance(by: 86_400)
        let alone = try await district.take("separate", on: second, by: .wangFang) { $0.note = "是隔壁一家" }
        #expect(alone.state == .accepted && alone.outcome == nil && alone.mergedInto == nil && alone.result == nil)
        #expect(try await district.due("report-decision", of: second) == due)
        #expect(
            try await district.openClocks(of: second).map(\.name) == ["report-decision"], "somebody had looked at it")
        try await district.bringToCheck(main)
        await district.catchUp()
        let told = try await district.notices(of: .liuYang).compactMap(\.step)
        let lines = try await district.story(main).timeline
        #expect(
            told.allSatisfy { step in !lines.contains { $0.id == step } }, "the other one is none of theirs any more")
    }

    @Test func `somebody who reported both hears each step once`() async throws {
        let district = try await TestDistrict()
        let main = try await district.report(by: .zhangWei)
        let second = try await district.report(by: .zhangWei)
        try await district.merge(second, into: main)
        try await district.bringToCheck(main)
        await district.catchUp()
        let steps = try await district.notices(of: .zhangWei).map(\.step)
        #expect(Set(steps).count == steps.count && steps.count == 5)
    }

    @Test func `new facts from the same person begin the time anew, from another they can't`() async throws {
        let district = try await TestDistrict()
        let main = try await district.report(by: .zhangWei)
        let before = try await district.due("report-decision", of: main)
        district.clock.advance(by: 10 * 86_400)
        let others = try await district.report(by: .liuYang)
        await #expect(throws: InvalidFields("newFacts", "another-reporter")) {
            try await district.merge(others, into: main, newFacts: true)
        }
        #expect(try await district.matter(others).state == .received, "nothing half done")
        let own = try await district.report(by: .zhangWei)
        let due = try await district.due("report-decision", of: own)
        try await district.merge(own, into: main, newFacts: true)
        #expect(try await district.due("report-decision", of: main) == due && due != before)
    }

    @Test func `a case out of reach, one that ended, and itself are no cases to merge into`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report(by: .zhangWei)
        let elsewhere = try await district.report(by: .liuYang, at: TestDistrict.inHeping)
        let ended = try await district.report(by: .liuYang)
        try await district.bringToCheck(ended)
        try await district.close(ended)
        for text in [elsewhere.text, "NX-0000-0000", id.text, "老鼠"] {
            await #expect(throws: InvalidFields("into", "no-case-to-merge"), "\(text)") {
                try await district.take("merge", on: id, by: .wangFang) { ($0.into, $0.result) = (text, "同一件") }
            }
        }
        await #expect(throws: InvalidFields("into", "case-has-ended")) { try await district.merge(id, into: ended) }
        let third = try await district.report(by: .liuYang)
        try await district.merge(id, into: third)
        await #expect(throws: InvalidFields("into", "case-has-ended")) {
            try await district.merge(district.report(by: .liuYang), into: id)
        }
        let refusal = await #expect(throws: InvalidFields.self) {
            try await district.merge(third, into: district.report(by: .liuYang))
        }
        #expect(refusal?.fields.map(\.name) == ["case-has-merged-ones"])
        await #expect(throws: CaseError.notMerged) {
            try await district.take("separate", on: ended, by: .wangFang) { $0.note = "备注" }
        }
    }

    @Test func `a reporter who is asked to look again gets their own case back`() async throws {
        let district = try await TestDistrict()
        let main = try await district.report(by: .zhangWei)
        let second = try await district.report(by: .liuYang)
        try await district.merge(second, into: main)
        try await district.take("requestReopen", on: second, by: .liuYang) { $0.note = "不是同一家" }
        let again = try await district.take("reopen", on: second, by: .chenGang) { $0.note = "分开查" }
        #expect(again.state == .checking && again.mergedInto == nil && again.mergedFrom == nil)
    }

    @Test func `what one reporter wrote and photographed stays hidden from the other`() async throws {
        let district = try await TestDistrict()
        let photo = try await district.photo(by: .zhangWei)
        let main = try await district.report(by: .zhangWei, photos: [photo])
        let second = try await district.submit(district.draft(words: "有蟑螂"), by: .liuYang).matter.id
        try await district.merge(second, into: main)
        try await district.bringToCheck(main)
        try await district.take("verify", on: main, by: .liNa) { $0.result = "属实，已联系13912345678" }
        let (story, words) = (try await district.story(second), try await district.words())
        let answer = String(decoding: try JSONEncoder().encode(ReportAnswer(story, words: words)), as: UTF8.self)
        let page = "\(MyReportPage(story, identity: .confidential, words: words))"
        let number = try await district.matter(main).number
        for hidden in [photo.text, main.text, number, "后厨有老鼠", "13912345678"] {
            #expect(!answer.contains(hidden) && !page.contains(hidden), "\(hidden)")
        }
        #expect(answer.contains("verified") && page.contains("属实"), "but how it stands")
    }

    @Test(arguments: TestDatabase.available)
    func `the officer is shown what may be the same, with the reasons`(_ kind: TestDatabase) async throws {
        let district = try await TestDistrict(kind)
        let one = try await district.report(by: .zhangWei)
        let two = try await district.report(by: .zhangWei)
        _ = try await district.report("0201", by: .zhangWei)
        _ = try await district.report(by: .zhangWei, at: TestDistrict.inBinhe)
        let similar = try await district.similar(to: one, for: .wangFang)
        #expect(similar.map(\.id) == [two.text])
        #expect(similar.first?.isSameReporter == true && similar.first?.reasons.contains("同一人上报") == true)
        #expect(try await district.similar(to: one, for: .xuYan).isEmpty, "who may not merge isn't shown any")
        try await district.merge(two, into: one)
        #expect(try await district.similar(to: one, for: .wangFang).isEmpty, "what has ended isn't shown any more")
    }
}

extension TestDistrict {
    @discardableResult
    fileprivate func merge(_ id: ID<Case>, into main: ID<Case>, newFacts: Bool = false) async throws -> Case {
        let number = try await matter(main).number
        return try await take("merge", on: id, by: .wangFang) { input in
            (input.into, input.result, input.hasNewFacts) = (number, "与更早的上报是同一件", newFacts)
        }
    }

    fileprivate func openClocks(of id: ID<Case>) async throws -> [CaseClock] {
        try await read { db in try CaseClockStore(db).clocks(of: id).filter(\.isOpen) }
    }

    fileprivate func similar(to id: ID<Case>, for someone: Someone) async throws -> [SimilarCase] {
        let (story, words) = (try await story(id), try await words())
        return try await read { [services, facts] db in
            let access = try CaseAccess(services.policy, story.matter, caller: caller(someone), facts: facts, in: db)
            return try SimilarCases(access: access, words: words, db: db).find(for: story)
        }
    }
}
