import Access
import App
import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import People
import Storage
import TestSupport
import Testing
import Web

@testable import MyData

/// What people are told of who can see them is what the policy decides, and what they withdraw is withdrawn at once.
@Suite struct MyDataTests {
    @Test func `who can see a report, as the page says it, is what the policy decides for each person`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let named = try await client.report()
            let hidden = try await client.report(["identity": "confidential"])
            let far = try await client.report(in: TestCity.inHeping)
            try await client.bringToCheck(named)
            try await client.bringToCheck(hidden, by: .zhaoQiang)
            for id in [named, hidden, far] {
                let compared = try await city.compare(id)
                #expect(compared.differences == [], "\(id)")
                #expect(compared.sees >= 2, "the comparison compares something")
            }
            #expect(try await city.compare(named).learns == 1, "only the handler of the named one")
            #expect(try await city.compare(hidden).learns == 0)
        }
    }

    @Test func `whoever stands in for the handler is among those who may learn who reported`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            let office = try await city.product.services.database.read { db in
                try ID<Case>(id).flatMap { try CaseStore(db).find($0)?.office }
            }
            let standIn = Grant(role: .officer, office: office, actingFor: try city.person(.liNa).id)
            let login = Someone.sunLi.rawValue
            _ = try await city.product.people.accounts.grant(
                standIn, to: login, until: city.clock.now + 7 * 86_400, because: "holiday")
            let compared = try await city.compare(id)
            #expect(compared.differences == [])
            #expect(compared.learns == 2)
        }
    }

    @Test func `every row of the policy about riders has words in both languages`() throws {
        for language in Language.allCases {
            let t = try Strings(language, in: MyData.bundle)
            for rule in try Policy.shipped.rules where ["case", "staff"].contains(rule.kind) {
                let kind = rule.kind == "case" ? "case" : "account"
                let own = "visibility.\(kind).\(rule.role.rawValue).\(rule.view.rawValue)"
                #expect(t.has(own) || t.has("visibility.\(kind).any.\(rule.view.rawValue)"), "\(own)")
            }
        }
    }

    @Test func `agreeing to be named shows what that adds, and withdrawing hides the name everywhere`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            func seers(_ query: String = "") async throws -> [[String: Any]] {
                try await client.get("/me/visibility\(query)", as: .zhangWei).json()["report"] as? [[String: Any]] ?? []
            }
            func mayLearn(_ seers: [[String: Any]]) -> Int { seers.count { $0["seesReporter"] as? Bool == true } }
            #expect(try await mayLearn(seers()) == 0)
            #expect(try await mayLearn(seers("?named=true")) > 0)
            for (given, status) in [(true, 204), (true, 204)] {
                let set = try await client.api(
                    .post, "/me/consents", as: .zhangWei, json: ["purpose": "named", "version": "1", "given": given])
                #expect(set.status.code == status)
            }
            #expect(try await mayLearn(seers()) > 0)
            #expect(try await client.api(.post, "/cases/\(id)/reporter", as: .liNa).status == .ok)
            _ = try await client.api(
                .post, "/me/consents", as: .zhangWei, json: ["purpose": "named", "version": "1", "given": false])
            #expect(try await mayLearn(seers()) == 0)
            #expect(try await client.api(.post, "/cases/\(id)/reporter", as: .liNa).status == .notFound)
            #expect(try await city.count("SELECT COUNT(*) FROM consent_entry WHERE purpose = 'named'") == 2)
            for wrong in [
                ["purpose": "named", "version": "0", "given": true],
                ["purpose": "profile", "version": "1", "given": true],
            ] as [[String: Any]] {
                let answer = try await client.api(.post, "/me/consents", as: .zhangWei, json: wrong)
                #expect(answer.status == .unprocessableContent)
            }
            let needed: [String: Any] = ["purpose": "handling", "version": "1", "given": false]
            #expect(try await client.api(.post, "/me/consents", as: .zhangWei, json: needed).status == .notFound)
            #expect(try await client.get("/purposes").status == .ok)
        }
    }

    @Test func `each look is one line for its person, without who, and a message`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            _ = try await client.api(.post, "/cases/\(id)/reporter", as: .liNa)
            for _ in 0..<2 { await city.catchUp() }
            let answer = try await client.get("/me/looks", as: .zhangWei)
            let items = try answer.json()["items"] as? [[String: Any]] ?? []
            #expect(items.count == 1)
            #expect(items.first?["role"] as? String == "officer")
            #expect(items.first?["purpose"] as? String == "handling")
            #expect(items.first?["report"] as? String == id)
            #expect((items.first?["unit"] as? String)?.isEmpty == false)
            let pages = [
                answer.text, try await client.page("/me/data/looks", as: .zhangWei).text,
                try await client.page("/inbox", as: .zhangWei).text,
                try await client.get("/notices", as: .zhangWei).text,
            ]
            #expect(pages[2].contains("有人看了你的信息"))
            let officer = try city.person(.liNa).id.text
            for text in pages {
                #expect(!text.contains(Someone.liNa.name) && !text.contains(officer))
            }
            // A message of a look is as long as one of a step: a copy of the table doesn't show whom somebody looked at.
            #expect(try await city.count("SELECT COUNT(DISTINCT length(sealed)) FROM notice") == 1)
            #expect(try await client.get("/me/looks", as: .liuYang).text.contains(id) == false)
            #expect(try await client.page("/reports/new", as: .zhangWei).text.contains("<b class=\"badge\">"))
            _ = try await client.api(.post, "/notices/reading", as: .zhangWei, json: [:])
            #expect(!(try await client.page("/reports/new", as: .zhangWei).text.contains("<b class=\"badge\">")))
        }
    }

    @Test func `data are taken along after a fresh code only, whole, and each time is written down`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [Pictures.jpeg(3)])
            let other = try await client.report(as: .liuYang)
            try await client.close(id)
            await city.catchUp()
            let token = try await city.token(.zhangWei)
            let refused = try await client.api(.post, "/me/export", token: token)
            #expect(refused.status == .forbidden)
            #expect(try refused.json()["type"] as? String == "/problems/proof-needed")
            try await client.prove(token)
            let answer = try await client.api(.post, "/me/export", token: token)
            #expect(answer.status == .ok, "\(answer.text)")
            #expect(answer.headers[.cacheControl] == "no-store")
            let document = try answer.json()
            let account = document["account"] as? [String: Any]
            #expect(account?["phone"] as? String == Someone.zhangWei.phone)
            let reports = document["reports"] as? [[String: Any]] ?? []
            #expect(reports.map { $0["id"] as? String } == [id])
            #expect((reports.first?["told"] as? [Any])?.count == 5)
            #expect((reports.first?["photos"] as? [[String: Any]])?.first?["sha256"] is String)
            #expect(!answer.text.contains(other) && !answer.text.contains(Someone.liNa.name))
            #expect(try await city.journal("data.exported").count == 1)
            let noted = try await city.count(
                "SELECT COUNT(*) FROM data_request WHERE kind = 'export' AND state = 'done'")
            #expect(noted == 1)
            city.clock.advance(by: 301)
            #expect(try await client.api(.post, "/me/export", token: token).status == .forbidden)
        }
    }

    @Test func `all pages are there for riders and staff, in both languages`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            _ = try await client.report()
            let shared = [
                "/me", "/me/data", "/me/data/visibility", "/me/data/looks", "/me/data/export",
                "/me/data/correction",
            ]
            let own = ["/me/data/consents", "/me/data/deletion", "/me/data/lost-phone"]
            for language in ["zh-Hans", "en"] {
                for path in shared + own {
                    let page = try await client.page(path, as: .zhangWei, language: language)
                    #expect(page.status == .ok, "\(path)")
                    #expect(!page.text.contains(/\{[a-z]+\}/), "\(path)")
                    #expect(!page.text.contains(/>(mydata|visibility|looks)\.[a-z]/), "\(path)")
                    let staff = try await client.page(path, as: .liNa, language: language)
                    #expect(staff.status == (shared.contains(path) ? .ok : .notFound), "\(path)")
                }
            }
        }
    }

    @Test func `a switch first says what it changes, and changes nothing before it is confirmed`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let browser = try await Browser(client, .zhangWei)
            let token = browser.token(in: try await browser.page("/me/data/consents"))
            let fields = ["formToken": token, "given": "yes", "version": "1"]
            let preview = try await browser.submit("/me/data/consents/named", fields)
            #expect(preview.status == .ok)
            #expect(preview.text.contains("改了以后：看到你上报的内容"))
            #expect(preview.text.contains("只有办这件事的那一位"))
            #expect(try await city.count("SELECT COUNT(*) FROM consent_entry") == 0)
            let done = try await browser.submit("/me/data/consents/named", fields.merging(["confirmed": "1"]) { $1 })
            #expect(done.status == .seeOther)
            #expect(try await browser.page("/reports/new").text.contains("value=\"named\" checked"))

            let moved = try await browser.submit("/me/data/correction", ["formToken": token, "territory": "210102"])
            #expect(moved.status == .ok && moved.text.contains("没有变化"))
            let saved = try await browser.submit(
                "/me/data/correction", ["formToken": token, "territory": "210102", "confirmed": "1"])
            #expect(saved.status == .seeOther)
            #expect(try await client.get("/me", as: .zhangWei).json()["territory"] as? String == "210102")
            let nowhere = try await browser.submit("/me/data/correction", ["formToken": token, "territory": "999999"])
            #expect(nowhere.status == .unprocessableContent)
        }
    }
}

