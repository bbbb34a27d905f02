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

/// The desk of the security administrator: accounts, first passwords, roles, ends.
@Suite struct StaffDeskTests {
    @Test func `an account is made with a password that must be changed before anything else`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            let bare = try await desk.post("/admin/staff/new", ["login": "li.si", "name": "李四"])
            #expect(bare.status == .unprocessableContent)
            #expect(bare.text.contains("id=\"totp-error\"") && bare.text.contains("value=\"李四\""), "\(bare.text)")
            #expect(bare.headers[.location] == nil)
            let made = try await desk.post("/admin/staff/new", ["login": "li.si", "name": "李四"], confirmed: true)
            #expect(made.status == .ok)
            let password = try Seat.shown("password", in: made)
            let secret = try Seat.shown("secret", in: made)
            #expect(made.text.contains("otpauth://totp/Nuanxin:li.si?secret="))
            #expect(made.headers[.cacheControl] == "no-store")
            let taken = try await desk.post("/admin/staff/new", ["login": "li.si", "name": "李四"])
            #expect(taken.status == .unprocessableContent && taken.text.contains("id=\"login-error\""))
            let page = try await desk.get(city.address("li.si"))
            #expect(page.text.contains("First password not changed yet"))
            #expect(!page.text.contains(password) && !page.text.contains(secret), "shown this once")

