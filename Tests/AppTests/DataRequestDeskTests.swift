import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import MyData
@testable import People

/// What people ask about their own data is answered by the custodian, on a page and by program.
@Suite struct DataRequestDeskTests {
    private static let list = "/work/data-requests"
    private static let words = "为什么看了我的号码？<b>"

    @Test func `the custodian opens a request, answers it, and the person reads the answer`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await GuardDesk(client, .custodian)
            #expect(try await desk.page("/work").headers[.location] == Self.list)
            #expect(try await desk.page(Self.list).text.contains("没有等答复的请求"))
            let id = try await client.ask("explanation", text: Self.words)
            let shown = try await desk.page(Self.list).text
            #expect(shown.contains("要个说法") && shown.contains("2026年10月27日前答复") && shown.contains("还剩 27 天"))
            #expect(!shown.contains("号码？") && !shown.contains(Someone.zhangWei.name))
            #expect(try await city.journal("data-request.read").isEmpty)

            let address = "\(Self.list)/\(id)"
            let opened = try await desk.page(address)
            #expect(opened.text.contains("为什么看了我的号码？&lt;b&gt;") && opened.headers[.cacheControl] == "no-store")
            #expect(opened.text.contains("2026年10月1日") && opened.text.contains("name=\"totp\""))
            let looks = try await city.journal("data-request.read")
            #expect(looks.map(\.actor) == [desk.person.id] && looks.first?.subject.uuidString.lowercased() == id)

