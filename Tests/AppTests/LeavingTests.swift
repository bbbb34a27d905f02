import App
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

/// Leaving: what was asked is counted, what can be is erased, what the law keeps says nothing of who it was.
@Suite struct LeavingTests {
    @Test func `a deletion is counted in working days and can be taken back`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let token = try await city.token(.zhangWei)
            let plain = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: token)
            #expect(plain.status == .forbidden, "not without a fresh code")
            try await client.prove(token)
            let asked = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: token)
            #expect(asked.status == .created, "\(asked.text)")
            // Asked on Wednesday, 30 September: the holidays don't count, the Saturday that is worked for them does.
            #expect(try asked.json()["due"] as? String == "2026-10-27")
            let again = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: token)
            #expect(again.status == .conflict)
            #expect(try await city.product.myData.requests.run().erased == 0)
            let id = try asked.json()["id"] as? String ?? ""
            #expect(try await client.api(.delete, "/me/requests/\(id)", as: .liuYang).status == .notFound)
            #expect(try await client.api(.delete, "/me/requests/\(id)", as: .zhangWei).status == .noContent)
            #expect(try await client.api(.delete, "/me/requests/\(id)", as: .zhangWei).status == .conflict)
            city.clock.advance(by: 10 * 86_400)
            #expect(try await city.product.myData.requests.run().erased == 0)
            #expect(try await client.get("/me", as: .zhangWei).status == .ok)
        }
    }

    @Test func `after it nobody can tell who it was, and the totals are as before`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [Pictures.jpeg(4)])
            try await client.close(id)
            _ = try await client.api(.post, "/reports/\(id)/rating", as: .zhangWei, json: ["rating": "solved"])
            _ = try await client.api(
                .post, "/me/consents", as: .zhangWei, json: ["purpose": "news", "version": "1", "given": true])
            await city.catchUp()
            let figures = try await client.get("/public/figures").text
            let account = try city.person(.zhangWei).id
            let token = try await city.token(.zhangWei)
            try await client.prove(token)
            _ = try await client.api(
                .post, "/me/requests", json: ["kind": "correction", "text": "名字写错了"], token: token)
            _ = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: token)
            city.clock.advance(by: 3 * 86_400 + 1)
            #expect(try await city.product.myData.requests.run().erased == 1)
            #expect(try await city.product.myData.requests.run().erased == 0)

            #expect(try await client.api(.get, "/me", token: token).status == .unauthorized)
            for (table, column) in [
                ("session", "account_id"), ("consent_entry", "account_id"), ("notice", "account_id"),
                ("photo", "account_id"), ("matter_step", "actor_id"), ("data_request", "account_id"),
                ("account_contact", "account_id"),
            ] {
                let left = try await city.count(
                    "SELECT COUNT(*) FROM \(identifier: table) WHERE \(identifier: column) = \(account)")
                #expect(left == 0, "\(table)")
            }
            let named = try await city.count(
                """
                SELECT COUNT(*) FROM account WHERE id = \(account) AND (pseudonym IS NOT NULL OR platform IS NOT NULL OR company IS NOT NULL OR site IS NOT NULL OR territory_code IS NOT NULL)
                """)
            #expect(named == 0)
            #expect(try await city.reported(by: account) == 0)
            let after = try await client.get("/public/figures").json()
            let before = try JSONSerialization.jsonObject(with: Data(figures.utf8)) as? [String: Any] ?? [:]
            for name in ["registered", "received", "verified", "inProgress"] {
                #expect(after[name] as? Int == before[name] as? Int, "\(name)")
            }
            // The file of the case can still be read; its reporter can't be asked for any more.
            let page = try await client.page("/work/cases/\(id)", as: .liNa)
            #expect(page.status == .ok && page.text.contains("后厨有老鼠"))
            #expect(try await client.api(.post, "/cases/\(id)/reporter", as: .liNa).status == .notFound)

            // The same number is somebody new.
            let code = try await client.api(.post, "/session/code", json: ["phone": Someone.zhangWei.phone]).json()
            let entered = try await client.api(
                .post, "/session",
                json: ["phone": Someone.zhangWei.phone, "code": code["demoCode"] as? String ?? ""])
            let owner = try entered.json()["account"] as? [String: Any]
            #expect(owner?["id"] as? String != account.text)
            let fresh = try entered.json()["token"] as? String ?? ""
            let reports = try await client.api(.get, "/reports", token: fresh).json()["items"] as? [Any]
            #expect(reports?.isEmpty == true)
        }
    }

    @Test func `an open case keeps its link until it has ended`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            let account = try city.person(.zhangWei).id
            let token = try await city.token(.zhangWei)
            try await client.prove(token)
            let asked = try await client.api(.post, "/me/requests", json: ["kind": "deletion"], token: token).json()
            let request = try #require(ID<DataRequest>(asked["id"] as? String ?? ""))
            try await city.product.myData.requests.carryOut(request)
            let contacts = try await city.count("SELECT COUNT(*) FROM account_contact WHERE account_id = \(account)")
            #expect(contacts == 0)
            #expect(try await city.reported(by: account) == 1)
            #expect(try await city.count("SELECT COUNT(*) FROM data_request WHERE state = 'held'") == 1)
            #expect(try await client.api(.post, "/cases/\(id)/reporter", as: .liNa).status == .notFound)
            try await client.step("verify", on: id, as: .liNa, ["result": "查实"])
            try await client.step("close", on: id, as: .liNa, ["result": "已整改"])
            #expect(try await city.product.myData.requests.run().erased == 1)
            #expect(try await city.reported(by: account) == 0)
            #expect(try await city.count("SELECT COUNT(*) FROM notice WHERE account_id = \(account)") == 0)
            #expect(try await city.count("SELECT COUNT(*) FROM data_request WHERE state = 'done'") == 1)
        }
    }

    @Test func `a request that is late is named to the administrator, once and without whose it is`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let asked = try await client.api(
                .post, "/me/requests", as: .zhangWei, json: ["kind": "explanation", "text": "为什么看我的号码？"])
            #expect(asked.status == .created)
            city.clock.set(to: Date(shanghai: "2026-10-27 23:59"))
            #expect(try await city.product.myData.requests.run().overdue == 0)
            city.clock.set(to: Date(shanghai: "2026-10-28 00:01"))
            #expect(try await city.product.myData.requests.run().overdue == 1)
            #expect(try await city.product.myData.requests.run().overdue == 0)
            let entries = try await city.journal("data-request.overdue")
            #expect(entries.count == 1)
            #expect(entries.allSatisfy { !String(decoding: $0.data, as: UTF8.self).contains("为什么") })
            let request = try #require(ID<DataRequest>(try asked.json()["id"] as? String ?? ""))
            try await city.product.myData.requests.answer(request, .done, words: "承办人要打电话核实地点。")
            let mine = try await client.get("/me/requests", as: .zhangWei).text
            #expect(mine.contains("承办人要打电话核实地点"))
            #expect(try await client.page("/me/data", as: .zhangWei).text.contains("承办人要打电话核实地点"))
            await #expect(throws: DataRequestError.notOpen) {
                try await city.product.myData.requests.answer(request, .refused, words: "x")
            }
        }
    }

    @Test func `a day that isn't known yet is said to be unknown, and is counted when the calendar comes`() async throws
    {
        let city = try await TestCity(at: Date(shanghai: "2026-12-20 10:00"))
        try await city.run { client in
            let asked = try await client.api(
                .post, "/me/requests", as: .zhangWei, json: ["kind": "correction", "text": "站点写错了"])
            #expect(try asked.json()["due"] == nil)
            #expect(try await client.page("/me/data", as: .zhangWei).text.contains("还没公布"))
            city.clock.set(to: Date(shanghai: "2027-03-01 10:00"))
            #expect(try await city.product.myData.requests.run().overdue == 0)
        }
    }

    @Test func `a lost number is replaced by the administrator's decision`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let token = try await city.token(.zhangWei)
            let asked = try await client.api(
                .post, "/me/requests", json: ["kind": "lostPhone", "phone": "13700001111", "text": "手机掉河里了"],
                token: token)
            let request = try #require(ID<DataRequest>(try asked.json()["id"] as? String ?? ""))
            let kept = try await city.count(
                "SELECT COUNT(*) FROM data_request WHERE words_sealed IS NOT NULL AND answer_sealed IS NULL")
            #expect(kept == 1)
            try await city.product.myData.requests.answer(request, .done, words: "已核对，换好了。")
            #expect(try await client.api(.get, "/me", token: token).status == .unauthorized)
            let me = try await client.get("/me", as: .zhangWei).json()
            #expect(me["phone"] as? String == "137****1111")
        }
    }
}

extension TestCity {
    /// In how many cases the sealed link still leads to this account.
    fileprivate func reported(by account: ID<Account>) async throws -> Int {
        try await product.services.database.read { db in
            try [true, false].reduce(0) {
                try $0 + ReporterStore(db).matters(of: account, ended: $1, at: .saturdayMorning).count
            }
        }
    }
}
