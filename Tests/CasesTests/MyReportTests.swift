import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestSupport
import Testing

@testable import Cases

/// What a reporter sees of their own reports, and what they can still do with them.
struct MyReportTests {
    @Test func `rating and another look are offered when they are possible, and at no other time`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        func offers() async throws -> [Bool] {
            let page = try await page(of: id, in: district)
            return [page.rateURL != nil, page.reopenURL != nil]
        }
        #expect(try await offers() == [false, false])
        try await district.bringToCheck(id)
        #expect(try await offers() == [false, false])
        try await district.close(id)
        #expect(try await offers() == [true, true])
        let closed = district.clock.now
        district.clock.set(to: (Day(of: closed) + 31).start - 1)
        #expect(try await offers() == [true, true], "the thirtieth day")
        district.clock.set(to: (Day(of: closed) + 31).start)
        #expect(try await offers() == [true, false])
        district.clock.set(to: closed + 3600)
        try await district.take("rate", on: id, by: .zhangWei) { $0.rating = .solved }
        #expect(try await offers() == [false, true])
        try await district.take("requestReopen", on: id, by: .zhangWei) { $0.note = "又有了" }
        #expect(try await offers() == [false, false])
        try await district.take("reopen", on: id, by: .chenGang) { $0.note = "再查" }
        #expect(try await offers() == [false, false])
        try await district.close(id)
        #expect(try await offers() == [true, false], "the second end is rated, too; a third look isn't asked for")
    }

    @Test func `what is offered can be done, and only that`() async throws {
        let district = try await TestDistrict()
        let declined = try await district.report()
        try await district.take("decline", on: declined, by: .wangFang) {
            $0.reason = "noClue"
            $0.result = "没有线索"
        }
        let page = try await page(of: declined, in: district)
        #expect(page.rateURL == nil && page.reopenURL == nil && page.result == "没有线索")
        await #expect(throws: CaseError.notNow(.declined)) {
            try await district.take("requestReopen", on: declined, by: .zhangWei) { $0.note = "x" }
        }
        let closed = try await district.report()
        try await district.bringToCheck(closed)
        try await district.close(closed)
        try await district.run { client in
            let empty = try await client.post("/reports/\(closed)/reopening", as: .zhangWei, [("note", " ")])
            #expect(empty.status == .unprocessableContent && empty.text.contains("id=\"note-error\""))
            let nothing = try await client.post("/reports/\(closed)/rating", as: .zhangWei, [])
            #expect(nothing.status == .unprocessableContent)
            let rated = try await client.post("/reports/\(closed)/rating", as: .zhangWei, [("rating", "solved")])
            #expect(rated.headers[.location] == "/reports/\(closed)?done=report-rated")
            let asked = try await client.post("/reports/\(closed)/reopening", as: .zhangWei, [("note", "又有了")])
            #expect(asked.headers[.location] == "/reports/\(closed)?done=reopen-asked")
            let twice = try await client.post("/reports/\(closed)/reopening", as: .zhangWei, [("note", "又有了")])
            #expect(twice.status == .conflict)
            for path in ["rating", "reopening"] {
                let foreign = try await client.post(
                    "/reports/\(closed)/\(path)", as: .liuYang, [("rating", "solved"), ("note", "x")])
                #expect(foreign.status == .notFound)
            }
        }
        #expect(try await district.matter(closed).rating == .notSolved)
    }

    @Test(arguments: [(Language.zhHans, "不是照片"), (.en, "is not a photo")])
    func `a wish for another look that is refused comes back with its words and its photos`(
        _ language: Language, fault: String
    ) async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        try await district.close(id)
        let (photo, theirs) = (try await district.photo(by: .zhangWei), try await district.photo(by: .liuYang))
        try await district.run { client in
            let path = "/reports/\(id)/reopening"
            let fields = [("note", "又有 <老鼠>"), ("photoId", photo.text)]
            let page = try await client.post(
                path, as: .zhangWei, fields, files: [("假的.jpg", "hello")], language: language)
            #expect(page.status == .unprocessableContent && leftovers(in: page.text) == [])
            #expect(page.text.contains("又有 &lt;老鼠&gt;</textarea>") && page.text.contains("id=\"reopening\" open"))
            #expect(page.text.contains("name=\"photoId\" value=\"\(photo)\" checked"))
            #expect(page.text.contains(fault) && page.text.contains("href=\"#photo\""))

            let wordless = try await client.post(path, as: .zhangWei, [("photoId", photo.text)], language: language)
            #expect(wordless.status == .unprocessableContent && wordless.text.contains("href=\"#note\""))
            #expect(wordless.text.contains("name=\"photoId\" value=\"\(photo)\" checked"))

            let gone = try await client.post(
                path, as: .zhangWei, [("note", "又有"), ("photoId", theirs.text)], language: language)
            #expect(gone.status == .unprocessableContent && gone.text.contains("又有</textarea>"))
            #expect(!gone.text.contains(theirs.text), "nobody learns whether it is somebody else's")

            #expect(try await client.post(path, as: .zhangWei, fields, language: language).status == .seeOther)
        }
        #expect(try await district.story(id).photos.map(\.id) == [photo])
    }

    @Test func `a reporter reads what they were told, and nothing of the house`() async throws {
        let district = try await TestDistrict()
        let id = try await district.live()
        let inside = try await district.photo(by: .liNa)
        try await district.take("note", on: id, by: .liNa) {
            $0.note = "老板是熟人，小心"
            $0.photos = [inside]
        }
        let story = try await district.story(id)
        let page = try await page(of: id, in: district)
        #expect(page.lines.count == story.timeline.filter { $0.tells != nil }.count)
        #expect(page.result == nil, "it was reopened: no result yet")
        #expect(page.lines.contains { $0.text == "现场属实" })
        let told = page.lines.flatMap(\.photos).map(\.small) + page.photos.map(\.small)
        #expect(told.count == 2 && !told.contains { $0.contains(inside.text) })
        try await district.run { client in
            let seen = try await client.get("/reports/\(id)", as: .zhangWei)
            let api = try await client.get("/api/v1/reports/\(id)", as: .zhangWei)
            for text in [seen.text, api.text] {
                for word in ["老板是熟人", "请今天去看", "三天内清洗", inside.text] { #expect(!text.contains(word), "\(word)") }
                for someone in Someone.staff { #expect(!text.contains(someone.name), "\(someone)") }
                #expect(!text.contains(story.reporter?.alias ?? "?"), "their alias is for others")
            }
            #expect(try await client.get("/reports/\(id)", as: .liuYang).status == .notFound)
            #expect(try await client.get("/api/v1/reports/\(id)", as: .liuYang).status == .notFound)
        }
    }

    @Test(arguments: Language.allCases)
    func `every page of a rider has its words in every state`(_ language: Language) async throws {
        let district = try await TestDistrict()
        try await district.run { client in
            for path in ["/", "/reports"] {
                let empty = try await client.get(path, as: .zhangWei, language: language)
                #expect(empty.status == .ok && leftovers(in: empty.text) == [], "\(path)")
                #expect(empty.text.contains("class=\"card empty\""))
            }
            var seen: Set<Case.State> = []
            try await district.everyState { id in
                let page = try await client.get("/reports/\(id)", as: .zhangWei, language: language)
                #expect(page.status == .ok && leftovers(in: page.text) == [])
                let state = try await district.matter(id).state
                seen.insert(state)
                let words = try #require(district.facts.workflow.state(state))
                #expect(page.text.contains(words.title(language)) && page.text.contains(words.rider(language)))
            }
            #expect(seen == Set(Case.State.allCases))
            for path in ["/", "/reports"] {
                let full = try await client.get(path, as: .zhangWei, language: language)
                #expect(leftovers(in: full.text) == [] && !full.text.contains("class=\"card empty\""), "\(path)")
            }
            let figures = try await client.get("/figures", as: .zhangWei, language: language)
            #expect(figures.status == .ok && leftovers(in: figures.text) == [])
        }
    }

    @Test func `the list asks for an answer where one is missing, and goes on to older ones`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        try await district.close(id)
        for _ in 0..<20 {
            district.clock.advance(by: 60)
            _ = try await district.report()
        }
        try await district.run { client in
            let first = try await client.get("/reports", as: .zhangWei)
            #expect(!first.text.contains("/reports/\(id)") && !first.text.contains("解决了吗？"))
            let next = try #require(first.text.firstMatch(of: /href="(\/reports\?cursor=[^"]+)"/)?.1)
            let second = try await client.get(String(next), as: .zhangWei)
            #expect(second.text.contains("/reports/\(id)") && second.text.contains("解决了吗？"))
            #expect(!second.text.contains("?cursor="))
            #expect(try await client.get("/reports?cursor=x", as: .zhangWei).status == .unprocessableContent)
        }
    }

    private func page(of id: ID<Case>, in district: TestDistrict) async throws -> MyReportPage {
        MyReportPage(try await district.story(id), identity: .named, words: try await district.words())
    }
}

