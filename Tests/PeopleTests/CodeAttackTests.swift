import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

/// What a thief of a code, of a cookie or of a moment can do.
struct CodeAttackTests {
    private let phone = "13812345678"
    private let other = "13912345678"

    /// "Read me the code that you just got": whatever it was asked for, it is good for that alone.
    @Test func `a code that was sent for one purpose is good for no other`() async throws {
        let city = try await TestCity()
        try await city.run { [phone, other] client in
            let jar = try await client.signIn(phone, in: city)
            let token = try await client.formToken(jar)
            func post(_ path: String, _ fields: [String: String]) async throws -> TestResponse {
                // A number gets one code a minute.
                if fields["code"] == nil { city.clock.advance(by: 61) }
                return try await client.submit(path, fields.merging(["formToken": token]) { $1 }, jar)
            }
            func code() -> String { city.gateway.last?.code ?? "" }

            // One for signing in doesn't prove anything, though the browser and the number are the right ones.
            _ = try await post("/sign-in", ["phone": phone])
            #expect(try await post("/me/proof", ["code": code()]).status == .unprocessableContent)
            // One for a proof lets nobody in.
            _ = try await post("/me/proof", ["send": "1"])
            let thief = Jar(["__Host-nuanxin-code": jar["__Host-nuanxin-code"] ?? ""])
            #expect(try await client.submit("/sign-in", ["code": code()], thief).status == .unprocessableContent)
            #expect(thief["__Host-nuanxin"] == nil)
            #expect(try await post("/me/proof", ["code": code()]).status == .seeOther)
            // One for signing in with another number doesn't make it one's own number.
            _ = try await post("/sign-in", ["phone": other])
            #expect(try await post("/me/phone", ["code": code()]).status == .unprocessableContent)
            // One for another number neither proves nor lets in.
            _ = try await post("/me/phone", ["phone": other])
            #expect(try await post("/me/proof", ["code": code()]).status == .unprocessableContent)
            let second = Jar(["__Host-nuanxin-code": jar["__Host-nuanxin-code"] ?? ""])
            #expect(try await client.submit("/sign-in", ["code": code()], second).status == .unprocessableContent)
            let changed = try await post("/me/phone", ["code": code()])
            #expect(changed.headers[.location] == "/me?done=phone-changed", "for what it was sent it is good")
        }
    }