extension CityClient {
    /// Shows afresh, by the code that the demo shows, who is at the other end of a session.
    func prove(_ token: String) async throws {
        let asked = try await api(.post, "/me/proof/code", token: token).json()
        let code = asked["demoCode"] as? String ?? ""
        let answer = try await api(.post, "/me/proof", json: ["code": code], token: token)
        #expect(answer.status == .ok, "\(answer.text)")
    }
}

extension TestCity {
    /// Holds what a rider would read of who sees a report against what the policy decides for every member of staff.
    func compare(_ id: String) async throws -> (differences: [String], sees: Int, learns: Int) {
        let staff = try Someone.staff.map { try person($0) }
        let services = product.services
        let facts = product.facts.cases
        let now = clock.now
        return try await services.database.read { db in
            let matter = try #require(try ID<Case>(id).flatMap { try CaseStore(db).find($0) })
            let reporter = try #require(try ReporterStore(db).find(matter.id))
            let account = try #require(try ReporterStore(db).recipient(of: matter.id))
            let desk = try VisibilityDesk(services, facts: facts, of: account, at: now, in: db)
            let said = try desk.report(matter, identity: reporter.identity)
            var (differences, sees, learns) = ([String](), 0, 0)
            for person in staff {
                let grants = try GrantStore(db).current(of: person.id, at: now)
                let access = CaseAccess(
                    services.policy, matter, caller: Caller(id: person.id, name: "", grants: grants),
                    sector: facts.categories.sector(of: matter.category), isOwn: false)
                let isHandler = matter.handler.map { handler in
                    handler == person.id || grants.contains { $0.actingFor == handler }
                }
                let told = said.shows(grants, isHandler: isHandler ?? false)
                let decided = (access.maySeeAsStaff, access.maySeeReporter && reporter.identity == .named)
                if told != decided { differences.append("\(person.callName): \(told) for \(decided)") }
                sees += decided.0 ? 1 : 0
                learns += decided.1 ? 1 : 0
            }
            return (differences, sees, learns)
        }
    }
}
