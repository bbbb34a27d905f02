import Access
import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import MyData
import People
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import Retention

/// A hold: who sets it, what it keeps, how it ends.
@Suite struct CaseHoldTests {
    @Test func `a supervisor holds a case, everybody who works on it sees why, and it loses nothing until the day`()
        async throws
    {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [Pictures.jpeg(4)])
            try await client.close(id)
            let officer = try await client.page("/work/cases/\(id)", as: .liNa)
            #expect(!officer.text.contains("/work/cases/\(id)/hold"), "not an officer's to set")

            let browser = try await Browser(client, .chenGang)
            let page = try await browser.page("/work/cases/\(id)")
            let token = browser.token(in: page)
            func set(_ until: String, _ reason: String) async throws -> TestResponse {
                try await browser.submit(
                    "/work/cases/\(id)/hold", ["formToken": token, "until": until, "reason": reason])
            }
            for (until, reason, error) in [
                ("", "行政复议 <b>", "hold-until-error"), ("2026-09-29", "行政复议 <b>", "hold-until-error"),
                ("2030-01-01", "行政复议 <b>", "hold-until-error"), ("soon", "行政复议 <b>", "hold-until-error"),
                ("2027-01-31", "", "hold-reason-error"),
                ("2027-01-31", String(repeating: "长", count: 501), "hold-reason-error"),
            ] {
                let refused = try await set(until, reason)
                #expect(refused.status == .unprocessableContent && refused.text.contains(error), "\(until)")
                let typed = reason.replacing("<b>", with: "&lt;b&gt;")
                #expect(typed.isEmpty || refused.text.contains(typed), "\(until)")
                #expect(refused.text.contains("value=\"\(until)\""), "\(until)")
            }
            #expect(try await set("2027-01-31", "行政复议 12 号").status == .seeOther)
            let seen = try await client.page("/work/cases/\(id)", as: .liNa)
            #expect(seen.text.contains("留存到 2027年1月31日") && seen.text.contains("行政复议 12 号"))
            #expect(seen.text.contains("陈刚"))
            #expect(try await client.page("/reports/\(id)", as: .zhangWei).text.contains("行政复议") == false)
            #expect(try await city.journal("case.held").count == 1)
            #expect(try await city.journal("case.held").allSatisfy { $0.data == Data(#"{"until":"2027-01-31"}"#.utf8) })

            // 90 days later everything else would go.
            city.clock.set(to: Date(shanghai: "2027-01-31 23:59"))
            for kind in ["photo-originals", "reporter-links"] { #expect(try await city.due(kind) == 0) }
            city.clock.set(to: Date(shanghai: "2027-02-01 00:00"))
            for kind in ["photo-originals", "reporter-links"] { #expect(try await city.due(kind) == 1) }
        }
    }

    @Test func `a hold is lifted, and out of scope there is none`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.close(id)
            let browser = try await Browser(client, .chenGang)
            let token = browser.token(in: try await browser.page("/work/cases/\(id)"))
            let fields = ["formToken": token, "until": "2028-01-31", "reason": "诉讼"]
            #expect(try await browser.submit("/work/cases/\(id)/hold", fields).status == .seeOther)
            city.clock.advance(by: 100 * 86_400)
            #expect(try await city.due("reporter-links") == 0)

