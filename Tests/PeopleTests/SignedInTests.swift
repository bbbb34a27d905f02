import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

struct SignedInTests {
    private let phone = "13812345678"

    @Test func `a token of a browser is nothing to the API, and the other way round`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let cookie = try #require(jar["__Host-nuanxin"])
            let misused = try await client.api(.get, "me", token: cookie)
            #expect(misused.status == .unauthorized)
            #expect(try misused.json()["type"] as? String == "/problems/bad-token")
            #expect(misused.headers[.wwwAuthenticate] == "Bearer")

            city.clock.advance(by: 61)
            _ = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
            let code = city.gateway.last?.code ?? ""
            let body = #"{"phone": "\#(phone)", "code": "\#(code)"}"#
            let token = try #require(try await client.api(.post, "session", json: body).json()["token"] as? String)
            #expect(try await client.api(.get, "me", token: token).status == .ok)
            let wrong = Jar(["__Host-nuanxin": token])
            #expect(try await client.page("/peek", wrong).text.hasPrefix("nobody"))
            #expect(wrong["__Host-nuanxin"] == nil, "a cookie that is none is cleared")

            let sneaking = try await client.execute(
                uri: "/api/v1/peek", method: .get, headers: [.cookie: "__Host-nuanxin=\(cookie)"])
            #expect(String(buffer: sneaking.body) == "nobody", "the API takes no cookies")
        }
    }

    @Test(arguments: [
        "Bearer", "Bearer x", "Bearer \(String(repeating: "A", count: 43))", "Basic eDp5", "", "Bearer a b",
    ])
    func `an authorization that doesn't hold is 401, also where none is needed`(_ header: String) async throws {
        let city = try await TestCity()
        try await city.run { client in
            let answer = try await client.execute(
                uri: "/api/v1/peek", method: .get, headers: [.authorization: header])
            #expect(answer.status == .unauthorized)
            let page = try await client.execute(uri: "/peek", method: .get, headers: [.authorization: header])
            #expect(page.status == .ok, "pages don't look at it")
        }
    }

    @Test func `signing in gives a new token, and the old one is dead`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            // A token that somebody planted before is never taken over.
            let planted = Token().text
            let jar = Jar(["__Host-nuanxin": planted])
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            _ = try await client.submit("/sign-in", ["code": city.gateway.last?.code ?? ""], jar)
            let first = try #require(jar["__Host-nuanxin"])
            #expect(first != planted)

            city.clock.advance(by: 61)
            let token = try await client.formToken(jar)
            _ = try await client.submit("/sign-in", ["phone": "13912345678", "formToken": token], jar)
            _ = try await client.submit(
                "/sign-in", ["code": city.gateway.last?.code ?? "", "formToken": token], jar)
            #expect(jar["__Host-nuanxin"] != first)
            let old = Jar(["__Host-nuanxin": first])
            #expect(try await client.page("/peek", old).text.hasPrefix("nobody"))
            #expect(try await client.page("/peek", jar).text.hasPrefix("139****5678"))
        }
        #expect(try await city.count("SELECT COUNT(*) FROM session") == 1)
    }

    @Test func `signing out needs our own form, and kills the session`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let stolen = jar.copy()
            #expect(try await client.submit("/sign-out", [:], jar).status == .forbidden)
            #expect(try await client.submit("/sign-out", ["formToken": "guess"], jar).status == .forbidden)
            let token = try await client.formToken(jar)
            let out = try await client.submit("/sign-out", ["formToken": token], jar)
            #expect(out.headers[.location] == "/sign-in?done=signed-out")
            #expect(jar["__Host-nuanxin"] == nil)
            let copy = stolen
            #expect(try await client.page("/peek", copy).text.hasPrefix("nobody"))
            #expect(try await client.page("/sign-in?done=signed-out", jar).text.contains("已退出登录"))
            #expect(try await client.submit("/sign-out", [:], jar).status == .seeOther, "twice does no harm")
        }
    }

    @Test func `a form token of another session is refused`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let victim = try await client.signIn(phone, in: city)
            let attacker = try await client.signIn("13912345678", in: city)
            let theirs = try await client.formToken(attacker)
            let forged = try await client.submit("/me", ["name": "x", "formToken": theirs], victim)
            #expect(forged.status == .forbidden)
        }
    }

    @Test func `a session that isn't used ends, and doesn't come back when the clock does`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let same = jar.copy()
            city.clock.advance(by: 29 * 86_400)
            #expect(try await client.page("/peek", jar).text.hasPrefix("138"))
            city.clock.advance(by: 29 * 86_400)
            #expect(try await client.page("/peek", jar).text.hasPrefix("138"), "using it keeps it alive")
            city.clock.advance(by: 30 * 86_400)
            #expect(try await client.page("/peek", jar).text.hasPrefix("nobody"))
            city.clock.advance(by: -30 * 86_400)
            let copy = same
            #expect(try await client.page("/peek", copy).text.hasPrefix("nobody"))
        }
        #expect(try await city.count("SELECT COUNT(*) FROM session") == 0)
    }

    @Test func `a session of an account that was stopped is none, however it was stopped`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            try await city.database.write { db in
                let known = try AccountStore(db).list(.rider, limit: 1).first
                var person = try #require(known)
                try person.suspend()
                try AccountStore(db).updateState(of: person, because: "trial")
            }
            #expect(try await client.page("/peek", jar).text.hasPrefix("nobody"))
        }
    }

    @Test func `a use is written down once a minute at most`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let start = city.clock.now
            func seen() async throws -> Int { try await city.count("SELECT seen_at FROM session") }
            city.clock.advance(by: 59)
            _ = try await client.page("/peek", jar)
            #expect(try await seen() == start.milliseconds)
            city.clock.advance(by: 1)
            _ = try await client.page("/peek", jar)
            #expect(try await seen() == start.milliseconds + 60_000)
        }
    }

    @Test func `on one's own page are name, platform and devices, and the number only masked`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            city.clock.advance(by: 61)
            let elsewhere = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            let saved = try await client.submit(
                "/me", ["name": "<b>徐</b>", "platform": "meituan", "site": "青年大街站", "formToken": token], jar)
            #expect(saved.headers[.location] == "/me?done=profile-saved")
            let page = try await client.page("/me?done=profile-saved", jar)
            #expect(page.text.contains("已保存"))
            #expect(page.text.contains("&lt;b&gt;徐&lt;/b&gt;"))
            #expect(!page.text.contains("<b>徐"))
            #expect(page.text.contains("138****5678"))
            #expect(!page.text.contains(phone))
            #expect(page.text.contains("<option value=\"meituan\" selected>美团</option>"))
            #expect(page.text.contains("就是这里"))
            #expect(page.text.contains("class=\"tabs\""), "a rider sees the riders' frame")

            let end = try #require(page.text.firstMatch(of: /action="(\/me\/sessions\/[0-9a-f-]+\/end)"/)?.1)
            #expect(try await client.submit(String(end), ["formToken": token], jar).status == .seeOther)
            #expect(try await client.page("/peek", elsewhere).text.hasPrefix("nobody"))
            #expect(try await client.submit(String(end), ["formToken": token], jar).status == .notFound)
            #expect(try await client.page("/me", jar, language: "en").text.contains("Where I am signed in"))
        }
    }

    @Test func `a mistake in the profile is said at its field, the rest stays`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            let long = String(repeating: "长", count: 41)
            for path in ["/me", "/welcome"] {
                let page = try await client.submit(
                    path, ["adult": "yes", "name": long, "platform": "eleme", "formToken": token], jar)
                #expect(page.status == .unprocessableContent)
                #expect(page.text.contains("id=\"name-error\""))
                #expect(page.text.contains(long))
                #expect(page.text.contains("<option value=\"eleme\" selected>"))
            }
            let odd = try await client.submit("/me", ["platform": "nowhere", "formToken": token], jar)
            #expect(odd.status == .unprocessableContent)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account_contact WHERE name_sealed IS NOT NULL") == 0)
    }

    @Test func `nobody ends a session of somebody else`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let mine = try await client.signIn(phone, in: city)
            let theirs = try await client.signIn("13912345678", in: city)
            let session = try await city.database.read { db in
                try db.row("SELECT id FROM session ORDER BY created_at, id").map { try $0["id"] as ID<Session> }
            }
            let id = try #require(session)
            let token = try await client.formToken(theirs)
            let answer = try await client.submit("/me/sessions/\(id)/end", ["formToken": token], theirs)
            #expect(answer.status == .notFound)
            #expect(try await client.submit("/me/sessions/end", ["formToken": token], theirs).status == .seeOther)
            #expect(try await client.page("/peek", mine).text.hasPrefix("138"))
        }
    }

    @Test(arguments: ["/me", "/welcome"])
    func `one's own pages need signing in`(_ path: String) async throws {
        let city = try await TestCity()
        try await city.run { client in
            let page = try await client.page(path)
            #expect(page.headers[.location] == "/sign-in?to=\(percentEncodedPath(path))")
            #expect(try await client.api(.get, "me").status == .unauthorized)
        }
    }

    @Test func `staff see their page in the workbench`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        try await city.run { client in
            let jar = Jar()
            _ = try await client.submit(
                "/sign-in/staff",
                ["login": "li.na", "password": TestCity.password, "totp": city.shows(authenticator)], jar)
            let page = try await client.page("/me", jar)
            #expect(page.text.contains("<body class=\"work\""))
            #expect(page.text.contains("li.na"))
            #expect(!page.text.contains("id=\"platform\""))
            let token = try await client.formToken(jar)
            _ = try await client.submit("/me", ["name": "李娜娜", "formToken": token], jar)
            #expect(try await client.page("/peek", jar).text.hasPrefix("李娜娜"))
        }
    }
}

private func percentEncodedPath(_ path: String) -> String { path.replacing("/", with: "%2F") }
