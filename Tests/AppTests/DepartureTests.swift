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
@testable import People

/// Leave, stand-ins, suspension, and departure as one act.
@Suite struct DepartureTests {
    @Test func `who stands in works for the absent on those days, and on no other`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            _ = try await city.seat("absent", as: .officer, at: "SH-FOOD", client)
            let standIn = try await city.seat("stand.in", as: .officer, at: "HP-FOOD", client)
            let address = try await city.address("absent")
            let today = Day(of: city.clock.now)
            let good = ["standIn": "stand.in", "from": "\(today + 2)", "until": "\(today + 4)", "reason": "年假"]
            let faults: [(changes: [String: String], field: String)] = [
                (["standIn": "nobody"], "standIn"), (["standIn": "absent"], "standIn"),
                (["standIn": "security-1"], "standIn"), (["until": "\(today + 40)"], "until"),
                (["until": "\(today)"], "until"), (["from": "\(today + -1)"], "from"), (["reason": ""], "reason"),
            ]
            for (index, (changes, field)) in faults.enumerated() {
                let answer = try await desk.post(
                    "\(address)/leave", good.merging(changes) { $1 }, confirmed: index == 0)
                #expect(answer.text.contains("id=\"\(field)-error\""), "\(changes): \(answer.text)")
            }
            let set = try await desk.post("\(address)/leave", good)
            #expect(set.headers[.location] == "\(address)?done=leave-set", "\(set.text)")
            let twice = try await desk.post("\(address)/leave", good)
            #expect(twice.text.contains("id=\"from-error\""), "\(twice.text)")
            let other = try await city.address("stand.in")
            for page in [address, other] {
                #expect(try await desk.get(page).text.contains("名absent away, 名stand.in stands in"))
            }
            func posts() async throws -> [String] {
                let offices = try [city.office("SH-FOOD"): "SH", city.office("HP-FOOD"): "HP"]
                return try await city.grants("stand.in").map { offices[$0.grant.office?.text ?? ""] ?? "?" }.sorted()
            }
            #expect(try await posts() == ["HP"])
            city.clock.advance(by: 2 * 86_400)
            #expect(try await posts() == ["HP", "SH"])
            let absent = try await city.account("absent").person.id
            #expect(try await city.grants("stand.in").contains { $0.grant.actingFor == absent })
            city.clock.advance(by: 3 * 86_400)
            #expect(try await posts() == ["HP"], "it ended by itself")

            try await desk.signIn()
            let again = Day(of: city.clock.now)
            let next = ["standIn": "stand.in", "from": "\(again)", "until": "\(again + 4)", "reason": "病假"]
            _ = try await desk.post("\(address)/leave", next, confirmed: true)
            try await standIn.signIn()
            #expect(try await posts() == ["HP", "SH"])
            let page = try await desk.get(address).text
            let end = try #require(page.firstMatch(of: /href="([^"]+\/leaves\/[^"]+\/end)"/)).1
            #expect(try await desk.post(String(end), ["reason": "提前回来"]).status == .seeOther)
            #expect(try await posts() == ["HP"])
            #expect(try await !standIn.isSignedIn)
            #expect(try await desk.post(String(end), ["reason": "again"]).status == .notFound)