            let new = Seat(client, login: "li.si", secret: try #require(OneTimePassword(base32: secret)))
            let entered = try await new.signIn(password)
            #expect(entered.headers[.location] == "/work")
            #expect(try await new.get("/work").headers[.location] == "/me/password?to=%2Fwork")
            let short = try await new.post(
                "/me/password", ["current": password, "password": "short", "again": "short"])
            #expect(short.text.contains("id=\"password-error\""))
            let other = try await new.post(
                "/me/password", ["current": password, "password": "my own long words", "again": "other"])
            #expect(other.text.contains("id=\"again-error\""))
            let wrong = try await new.post(
                "/me/password", ["current": "no", "password": "my own long words", "again": "my own long words"])
            #expect(wrong.text.contains("id=\"current-error\""))
            let same = try await new.post(
                "/me/password", ["current": password, "password": password, "again": password])
            #expect(same.text.contains("id=\"password-error\""))
            #expect(try await city.account("li.si").standing == .mustChange)
            let changed = try await new.post(
                "/me/password",
                ["current": password, "password": "my own long words", "again": "my own long words", "to": "/work"])
            #expect(changed.text.matches(of: /data-recovery-code/).count == 10)
            #expect(try await city.account("li.si").standing == .active)
            #expect(changed.text.contains("href=\"/me\""), "who has no role yet has nothing on the workbench")
            #expect(try await new.get("/me").status == .ok)
            #expect(try await new.signIn(password).status == .unprocessableContent, "the first one is void")
            #expect(try await new.signIn("my own long words").status == .seeOther)
        }
        let entries = try await city.journal("account.created").filter { $0.actor != nil }
        #expect(entries.count == 1)
        for kind in ["account.password-changed", "account.recovery-codes-made"] {
            #expect(try await city.journal(kind).count == 1, "\(kind)")
        }
    }

    @Test func `who must change the password reaches no other address, as browser or program`() async throws {
        let city = try await TestCity()
        let routes = try city.product.addressed().routes.entries
        try await city.run { client in
            let desk = try await city.guardian(client)
            // With all rights that there are, so that nothing else refuses.
            let victim = try await city.seat("zhao.liu", as: .officer, at: "SH-FOOD", client)
            let reset = try await desk.post(city.address("zhao.liu") + "/password", confirmed: true)
            let password = try Seat.shown("password", in: reset)
            try await victim.signIn(password)
            let person = try await city.account("zhao.liu").person
            let free: Set = [
                "me/password", "api/v1/me/password", "sign-out", "api/v1/session", "language/:language",
            ]
            var asked = 0
            for route in routes where !free.contains(route.path) {
                let path = "/" + route.path.replacing(/:[a-zA-Z]+/) { _ in client.newKey() }
                let isAPI = path.hasPrefix("/api/")
                let token = try await city.token(of: person, means: isAPI ? .bearer : .cookie)
                var headers: HTTPFields = [.accept: isAPI ? "application/json" : "text/html"]
                headers[isAPI ? .authorization : .cookie] = isAPI ? "Bearer \(token)" : "nuanxin=\(token)"
                let answer = try await client.http.execute(uri: path, method: route.method, headers: headers)
                asked += 1
                if isAPI {
                    let isTold = answer.status == .forbidden && answer.text.contains("password-change-needed")
                    #expect(isTold || answer.status == .notFound, "\(route.method) \(path): \(answer.status)")
                } else {
                    let leads = answer.headers[.location]?.hasPrefix("/me/password") ?? false
                    #expect(leads || answer.status == .notFound, "\(route.method) \(path): \(answer.status)")
                }
            }
            #expect(asked > 80)
            let caller = Caller(
                id: person.id, name: "", grants: [], session: try await city.newestSession(of: person.id))
            await #expect(throws: PasswordChangeNeeded.self) {
                try await city.product.services.write(as: caller) { _, _ in }
            }
            city.clock.advance(by: 7 * 86_400)
            #expect(try await victim.signIn(password).status == .unprocessableContent, "it works for a week only")
        }
    }

    @Test func `a program changes its password and goes on`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            _ = try await city.seat("zhao.liu", as: .officer, at: "SH-FOOD", client)
            let reset = try await desk.post(city.address("zhao.liu") + "/password", confirmed: true)
            let password = try Seat.shown("password", in: reset)
            let token = try await city.token(of: city.account("zhao.liu").person, means: .bearer)
            #expect(try await client.api(.get, "/cases", token: token).status == .forbidden)
            let answer = try await client.api(
                .put, "/me/password", json: ["current": password, "password": "my own long words"], token: token)
            #expect(try answer.json()["recoveryCodes"] is [String], "\(answer.text)")
            #expect(try await client.api(.get, "/cases", token: token).status == .ok)
            #expect(try await client.api(.post, "/me/recovery-codes", token: token).status == .forbidden, "no proof")
            let rider = try await city.token(.zhangWei)
            let refused = try await client.api(
                .put, "/me/password", json: ["current": "x", "password": "my own long words"], token: rider)
            #expect(refused.status == .forbidden)
        }
    }

    @Test func `a role is given with its faults at the fields and what was typed kept`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            let officer = try await city.seat("qian.qi", as: nil, client)
            try await officer.signIn()
            let address = try await city.address("qian.qi")
            let form = try await desk.get("\(address)/grant")
            #expect(form.text.contains("value=\"security\"") && form.text.contains("SH food section"))
            let today = Day(of: city.clock.now)
            let good = [
                "role": "officer", "office": try city.office("SH-FOOD"), "from": "\(today)", "until": "\(today + 30)",
                "reason": "新岗位",
            ]
            let faults: [(changes: [String: String], field: String)] = [
                (["role": ""], "role"), (["role": "rider"], "role"), (["office": ""], "territory"),
                (["office": "x"], "office"), (["territory": "999999"], "territory"), (["sector": "/no/"], "sector"),
                (["from": "\(today + -1)"], "from"), (["until": "\(today + -1)"], "until"),
                (["until": "\(today + 367)"], "until"), (["until": "soon"], "until"), (["reason": ""], "reason"),
            ]
            #expect(try await desk.post("\(address)/grant", good).text.contains("totp-error"), "no proof yet")
            for (index, (changes, field)) in faults.enumerated() {
                let answer = try await desk.post(
                    "\(address)/grant", good.merging(changes) { $1 }, confirmed: index == 0)
                #expect(answer.status == .unprocessableContent, "\(changes)")
                #expect(answer.text.contains("id=\"\(field)-error\""), "\(changes): \(answer.text)")
                if field != "reason" { #expect(answer.text.contains("新岗位"), "\(changes)") }
            }
            #expect(try await officer.get("/work").status == .notFound)
            let given = try await desk.post("\(address)/grant", good)
            #expect(given.headers[.location] == "\(address)?done=role-granted")
            #expect(try await officer.get("/work").status == .ok, "from the next request on")
            let apart = try await desk.post("\(address)/grant", good.merging(["role": "auditor"]) { $1 })
            #expect(apart.text.contains("id=\"role-error\""))
            #expect(try await !desk.get("\(address)/grant").text.contains("value=\"auditor\""))

            let grant = try #require(try await city.grants("qian.qi").first)
            let end = "\(address)/grants/\(grant.id.uuidString.lowercased())/end"
            #expect(try await desk.get(end).text.contains("SH food section"))
            #expect(try await desk.post(end).text.contains("id=\"reason-error\""))
            #expect(try await desk.post(end, ["reason": "调走"]).headers[.location] == "\(address)?done=staff-revocation")
            #expect(try await !officer.isSignedIn, "no page with the role stays open")
            #expect(try await desk.get(end).status == .notFound)
            let page = try await desk.get(address)
            #expect(page.text.contains("Ended early by 名security-1: 调走"))
        }
        let entry = try #require(try await city.journal("account.role-granted").last)
        #expect(entry.actor == (try await city.account("security-1").person.id))
    }

    @Test func `an interest is ended at the desk, with a reason, and stands there as their own word`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let desk = try await city.guardian(client)
            _ = try await city.seat("sun.ba", as: .supervisor, at: "SH-FOOD", client)
            let account = try await city.account("sun.ba").person.id
            let grant = try await city.product.services.database.write { [services = city.product.services, city] db in
                let dated = DatedGrant(
                    id: services.makeUUID(city.clock.now), account: account,
                    grant: Grant(role: .everyone, organisation: ID(UUID(high: 7, low: 7))), from: city.clock.now,
                    grantedBy: account, reason: "family")
                try GrantStore(db).insert([dated])
                return dated
            }
            let address = try await city.address("sun.ba")
            let page = try await desk.get(address).text
            #expect(page.contains("Declared by themselves: ") && page.contains("Given by"))
            let end = "\(address)/grants/\(grant.id.uuidString.lowercased())/end"
            _ = try await desk.post(end, ["reason": ""], confirmed: true)
            #expect(try await desk.post(end).text.contains("id=\"reason-error\""))
            #expect(try await city.grants("sun.ba").count == 2)
            #expect(
                try await desk.post(end, ["reason": "sold"]).headers[.location] == "\(address)?done=staff-revocation")
            #expect(try await city.grants("sun.ba").map(\.grant.role) == [.supervisor], "the post stays")
            #expect(try await desk.get(address).text.contains("sold"))
        }
    }

    @Test func `nobody changes their own account, and the last security administrator stays`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let first = try await city.guardian(client)
            let second = try await city.guardian(client, login: "security-2")
            let own = try await city.address("security-1")
            _ = try await first.post("/admin/staff/new", ["login": "x"], confirmed: true)
            for act in ["grant", "leave", "password", "authenticator", "suspension", "departure"] {
                #expect(try await first.get("\(own)/\(act)").status == .forbidden, "\(act)")
                let answer = try await first.post("\(own)/\(act)", ["reason": "r"])
                #expect(answer.status == .forbidden || answer.status == .unprocessableContent, "\(act)")
            }
            #expect(try await first.isSignedIn)
            #expect(try await city.account("security-1").standing == .active)
            let other = try await city.address("security-2")
            #expect(try await first.post("\(other)/departure", ["reason": "r"]).status == .seeOther)
            #expect(try await !second.isSignedIn)
            #expect(try await first.get("/admin/staff").text.contains("Only one security administrator"))
        }
        let accounts = city.product.people.accounts
        let grant = try #require(try await city.grants("security-1").first)
        await #expect(throws: AccountError.lastSecurity) {
            try await accounts.revoke(grant.id, of: "security-1", because: "r")
        }
        await #expect(throws: AccountError.lastSecurity) { try await accounts.suspend("security-1", because: "r") }
        await #expect(throws: AccountError.lastSecurity) { try await accounts.depart("security-1", because: "r") }
        #expect(try await city.grants("security-1").count == 1)
    }
}

extension TestCity {
    func newestSession(of account: ID<Account>) async throws -> ID<Session> {
        let found = try await product.services.database.read { db in try SessionStore(db).list(of: account).first }
        return try #require(found).id
    }
}
