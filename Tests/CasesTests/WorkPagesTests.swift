import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

@testable import Cases

/// The workbench: the steps that are offered, forms that come back, lists.
struct WorkPagesTests {
    /// House style, rule 8: the button and the rule can't disagree.
    @Test func `in every state each role is offered exactly the steps that it can take`() async throws {
        let district = try await TestDistrict()
        let workflow = district.facts.workflow
        var offeredAtAll: Set<String> = []
        try await district.everyState { id in
            let story = try await district.story(id)
            for someone in Someone.staff {
                let access = try await district.access(to: id, of: someone)
                guard access.maySeeAsStaff else { continue }
                let offered = Set(story.steps(in: workflow, for: access).map(\.name))
                let possible = workflow.steps.filter { step in
                    guard access.may(step.name) else { return false }
                    switch step.name {
                    case "rate", "requestReopen", "addPhotos": return false
                    case "dropBusiness": return !story.businesses.isEmpty
                    case "pause": return story.isRunning(.running) && step.from.contains(story.matter.state)
                    case "resume": return story.isRunning(.paused) && step.from.contains(story.matter.state)
                    default: break
                    }
                    var copy = story.matter
                    do {
                        try copy.take(
                            step, .complete(for: step, district.facts), by: someone.id, at: district.clock.now,
                            in: workflow)
                        return true
                    } catch CaseError.needsSecondPerson {
                        // It is offered and then refused with its reason: to somebody with two posts only.
                        return true
                    } catch {
                        return false
                    }
                }
                #expect(offered == Set(possible.map(\.name)), "\(someone) at \(story.matter.state)")
                offeredAtAll.formUnion(offered)
            }
        }
        #expect(offeredAtAll.isSuperset(of: ["accept", "verify", "approveExtension", "resume", "reopen", "conclude"]))
    }

    @Test(arguments: Language.allCases)
    func `every page of the workbench has its words in every state, for every role`(_ language: Language) async throws {
        let district = try await TestDistrict()
        try await district.run { client in
            var pages = 0
            try await district.everyState { id in
                for someone in [Someone.wangFang, .liNa, .chenGang, .maRui] {
                    let page = try await client.get("/work/cases/\(id)", as: someone, language: language)
                    let access = try await district.access(to: id, of: someone)
                    #expect(page.status == (access.maySeeAsStaff ? .ok : .notFound), "\(someone)")
                    guard access.maySeeAsStaff else { continue }
                    #expect(leftovers(in: page.text) == [], "\(someone)")
                    let story = try await district.story(id)
                    let steps = story.steps(in: district.facts.workflow, for: access).map(\.name)
                    let shown = page.text.matches(of: /id="step-([A-Za-z]+)"/).map { String($0.1) }
                    #expect(shown == steps, "\(someone)")
                    #expect(page.text.contains("version\" value=\"\(story.matter.version)\"") || steps.isEmpty)
                    pages += 1
                }
                let api = try await client.get("/api/v1/cases/\(id)", as: .wangFang, language: language)
                #expect(leftovers(in: api.text) == [])
            }
            #expect(pages > 60)
            for view in WorkFilter.View.allCases {
                let list = try await client.get("/work?view=\(view.rawValue)", as: .wangFang, language: language)
                #expect(list.status == .ok && leftovers(in: list.text) == [], "\(view)")
            }
        }
    }

    @Test func `a case shows where it stands on its way`() async throws {
        let district = try await TestDistrict()
        var ways: [[String]] = []
        let words = try await district.words()
        try await district.everyState { id in
            let page = try await district.workPage(id, for: .wangFang)
            let state = try await district.matter(id).state
            #expect(page.stages.filter(\.isNow).map(\.name) == [words.state(state)])
            let done = page.stages.prefix { !$0.isNow }
            #expect(done.allSatisfy(\.isDone) && page.stages.dropFirst(done.count).allSatisfy { !$0.isDone })
            ways.append(page.stages.map(\.name))
        }
        #expect(ways.contains(["收到", "已移交", "对方已签收", "已办结"]))
        #expect(ways.contains(["收到", "不予受理"]))
        #expect(ways.contains(["收到", "已受理", "已派单", "现场核查", "查否", "已办结"]))
    }

    @Test func `the handler of a named reporter may look, and the page says that it is recorded`() async throws {
        let district = try await TestDistrict()
        let named = try await district.report()
        let hidden = try await district.report(identity: .confidential)
        for id in [named, hidden] { try await district.bringToCheck(id) }
        let alias = try #require(try await district.story(named).reporter?.alias)
        for someone in [Someone.wangFang, .liNa, .zhaoQiang, .chenGang] {
            let page = try await district.workPage(named, for: someone)
            #expect((page.reporterURL != nil) == (someone == .liNa), "\(someone)")
            #expect(page.reporter.hasPrefix("#\(alias)"))
            #expect(try await district.workPage(hidden, for: someone).reporterURL == nil)
        }
        try await district.run { client in
            let page = try await client.post("/work/cases/\(named)/reporter", as: .liNa, [])
            let number = try await district.matter(named).number
            #expect(page.status == .ok && leftovers(in: page.text) == [])
            #expect(page.text.contains(Someone.zhangWei.name) && page.text.contains(number))
            #expect(try await client.get("/work/cases/\(named)/reporter", as: .liNa).status == .notFound)
            #expect(try await client.post("/work/cases/\(named)/reporter", as: .chenGang, []).status == .forbidden)
            #expect(try await client.post("/work/cases/\(named)/reporter", as: .zhouMin, []).status == .notFound)
        }
    }