            for (someone, status) in [(Someone.wuPing, HTTPResponse.Status.notFound), (.liNa, .notFound)] {
                let other = try await Browser(client, someone)
                let own = other.token(in: try await other.page("/me"))
                for path in ["hold", "hold/end"] {
                    let answer = try await other.submit(
                        "/work/cases/\(id)/\(path)", fields.merging(["formToken": own]) { $1 })
                    #expect(answer.status == status, "\(someone) \(path)")
                }
            }
            let again = try await Browser(client, .chenGang)
            let fresh = again.token(in: try await again.page("/work/cases/\(id)"))
            #expect(try await again.submit("/work/cases/\(id)/hold/end", ["formToken": fresh]).status == .seeOther)
            #expect(try await again.submit("/work/cases/\(id)/hold/end", ["formToken": fresh]).status == .seeOther)
            #expect(try await city.journal("case.hold-lifted").count == 1)
            #expect(try await city.due("reporter-links") == 1)
        }
    }

    @Test func `a program holds and lifts as a supervisor does`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.close(id)
            let hold = ["until": "2028-01-31", "reason": "诉讼"]
            #expect(try await client.api(.put, "/cases/\(id)/hold", as: .liNa, json: hold).status == .notFound)
            #expect(try await client.api(.put, "/cases/\(id)/hold", as: .wuPing, json: hold).status == .notFound)
            #expect(try await client.get("/cases/\(id)/hold", as: .liNa).status == .notFound)
            let far = try await client.api(
                .put, "/cases/\(id)/hold", as: .chenGang, json: hold.merging(["until": "2032-01-31"]) { $1 })
            #expect(far.status == .unprocessableContent)
            #expect(try await client.api(.put, "/cases/\(id)/hold", as: .chenGang, json: hold).status == .noContent)
            let shown = try await client.get("/cases/\(id)/hold", as: .liNa).json()
            #expect(shown["until"] as? String == "2028-01-31" && shown["reason"] as? String == "诉讼")
            #expect(try await client.get("/cases/\(id)/hold", as: .wuPing).status == .notFound)
            #expect(try await client.api(.delete, "/cases/\(id)/hold", as: .chenGang).status == .noContent)
            #expect(try await client.get("/cases/\(id)/hold", as: .liNa).status == .notFound)
        }
    }

    /// Who leaves takes nothing out of the file of a held case; it goes when the hold ends.
    @Test func `a held case keeps its link when its reporter leaves`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.close(id)
            let browser = try await Browser(client, .chenGang)
            let token = browser.token(in: try await browser.page("/work/cases/\(id)"))
            _ = try await browser.submit(
                "/work/cases/\(id)/hold", ["formToken": token, "until": "2026-10-20", "reason": "诉讼"])
            let rider = try await city.token(.zhangWei)
            try await client.prove(rider)
            _ = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: rider)
            city.clock.set(to: Date(shanghai: "2026-10-10 12:00"))
            #expect(try await city.product.myData.requests.run().erased == 0)
            #expect(try await city.count("SELECT COUNT(*) FROM data_request WHERE state = 'held'") == 1)
            city.clock.set(to: Date(shanghai: "2026-10-21 12:00"))
            #expect(try await city.product.myData.requests.run().erased == 1)
        }
    }

    @Test func `the administrator sees the spans, what is due and the last runs`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [Pictures.jpeg(4)])
            try await client.close(id)
            #expect(try await client.page("/admin/retention", as: .liNa).status == .notFound)
            #expect(try await client.get("/retention", as: .liNa).status == .notFound)
            city.clock.advance(by: 91 * 86_400)
            for language in ["zh-Hans", "en"] {
                let page = try await client.page("/admin/retention", as: .heMin, language: language)
                #expect(page.status == .ok)
                #expect(!page.text.contains(/retention\.(?!json)/), "all words are there")
                for kind in city.product.facts.retention.kinds {
                    let name = language == "en" ? kind.name.english : kind.name.chinese
                    #expect(page.text.contains(name), "\(kind.kind)")
                }
            }
            let items = try await client.get("/retention", as: .heMin).json()["items"] as? [[String: Any]] ?? []
            #expect(items.count == city.product.facts.retention.kinds.count)
            let originals = items.first { $0["kind"] as? String == "photo-originals" }?["due"] as? [String: Int]
            #expect(originals == ["rows": 1, "photos": 1])
            try await city.product.retention.commands.run(because: .job)
            let after = try await client.page("/admin/retention", as: .heMin)
            #expect(after.text.contains("定时任务") && after.text.contains("现在没有到期的数据"))
            // The case can still be shown, with the photo that is left.
            let shown = try await client.page("/work/cases/\(id)", as: .liNa)
            #expect(shown.status == .ok && shown.text.contains("后厨有老鼠"))
            city.clock.advance(by: 6 * 365 * 86_400)
            try await city.product.retention.commands.run(because: .job)
            // All roles of that time have ended: a new colleague looks.
            let accounts = city.product.people.accounts
            let colleague = try await accounts.createStaff(login: "new", name: "新来", password: TestCity.password).person
            _ = try await accounts.grant(
                Grant(role: .officer, office: city.offices["SH-FOOD"]), to: "new", because: "x")
            let cookie = "nuanxin=\(try await city.token(of: colleague, means: .cookie))"
            let erased = try await client.http.page("/work/cases/\(id)", cookie: cookie)
            #expect(erased.status == .ok && erased.text.contains("已过保存期限") && !erased.text.contains("老鼠"))
            #expect(!erased.text.contains("李娜") && !erased.text.contains("查实，"))
            #expect(try await client.http.page("/work?view=all", cookie: cookie).status == .ok)
            let token = try await city.token(of: colleague, means: .bearer)
            #expect(try await client.api(.get, "/cases/\(id)", token: token).status == .ok)
        }
    }
}

extension TestCity {
    /// How many rows of a kind would go now.
    fileprivate func due(_ kind: String) async throws -> Int {
        try await product.retention.commands.plan().lines.first { $0.kind == kind }?.now.rows ?? -1
    }
}