    @Test func `a code for one number is none for another, by whichever door`() async throws {
        let city = try await TestCity()
        try await city.run { [phone, other] client in
            let asked = try await client.api(.post, "session/code", json: "{\"phone\": \"\(phone)\"}").json()
            let code = city.gateway.last?.code ?? ""
            let challenge = asked["challenge"] as? String ?? ""
            let theirs = try await client.api(.post, "session/code", json: "{\"phone\": \"\(other)\"}").json()
            for body in [
                "{\"phone\": \"\(other)\", \"code\": \"\(code)\"}",
                "{\"phone\": \"\(other)\", \"code\": \"\(code)\", \"challenge\": \"\(challenge)\"}",
                "{\"phone\": \"\(phone)\", \"code\": \"\(code)\", \"challenge\": \"\(theirs["challenge"] ?? "")\"}",
            ] where code != city.gateway.last?.code {
                #expect(try await client.api(.post, "session", json: body).status == .unauthorized, "\(body)")
            }
            // Somebody plants their own challenge in a browser: what its owner types there is refused.
            let planted = Jar(["__Host-nuanxin-code": theirs["challenge"] as? String ?? ""])
            #expect(try await client.submit("/sign-in", ["code": code], planted).status == .unprocessableContent)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM session") == 0)
    }

    @Test func `of many who use one code at the same moment one gets in`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            for round in 1...5 {
                let jar = Jar()
                _ = try await client.submit("/sign-in", ["phone": phone], jar)
                let (code, challenge) = (city.gateway.last?.code ?? "", jar.header)
                let entered = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            let answer = try await client.submit("/sign-in", ["code": code], cookie: challenge)
                            return answer.status == .seeOther
                        }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                #expect(entered == 1)
                #expect(try await city.count("SELECT COUNT(*) FROM session") == round)
                city.clock.advance(by: 61)
            }
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account") == 1)
    }

    @Test func `of many who guess at the same moment nobody gets more than five tries`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            let (wrong, challenge) = (city.gateway.wrongCode, jar.header)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<12 {
                    group.addTask { _ = try await client.submit("/sign-in", ["code": wrong], cookie: challenge) }
                }
                try await group.waitForAll()
            }
            let right = try await client.submit("/sign-in", ["code": city.gateway.last?.code ?? ""], jar)
            #expect(right.status == .unprocessableContent)
        }
    }

    /// Whoever had copied the cookie before doesn't come along to what the proof opens.
    @Test func `a proof gives the browser a new token, and the stolen one is dead`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        try await city.run { [phone] client in
            let rider = try await client.signIn(phone, in: city)
            city.clock.advance(by: 61)
            let token = try await client.formToken(rider)
            _ = try await client.submit("/me/proof", ["send": "1", "formToken": token], rider)
            try await self.expectNewToken(rider, client) {
                ["code": city.gateway.last?.code ?? "", "formToken": token]
            }

            let staff = Jar()
            _ = try await client.submit(
                "/sign-in/staff",
                ["login": "li.na", "password": TestCity.password, "totp": city.shows(authenticator)], staff)
            city.clock.advance(by: 31)
            let theirs = try await client.formToken(staff)
            try await self.expectNewToken(staff, client) {
                ["totp": city.shows(authenticator), "formToken": theirs]
            }
        }
        #expect(try await city.count("SELECT COUNT(*) FROM session") == 2, "it is the same session")
    }

    private func expectNewToken(
        _ jar: Jar, _ client: any TestClientProtocol, _ fields: () -> [String: String]
    ) async throws {
        let stolen = jar.copy()
        let before = jar["__Host-nuanxin"]
        let formToken = try await client.formToken(jar)
        let proved = try await client.submit("/me/proof", fields(), jar)
        #expect(proved.status == .seeOther)
        let line = proved.headers[values: .setCookie].first { $0.hasPrefix("__Host-nuanxin=") } ?? ""
        for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] { #expect(line.contains(flag)) }
        #expect(jar["__Host-nuanxin"] != nil && jar["__Host-nuanxin"] != before)
        #expect(try await !client.page("/peek", jar).text.hasPrefix("nobody"))
        #expect(try await client.formToken(jar) == formToken, "forms that are open elsewhere still work")
        let thief = stolen.copy()
        #expect(try await client.page("/peek", thief).text.hasPrefix("nobody"))
    }

    /// 8 hours for staff, 180 days for riders, however busily it is used.
    @Test func `a session that is used all the time ends all the same`() async throws {
        let city = try await TestCity()
        let (_, authenticator) = try await city.hire()
        try await city.run { [phone] client in
            let staff = Jar()
            _ = try await client.submit(
                "/sign-in/staff",
                ["login": "li.na", "password": TestCity.password, "totp": city.shows(authenticator)], staff)
            try await self.expectEnd(of: staff, using: client, each: 1800, after: 8 * 3600, city)
            let rider = try await client.signIn(phone, in: city)
            try await self.expectEnd(of: rider, using: client, each: 20 * 86_400, after: 180 * 86_400, city)
        }
    }

    private func expectEnd(
        of jar: Jar, using client: any TestClientProtocol, each step: Double, after life: Double, _ city: TestCity
    ) async throws {
        func isIn(_ jar: Jar) async throws -> Bool { try await !client.page("/peek", jar).text.hasPrefix("nobody") }
        let copy = jar.copy()
        for _ in 1..<Int(life / step) {
            city.clock.advance(by: step)
            #expect(try await isIn(jar))
        }
        city.clock.advance(by: step - 1)
        #expect(try await isIn(jar))
        city.clock.advance(by: 1)
        #expect(try await !isIn(jar))
        city.clock.advance(by: -2)
        #expect(try await !isIn(copy), "nor when the clock is set back")
    }
}