extension TestDistrict {
    /// Leads cases of Zhang Wei's through every state there is, and looks at each.
    func everyState(_ look: (ID<Case>) async throws -> Void) async throws {
        let food = try office("SH-FOOD")
        typealias Step = (String, Someone, (inout StepInput) throws -> Void)
        let photo = try await photo(by: .liNa)
        let ways: [[Step]] = [
            [
                ("accept", .wangFang, { _ in }), ("dispatch", .wangFang, { $0.office = food }),
                ("check", .liNa, { _ in }),
                ("requestExtension", .liNa, { $0.note = "等检验" }),
                (
                    "pause", .liNa,
                    {
                        $0.reason = "testing"
                        $0.note = "送检"
                    }
                ), ("verify", .liNa, { $0.result = "属实" }),
                (
                    "rectify", .liNa,
                    {
                        $0.note = "清洗"
                        $0.day = day("2026-10-20")
                    }
                ), ("recheck", .liNa, { $0.photos = [photo] }), ("close", .liNa, { $0.result = "办结" }),
                ("requestReopen", .zhangWei, { $0.note = "又有了" }), ("keepClosed", .chenGang, { $0.result = "维持" }),
            ],
            [
                ("dispatch", .wangFang, { $0.office = food }), ("check", .liNa, { _ in }),
                (
                    "unfound", .liNa,
                    {
                        $0.reason = "notFound"
                        $0.result = "没有发现"
                    }
                ),
            ],
            [
                (
                    "handOver", .wangFang,
                    {
                        $0.body = "agriculture"
                        $0.result = "已移交"
                    }
                ), ("recordReceipt", .wangFang, { $0.receipt = "88号" }), ("conclude", .wangFang, { $0.result = "已告知" }),
            ],
            [
                (
                    "decline", .wangFang,
                    {
                        $0.reason = "repeat"
                        $0.result = "报过了"
                    }
                )
            ],
        ]
        for way in ways {
            let id = try await report()
            try await look(id)
            for (step, someone, fill) in way {
                clock.advance(by: 60)
                try await take(step, on: id, by: someone, fill)
                try await look(id)
            }
        }
    }
}