            func answer(_ fields: [String: String]) async throws -> TestResponse {
                try await desk.submit("\(address)/answer", fields, from: "/me")
            }
            let good = ["outcome": "done", "words": "承办人要打电话核实 <i>地点"]
            for (field, value) in [("outcome", ""), ("outcome", "open"), ("words", " ")] {
                let again = try await answer(good.merging([field: value]) { $1 })
                #expect(again.status == .unprocessableContent && again.text.contains("\(field)-error"), "\(field)")
                if field != "words" { #expect(again.text.contains("承办人要打电话核实 &lt;i&gt;地点")) }
            }
            let long = try await answer(good.merging(["words": String(repeating: "长", count: 1001)]) { $1 })
            #expect(long.status == .unprocessableContent && long.text.contains("words-error"))
            let unproven = try await answer(good)
            #expect(unproven.status == .unprocessableContent && unproven.text.contains("totp-error"))
            #expect(unproven.text.contains("href=\"#totp\">动态码，确认是你本人："), "the summary says which field")
            #expect(unproven.text.contains("承办人要打电话核实") && unproven.text.contains("value=\"done\" required checked"))
            #expect(try await city.count("SELECT COUNT(*) FROM data_request WHERE state = 'open'") == 1)
            try await desk.prove()
            let done = try await answer(good)
            #expect(done.headers[.location] == "\(Self.list)?done=data-request-answered", "\(done.text)")
            #expect(try await client.get("/me/requests", as: .zhangWei).text.contains("承办人要打电话核实"))
            #expect(try await client.page("/me/data", as: .zhangWei).text.contains("承办人要打电话核实"))
            let after = try await desk.page(Self.list).text
            #expect(after.contains("管the-custodian") && after.contains("按时") && !after.contains("核实"))
            #expect(try await city.journal("data-request.done").map(\.actor) == [desk.person.id])
            for entry in try await city.journal("data-request.read") + city.journal("data-request.done") {
                #expect(String(decoding: entry.data, as: UTF8.self) == #"{"kind":"explanation"}"#)
            }

            // Somebody else was faster: what they write isn't lost.
            let second = try await GuardDesk(client, .custodian, login: "second")
            try await second.prove()
            let late = try await second.submit(
                "\(address)/answer", ["outcome": "refused", "words": "我也写了"], from: "/me")
            #expect(late.status == .conflict, "\(late.status)")
            for text in ["这个请求已经有结果了", "我也写了", "承办人要打电话核实 &lt;i&gt;地点"] {
                #expect(late.text.contains(text), "\(text)")
            }
            #expect(try await client.get("/me/requests", as: .zhangWei).text.contains("我也写了") == false)
        }
    }

    @Test func `another number needs that the identity was checked, and ends all sessions`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let rider = try await city.token(.zhangWei)
            let taken = try await client.ask("lostPhone", text: "掉河里了", phone: Someone.liuYang.phone)
            let id = try await client.ask("lostPhone", text: "掉河里了", phone: "13700001111")
            let desk = try await GuardDesk(client, .custodian)
            try await desk.prove()
            let page = try await desk.page("\(Self.list)/\(id)").text
            #expect(page.contains("13700001111") && page.contains("138****7788") && page.contains("所有设备都退出登录"))
            #expect(!page.contains(Someone.zhangWei.phone))
            #expect(!(try await desk.page(Self.list).text.contains("1111")))
            func answer(_ id: String, _ fields: [String: String]) async throws -> TestResponse {
                try await desk.submit("\(Self.list)/\(id)/answer", fields, from: "/me")
            }
            let fields = ["outcome": "done", "words": "当面核对过"]
            let unchecked = try await answer(id, fields)
            #expect(unchecked.status == .unprocessableContent && unchecked.text.contains("identityChecked-error"))
            let checked = fields.merging(["identityChecked": "yes"]) { $1 }
            let inUse = try await answer(taken, checked)
            #expect(inUse.status == .unprocessableContent && inUse.text.contains("这个号码已经有人在用"))
            #expect(inUse.text.contains("当面核对过") && inUse.text.contains("value=\"yes\" checked"))
            #expect(try await client.api(.get, "/me", token: rider).status == .ok, "nothing was changed")
            #expect(try await answer(taken, ["outcome": "refused", "words": "号码是别人的"]).status == .seeOther)
            #expect(try await answer(id, checked).status == .seeOther)
            #expect(try await client.api(.get, "/me", token: rider).status == .unauthorized)
            #expect(try await client.get("/me", as: .zhangWei).json()["phone"] as? String == "137****1111")
            let changed = try await city.journal("account.phone-changed")
            #expect(changed.map(\.actor) == [desk.person.id])
            #expect(changed.allSatisfy { !String(decoding: $0.data, as: UTF8.self).contains("137") })
        }
    }

    @Test func `nobody answers what they asked themselves, and nobody but custodians sees requests`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await GuardDesk(client, .custodian)
            let (token, session) = try await city.program(of: desk.person)
            try await city.prove(session)
            try await desk.prove()
            let asked = try await client.api(
                .post, "/me/requests", json: ["kind": "correction", "text": "我的称呼"], token: token)
            let own = try #require(try asked.json()["id"] as? String)
            let page = try await desk.page("\(Self.list)/\(own)").text
            #expect(page.contains("请另一位保管人答复") && !page.contains("name=\"outcome\""))
            let refused = try await desk.submit(
                "\(Self.list)/\(own)/answer", ["outcome": "done", "words": "自己同意"], from: "/me")
            #expect(refused.status == .forbidden && refused.text.contains("不能答复自己的请求"))
            let answer = try await client.api(
                .post, "/data-requests/\(own)/answer", json: ["outcome": "done", "words": "x"], token: token)
            #expect(answer.status == .forbidden && answer.text.contains("own-data-request"))
            #expect(try await city.count("SELECT COUNT(*) FROM data_request WHERE state = 'open'") == 1)
            let other = try await GuardDesk(client, .custodian, login: "other")
            try await other.prove()
            let good = try await other.submit(
                "\(Self.list)/\(own)/answer", ["outcome": "done", "words": "改好了"], from: "/me")
            #expect(good.status == .seeOther)

            for someone in Someone.allCases {
                #expect(try await client.page(Self.list, as: someone).status == .notFound, "\(someone)")
                #expect(try await client.page("\(Self.list)/\(own)", as: someone).status == .notFound, "\(someone)")
                #expect(try await client.get("/data-requests/\(own)", as: someone).status == .notFound, "\(someone)")
            }
            for role in Role.guards {
                let guardian = try await GuardDesk(client, role)
                #expect(try await guardian.page("\(Self.list)/\(own)").status == .notFound, "\(role)")
            }
            #expect(try await desk.page("\(Self.list)/\(client.newKey())").status == .notFound)
        }
    }

    @Test func `a deletion isn't answered: the page says when it happens, and what holds it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            try await client.bringToCheck(try await client.report())
            let token = try await city.token(.zhangWei)
            try await client.prove(token)
            let asked = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: token).json()
            let id = try #require(asked["id"] as? String)
            let other = try await client.ask("explanation", text: "说说")
            let desk = try await GuardDesk(client, .custodian)
            try await desk.prove()
            let page = try await desk.page("\(Self.list)/\(id)").text
            #expect(page.contains("2026年10月3日起自动删除") && page.contains("还有 1 件上报没有办完"))
            #expect(!page.contains("name=\"outcome\""))
            let answer = try await desk.submit(
                "\(Self.list)/\(id)/answer", ["outcome": "done", "words": "删了"], from: "/me")
            #expect(answer.status == .conflict && answer.text.contains("这个请求不用答复"))

            city.clock.advance(by: 3 * 86_400 + 1)
            _ = try await city.product.myData.requests.run()
            let later = try await GuardDesk(client, .custodian, login: "later")
            #expect(try await later.page("\(Self.list)/\(id)").text.contains("剩下的等案件办结"))
            // Nobody is there any more who could read an answer.
            let left = try await later.page("\(Self.list)/\(other)").text
            #expect(left.contains("已撤回") && !left.contains("name=\"outcome\""))
            #expect(try await city.journal("data-request.taken-back").map(\.actor) == [nil])
        }
    }

    @Test func `what waits and what was in time is counted by days in Shanghai`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            var ids: [String] = []
            for number in 0..<4 { ids.append(try await client.ask("explanation", text: "第 \(number) 件")) }
            let requests = city.product.myData.requests
            func answer(_ index: Int, at time: String) async throws {
                city.clock.set(to: Date(shanghai: time))
                try await requests.answer(try #require(ID(ids[index])), .done, words: "好")
            }
            try await answer(0, at: "2026-10-27 23:59")
            try await answer(1, at: "2026-10-28 00:00")
            func counts() async throws -> DataRequestStore.Counts {
                let today = Day(of: city.clock.now)
                return try await city.product.services.database.read { db in
                    try DataRequestStore(db).counts(since: (today + -365).start, on: today)
                }
            }
            #expect(try await counts() == .init(open: 2, late: 2, answered: 2, inTime: 1))
            let desk = try await GuardDesk(client, .custodian)
            let page = try await desk.page(Self.list).text
            #expect(page.contains("超期 1 天") && page.contains("晚了") && page.contains("按时"))
            try await answer(2, at: "2027-10-28 12:00")
            #expect(try await counts() == .init(open: 1, late: 1, answered: 2, inTime: 0), "the first was long ago")
            try await city.product.services.database.write { db in
                try db.execute("UPDATE data_request SET due_day = NULL WHERE state = 'done'")
            }
            #expect(try await counts() == .init(open: 1, late: 1, answered: 2, withoutDay: 2), "neither nor")
        }
    }

    @Test func `programs page through requests, filter and answer them`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            var ids: [String] = []
            for number in 0..<5 {
                ids.append(try await client.ask("correction", text: "改 \(number)"))
                city.clock.advance(by: number == 2 ? 30 * 86_400 : 1)
            }
            let desk = try await GuardDesk(client, .custodian)
            let (token, session) = try await city.program(of: desk.person)
            func items(_ query: String) async throws -> [String] {
                let answer = try await client.api(.get, "/data-requests?\(query)", token: token)
                #expect(!answer.text.contains("改 "))
                return (try answer.json()["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            }
            #expect(try await items("overdue=true") == ids[0..<3].reversed())
            #expect(try await items("overdue=false&state=open") == ids[3...].reversed())
            #expect(try await items("state=done").isEmpty)
            var (found, next) = ([String](), "")
            repeat {
                let answer = try await client.api(.get, "/data-requests?limit=2\(next)", token: token).json()
                found += (answer["items"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
                next = (answer["next"] as? String).map { "&cursor=\($0)" } ?? ""
            } while !next.isEmpty
            #expect(found == ids.reversed())
            for wrong in ["state=x", "overdue=yes", "limit=0", "cursor=x"] {
                let answer = try await client.api(.get, "/data-requests?\(wrong)", token: token)
                #expect(answer.status == .unprocessableContent, "\(wrong)")
            }
            let file = try await client.api(.get, "/data-requests/\(ids[0])", token: token).json()
            #expect(file["text"] as? String == "改 0" && file["isOverdue"] as? Bool == true)
            let reply: [String: Any] = ["outcome": "refused", "words": "不能改"]
            let unproven = try await client.api(.post, "/data-requests/\(ids[0])/answer", json: reply, token: token)
            #expect(unproven.status == .forbidden)
            try await city.prove(session)
            for wrong in [["outcome": "open", "words": "x"], ["outcome": "done", "words": ""]] {
                let answer = try await client.api(.post, "/data-requests/\(ids[0])/answer", json: wrong, token: token)
                #expect(answer.status == .unprocessableContent)
            }
            for status in [HTTPResponse.Status.noContent, .conflict] {
                let answer = try await client.api(.post, "/data-requests/\(ids[0])/answer", json: reply, token: token)
                #expect(answer.status == status, "\(answer.text)")
            }
            #expect(try await items("state=refused") == [ids[0]])
        }
    }
}

extension CityClient {
    /// Asks as `zhangWei` and gives the request's identity.
    func ask(_ kind: String, text: String, phone: String? = nil) async throws -> String {
        var json: [String: Any] = ["kind": kind, "text": text]
        json["phone"] = phone
        let asked = try await api(.post, "/me/requests", as: .zhangWei, json: json)
        #expect(asked.status == .created, "\(asked.text)")
        return try asked.json()["id"] as? String ?? ""
    }
}

extension TestCity {
    /// A program's session.
    fileprivate func program(of person: Person) async throws -> (token: String, session: ID<Session>) {
        let token = try await token(of: person, means: .bearer)
        return (token, try await newestSession(of: person.id))
    }

    fileprivate func prove(_ session: ID<Session>) async throws {
        try await product.services.database.write { [now = clock.now] db in try ProofStore(db).set(session, at: now) }
    }
}