    @Test func `a number by which a person is found is for the handler, on the page and through the API`() async throws
    {
        let district = try await TestDistrict()
        let words = "老板电话13912345678"
        let id = try await district.submit(try district.draft(words: words)).matter.id
        try await district.bringToCheck(id)
        try await district.run { client in
            for (path, someone) in [
                ("/work/cases/\(id)", Someone.liNa), ("/api/v1/cases/\(id)", .liNa), ("/reports/\(id)", .zhangWei),
                ("/api/v1/reports/\(id)", .zhangWei),
            ] {
                #expect(try await client.get(path, as: someone).text.contains(words), "\(someone) at \(path)")
            }
            for someone in [Someone.wangFang, .zhaoQiang, .chenGang] {
                for path in ["/work/cases/\(id)", "/api/v1/cases/\(id)", "/api/v1/cases?view=all", "/work?view=all"] {
                    let seen = try await client.get(path, as: someone).text
                    #expect(!seen.contains("3912345"), "\(someone) at \(path)")
                }
                let masked = "老板电话*********78"
                #expect(try await client.get("/api/v1/cases/\(id)", as: someone).text.contains(masked))
                #expect(try await client.get("/work/cases/\(id)", as: someone).text.contains(masked))
            }
        }
    }

    @Test(arguments: Language.allCases)
    func `a step that lacks something comes back open, with what was written`(_ language: Language) async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.run { client in
            let page = try await client.post(
                "/work/cases/\(id)/steps", as: .wangFang,
                [("step", "decline"), ("version", "1"), ("result", "写了 <很> 久")], language: language)
            #expect(page.status == .unprocessableContent && leftovers(in: page.text) == [])
            #expect(page.text.contains("id=\"step-decline\" open") && !page.text.contains("id=\"step-accept\" open"))
            #expect(page.text.contains("写了 &lt;很&gt; 久") && page.text.contains("id=\"decline-reason-error\""))
            let summary = language == .en ? "Reason: " : "原因："
            #expect(
                page.text.contains("<li><a href=\"#decline-reason\">\(summary)"), "the summary names it and leads there"
            )
            for (field, value) in [("office", "x"), ("handler", "x"), ("day", "2026-13-01"), ("category", "0000")] {
                let wrong = try await client.post(
                    "/work/cases/\(id)/steps", as: .wangFang, [("step", "classify"), (field, value)], language: language
                )
                #expect(wrong.status == .unprocessableContent && leftovers(in: wrong.text) == [], "\(field)")
            }
        }
        #expect(try await district.matter(id).version == 1)
    }

    @Test func `a stale form shows what was written over the case as it is now`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.take("note", on: id, by: .qianJin) { $0.note = "我先看" }
        try await district.run { client in
            let page = try await client.post(
                "/work/cases/\(id)/steps", as: .wangFang, [("step", "note"), ("version", "1"), ("note", "我的备注")])
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("我的备注") && page.text.contains("我先看") && page.text.contains("id=\"note-form\""))
            #expect(
                page.text.contains("name=\"version\" value=\"2\""), "sending it again is made for the case as it is")
            let again = try await client.post(
                "/work/cases/\(id)/steps", as: .wangFang, [("step", "note"), ("version", "2"), ("note", "我的备注")])
            #expect(again.headers[.location] == "/work/cases/\(id)?done=step-taken")
        }
    }

    @Test func `a long list goes on, and filters stay in its addresses`() async throws {
        let district = try await TestDistrict()
        for _ in 0..<31 { _ = try await district.report() }
        try await district.run { client in
            let first = try await client.get("/work?category=01&q=老鼠", as: .wangFang)
            #expect(first.text.matches(of: /href="\/work\/cases\//).count == 30)
            let next = try #require(first.text.firstMatch(of: /href="(\/work\?[^"]*cursor=[^"]+)" rel="next"/)?.1)
            let address = String(next).replacing("&amp;", with: "&")
            #expect(address.contains("category=01") && address.contains("q=%E8%80%81%E9%BC%A0"))
            let second = try await client.get(address, as: .wangFang)
            #expect(
                second.text.matches(of: /href="\/work\/cases\//).count == 1 && !second.text.contains("rel=\"next\""))
            let none = try await client.get("/work?q=没有的", as: .wangFang)
            #expect(none.status == .ok && none.text.contains("class=\"card empty\""))
            let odd = try await client.get("/work?view=x&state=y&category=zzzzzzz&cursor=%21", as: .wangFang)
            #expect(odd.status == .ok && odd.text.matches(of: /href="\/work\/cases\//).count == 30)
            #expect(try await client.get("/work", as: .zhangWei).status == .notFound)
            #expect(try await client.get("/work", as: .heMin).headers[.location] == "/admin/calendar")
        }
    }
}

extension CaseStory {
    fileprivate func isRunning(_ state: CaseClock.State) -> Bool {
        clocks.contains { $0.name == "report-decision" && $0.state == state }
    }
}

extension TestDistrict {
    func workPage(_ id: ID<Case>, for someone: Someone) async throws -> WorkCasePage {
        let story = try await story(id)
        let access = try await access(to: id, of: someone)
        let words = try await words()
        return try await read { db in
            try WorkCaseBuilder(story, access: access, words: words, map: MapSettings(), db: db, failed: nil).page()
        }
    }
}