            _ = try await desk.post("\(address)/leave", next)
            #expect(try await posts() == ["HP", "SH"])
            let own = try #require(try await city.grants("absent").first).id.uuidString.lowercased()
            _ = try await desk.post("\(address)/grants/\(own)/end", ["reason": "调走"])
            #expect(try await posts() == ["HP"], "what the absent lost, nobody does in their stead")
        }
        #expect(try await city.journal("account.leave-set").count == 3)
        #expect(try await city.journal("account.leave-ended").count == 1)
    }

    @Test func `a departure ends everything at once`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            let leaver = try await city.seat("leaver", as: .officer, at: "SH-FOOD", client)
            let colleague = try await city.seat("colleague", as: .officer, at: "SH-FOOD", client)
            try await leaver.signIn()
            let first = try await leaver.post("/me/recovery-codes", confirmed: true)
            let code = try Seat.shown("recovery-code", in: first)
            let (address, other) = (try await city.address("leaver"), try await city.address("colleague"))
            let today = Day(of: city.clock.now)
            func leave(_ standIn: String) -> [String: String] {
                ["standIn": standIn, "from": "\(today)", "until": "\(today + 4)", "reason": "年假"]
            }
            _ = try await desk.post("\(address)/leave", leave("colleague"), confirmed: true)
            _ = try await desk.post("\(other)/leave", leave("leaver"))
            #expect(try await city.grants("leaver").count == 2)
            #expect(try await city.grants("colleague").count == 2)
            try await leaver.signIn()
            try await colleague.signIn()
            let token = try await city.token(of: city.account("leaver").person, means: .bearer)
            let report = try await client.report()
            try await client.step("dispatch", on: report, as: .wangFang, ["office": city.office("SH-FOOD")])
            let checked = try await client.api(
                .post, "/cases/\(report)/steps", json: ["step": "check"], token: token)
            #expect(checked.status == .ok)

            let before = try await desk.get("\(address)/departure").text
            for words in [
                "2 roles", "1 leave in which somebody stands in", "1 leave in which they stand in",
                "1 case, for 陈刚, 马瑞 to assign",
            ] {
                #expect(before.contains(words), "\(words): \(before)")
            }
            #expect(try await desk.post("\(address)/departure").text.contains("id=\"reason-error\""))
            let done = try await desk.post("\(address)/departure", ["reason": "辞职"])
            #expect(done.headers[.location] == "\(address)?done=staff-departure", "\(done.text)")
            #expect(try await !leaver.isSignedIn)
            #expect(try await client.api(.get, "/me", token: token).status == .unauthorized)
            #expect(try await !colleague.isSignedIn, "who stood in has less from now on")
            #expect(try await city.grants("leaver").isEmpty)
            #expect(try await city.grants("colleague").count == 1)
            #expect(try await leaver.signIn().status == .unprocessableContent)
            #expect(try await leaver.signIn(code: code).status == .unprocessableContent)
            #expect(try await city.account("leaver").standing == .left)
            #expect(try await city.count("SELECT COUNT(*) FROM recovery_code") == 0)
            for act in ["grant", "leave", "departure", "password"] {
                #expect(try await desk.get("\(address)/\(act)").status == .conflict, "\(act)")
            }
            let again = try await desk.post("/admin/staff/new", ["login": "leaver", "name": "新人"])
            #expect(again.text.contains("id=\"login-error\""), "a login is never given to somebody else")
            #expect(try await desk.get("/admin/staff?state=left").text.contains("data-login=\"leaver\""))
            #expect(try await !desk.get("/admin/staff?state=active").text.contains("data-login=\"leaver\""))
        }
        let entry = try #require(try await city.journal("account.left").first)
        #expect(entry.actor == (try await city.account("security-1").person.id))
        let all = try await city.product.services.database.read { db in
            try JournalStore(db).allEntries(limit: 10_000).map { "\($0)" }.joined()
        }
        for word in ["leaver", "名", "辞职", "年假"] { #expect(!all.contains(word), "\(word)") }
    }

    @Test func `who is suspended is out at once, and in again when resumed`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            let officer = try await city.seat("officer-1", as: .officer, at: "SH-FOOD", client)
            try await officer.signIn()
            let address = try await city.address("officer-1")
            _ = try await desk.post("\(address)/suspension", ["reason": "查问"], confirmed: true)
            #expect(try await !officer.isSignedIn)
            #expect(try await officer.signIn().status == .unprocessableContent)
            let twice = try await desk.post("\(address)/suspension", ["reason": "查问"])
            #expect(
                twice.status == .unprocessableContent && twice.text.contains("Nothing was changed"), "\(twice.text)")
            _ = try await desk.post("\(address)/resumption", ["reason": "没事"])
            #expect(try await officer.signIn().status == .seeOther)
            let reset = try await desk.post("\(address)/authenticator")
            #expect(try await !officer.isSignedIn)
            let secret = try #require(OneTimePassword(base32: try Seat.shown("secret", in: reset)))
            #expect(try await officer.signIn().status == .unprocessableContent)
            let new = Seat(client, login: "officer-1", secret: secret)
            #expect(try await new.signIn().status == .seeOther)
        }
    }

    @Test func `programs of the security administrator read accounts as described`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            let token = try await city.token(of: city.account(desk.login).person, means: .bearer)
            let list = try await client.api(.get, "/staff?role=officer", token: token)
            #expect(list.status == .ok)
            let items = try list.json()["items"] as? [[String: Any]] ?? []
            #expect(items.count == 4)
            #expect(items.allSatisfy { ($0["roles"] as? [String])?.contains("officer") == true })
            let found = try await client.api(.get, "/staff?q=%E6%9D%8E%E5%A8%9C", token: token).json()
            #expect((found["items"] as? [[String: Any]])?.first?["login"] as? String == "lina")
            let id = try city.person(.liNa).id
            let one = try await client.api(.get, "/staff/\(id)", token: token)
            #expect(try one.json()["grants"] is [[String: Any]])
            let rider = try city.person(.zhangWei).id
            #expect(try await client.api(.get, "/staff/\(rider)", token: token).status == .notFound)
            #expect(try await desk.get("/admin/staff/\(rider)").status == .notFound)
            #expect(try await client.api(.get, "/staff", as: .heMin).status == .notFound)
            #expect(try await client.api(.get, "/staff?role=king", token: token).status.code == 422)
        }
    }
}
