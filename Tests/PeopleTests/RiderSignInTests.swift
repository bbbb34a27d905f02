import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import People

struct RiderSignInTests {
    private let phone = "13812345678"

    @Test func `a rider types a number and a code, and is registered`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            let first = try await client.page("/sign-in?to=/reports/new", jar)
            #expect(first.status == .ok)
            #expect(first.text.contains("<h1>手机号登录</h1>"))
            #expect(first.text.contains("name=\"to\" value=\"/reports/new\""))
            #expect(jar.header == nil)

            let sent = try await client.submit("/sign-in", ["phone": "138 1234 5678", "to": "/reports/new"], jar)
            #expect(sent.status == .seeOther)
            #expect(sent.headers[.location] == "/sign-in?to=%2Freports%2Fnew")
            #expect(city.gateway.last?.phone.digits == phone)
            #expect(city.gateway.last?.text.contains("验证码") == true)

            let second = try await client.page("/sign-in?to=/reports/new", jar)
            #expect(second.text.contains("138****5678"))
            #expect(second.text.contains("autocomplete=\"one-time-code\""))
            #expect(second.text.contains("inputmode=\"numeric\""))
            #expect(!second.text.contains(city.gateway.last?.code ?? "?"), "only the demo shows the code")

            let code = city.gateway.last?.code ?? ""
            let entered = try await client.submit("/sign-in", ["code": code, "to": "/reports/new"], jar)
            #expect(entered.status == .seeOther)
            #expect(entered.headers[.location] == "/welcome?to=%2Freports%2Fnew")
            #expect(jar["__Host-nuanxin-code"] == nil)
            #expect(try await client.page("/peek", jar).text.hasPrefix("138****5678 3 "))
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account WHERE kind = 'rider'") == 1)
        #expect(try await city.count("SELECT COUNT(*) FROM sign_in_code") == 0)
        #expect(try await city.journal() == ["account.created", "session.started"])
    }

    @Test func `the next time the same account is found, and leads on without the welcome`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            let welcome = try await client.page("/welcome?to=/reports", jar)
            #expect(welcome.text.contains("我们保存什么"))
            let named = try await client.submit(
                "/welcome",
                ["adult": "yes", "name": "徐师傅", "platform": "eleme", "to": "/reports", "formToken": token], jar)
            #expect(named.headers[.location] == "/reports?done=welcomed")
            city.clock.advance(by: 61)

            let other = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], other)
            let entered = try await client.submit(
                "/sign-in", ["code": city.gateway.last?.code ?? "", "to": "/reports"], other)
            #expect(entered.headers[.location] == "/reports")
            #expect(try await client.page("/peek", other).text.hasPrefix("徐师傅 3 "))
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account") == 1)
    }

    @Test(arguments: [
        (CookieMode.secure, "__Host-nuanxin", ["Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=15552000"]),
        (.loopback, "nuanxin", ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=15552000"]),
    ])
    func `the cookie is guarded as well as the connection allows`(
        _ mode: CookieMode, _ name: String, _ attributes: [String]
    ) async throws {
        let city = try await TestCity(cookies: mode)
        try await city.run { [phone] client in
            let jar = Jar()
            let asked = try await client.submit("/sign-in", ["phone": phone], jar)
            let entered = try await client.submit("/sign-in", ["code": city.gateway.last?.code ?? ""], jar)
            let line = try #require(
                entered.headers[values: .setCookie].first { $0.hasPrefix("\(name)=") })
            let parts = line.split(separator: ";").dropFirst().map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(Set(parts) == Set(attributes))
            let challenge = try #require(asked.headers[values: .setCookie].first)
            #expect(challenge.hasPrefix("\(name)-code="))
            #expect(challenge.contains("HttpOnly"))
            #expect(challenge.contains("Secure") == (mode == .secure))
        }
    }

    @Test func `five wrong codes are answered alike, then the right one is refused too`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            for _ in 0..<5 {
                let wrong = try await client.submit("/sign-in", ["code": city.gateway.wrongCode], jar)
                #expect(wrong.status == .unprocessableContent)
                #expect(wrong.text.contains("验证码不对、过期了，或者已经用过"))
            }
            let right = try await client.submit("/sign-in", ["code": city.gateway.last?.code ?? ""], jar)
            #expect(right.status == .unprocessableContent)
            #expect(right.text.contains("<h1>手机号登录</h1>"), "another code has to be asked for")
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account") == 0)
        #expect(try await city.count("SELECT COUNT(*) FROM session") == 0)
    }

    @Test func `a code that is too old is refused`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            city.clock.advance(by: 600)
            let late = try await client.submit("/sign-in", ["code": city.gateway.last?.code ?? ""], jar)
            #expect(late.status == .unprocessableContent)
        }
    }

    @Test func `a code works once`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            let copy = jar.copy()
            let code = city.gateway.last?.code ?? ""
            #expect(try await client.submit("/sign-in", ["code": code], jar).status == .seeOther)
            #expect(try await client.submit("/sign-in", ["code": code], copy).status == .unprocessableContent)
        }
    }

    @Test func `a code works only in the browser that asked for it`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let asking = Jar()
            let attacker = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], asking)
            let code = city.gateway.last?.code ?? ""
            let stolen = try await client.submit("/sign-in", ["code": code], attacker)
            #expect(stolen.status == .unprocessableContent)
            let api = try await client.api(
                .post, "session", json: #"{"phone": "\#(phone)", "code": "\#(code)"}"#)
            #expect(api.status == .unauthorized, "nor for a program")
            #expect(try await client.submit("/sign-in", ["code": code], asking).status == .seeOther)
        }
    }

    @Test func `a known number and an unknown one are answered alike, byte for byte`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            _ = try await client.signIn(phone, in: city)
            city.clock.advance(by: 3601)
            for path in ["pages", "api"] {
                var answers: [(HTTPResponse.Status, HTTPFields, String)] = []
                for number in [phone, "13912345678"] {
                    let answer =
                        path == "api"
                        ? try await client.api(.post, "session/code", json: #"{"phone": "\#(number)"}"#)
                        : try await client.submit("/sign-in", ["phone": number])
                    answers.append((answer.status, answer.headers, answer.text))
                }
                let secret = /[A-Za-z0-9_-]{43}/
                func plain(_ headers: HTTPFields) -> [String] {
                    // Hummingbird writes the attributes of a cookie in no fixed order.
                    headers.map { field in
                        let parts = field.value.replacing(secret, with: "?").split(separator: "; ").sorted()
                        return "\(field.name): \(parts.joined(separator: "; "))"
                    }
                }
                #expect(answers[0].0 == answers[1].0)
                #expect(plain(answers[0].1) == plain(answers[1].1))
                #expect(answers[0].2.replacing(secret, with: "?") == answers[1].2.replacing(secret, with: "?"))
                city.clock.advance(by: 61)
            }
            var wrong: [String] = []
            for number in [phone, "13912345678", "13712345678"] {
                let answer = try await client.api(
                    .post, "session", json: #"{"phone": "\#(number)", "code": "\#(city.gateway.wrongCode)"}"#)
                #expect(answer.status == .unauthorized)
                wrong.append(answer.text.replacing(/requests\/[^"]+/, with: "requests/?"))
            }
            #expect(Set(wrong).count == 1)
        }
    }

    @Test func `somebody who is suspended is told so only with the right code`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let before = try await client.signIn(phone, in: city)
            try await city.people.accounts.suspend(phone, because: "lent to others")
            #expect(try await client.page("/peek", before).text.hasPrefix("nobody"))
            city.clock.advance(by: 61)
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            let wrong = try await client.submit("/sign-in", ["code": city.gateway.wrongCode], jar)
            #expect(!wrong.text.contains("停用"))
            let right = try await client.submit("/sign-in", ["code": city.gateway.last?.code ?? ""], jar)
            #expect(right.status == .forbidden)
            #expect(right.text.contains("现在不能登录"))
            try await city.people.accounts.reopen(phone, because: "settled")
            city.clock.advance(by: 61)
            let again = try await client.signIn(phone, in: city)
            #expect(try await client.page("/peek", again).text.hasPrefix("138****5678"))
        }
    }

    @Test(arguments: ["", "123", "not a number"])
    func `what isn't a number is said at the field, with what was typed`(_ typed: String) async throws {
        let city = try await TestCity()
        try await city.run { client in
            let page = try await client.submit("/sign-in", ["phone": typed])
            #expect(page.status == .unprocessableContent)
            #expect(page.text.contains("aria-invalid=\"true\""))
            #expect(page.text.contains("id=\"phone-error\""))
            #expect(page.text.contains("value=\"\(typed)\""))
        }
        #expect(city.gateway.count == 0)
    }

    @Test func `a code can be asked for again, and another number tried`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            city.clock.advance(by: 61)
            #expect(try await client.submit("/sign-in", ["again": "1"], jar).status == .seeOther)
            #expect(city.gateway.count == 2)
            #expect(city.gateway.last?.phone.digits == phone)
            #expect(try await client.page("/sign-in?start=1", jar).text.contains("id=\"phone\""))
            #expect(try await client.page("/sign-in", jar, language: "en").text.contains("Enter the code"))
        }
    }

    @Test(arguments: ["//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
    func `nobody is sent to another site after signing in`(_ to: String) async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            let page = try await client.page("/sign-in?to=\(percentEncoded(to))", jar)
            #expect(page.text.contains("name=\"to\" value=\"/\""))
            _ = try await client.submit("/sign-in", ["phone": phone, "to": to], jar)
            let entered = try await client.submit(
                "/sign-in", ["code": city.gateway.last?.code ?? "", "to": to], jar)
            #expect(entered.headers[.location] == "/welcome?to=%2F")
            let signedIn = try await client.page("/sign-in?to=\(percentEncoded(to))", jar)
            #expect(signedIn.headers[.location] == "/")
        }
    }
}
