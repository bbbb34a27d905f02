import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

/// A fresh code before what weighs much, and another number by codes to the old and the new one.
struct ProofTests {
    private let old = "13812345678"
    private let new = "13912345678"

    @Test func `a number changes by a code to the old one and a code to the new one`() async throws {
        let city = try await TestCity()
        try await city.run { [old, new] client in
            let jar = try await client.signIn(old, in: city)
            city.clock.advance(by: 61)
            let elsewhere = try await client.signIn(old, in: city)
            city.clock.advance(by: 61)
            let token = try await client.formToken(jar)
            func post(_ path: String, _ fields: [String: String]) async throws -> TestResponse {
                try await client.submit(path, fields.merging(["formToken": token]) { $1 }, jar)
            }
            #expect(try await client.page("/me/phone", jar).headers[.location] == "/me/proof?to=/me/phone")
            #expect(try await post("/me/phone", ["phone": new]).headers[.location] == "/me/proof?to=/me/phone")

            let sent = try await post("/me/proof", ["send": "1", "to": "/me/phone"])
            #expect(sent.status == .seeOther)
            #expect(city.gateway.last?.phone.digits == old)
            #expect(try await client.page("/me/proof?to=/me/phone", jar).text.contains("id=\"code\""))
            let wrong = try await post("/me/proof", ["code": city.gateway.wrongCode, "to": "/me/phone"])
            #expect(wrong.status == .unprocessableContent)
            let right = try await post("/me/proof", ["code": city.gateway.last?.code ?? "", "to": "/me/phone"])
            #expect(right.headers[.location] == "/me/phone")

            #expect(try await post("/me/phone", ["phone": "12"]).status == .unprocessableContent)
            #expect(try await post("/me/phone", ["phone": old]).text.contains("这就是你现在的号码"))
            #expect(try await post("/me/phone", ["phone": new]).headers[.location] == "/me/phone")
            #expect(city.gateway.last?.phone.digits == new)
            #expect(try await client.page("/me/phone", jar).text.contains("139****5678"))
            let done = try await post("/me/phone", ["code": city.gateway.last?.code ?? ""])
            #expect(done.headers[.location] == "/me?done=phone-changed")

            #expect(try await client.page("/me", jar).text.contains("139****5678"))
            #expect(try await client.page("/me", elsewhere).status == .seeOther, "all other sessions have ended")
            #expect(try await client.page("/me/phone", jar).status == .seeOther, "a proof is good for one change")
        }
        #expect(try await city.count("SELECT COUNT(*) FROM account") == 1)
        #expect(try await city.journal().contains("account.phone-changed"))
    }

    @Test func `a proof counts for five minutes, for its own session, and not by somebody else's code`() async throws {
        let city = try await TestCity()
        try await city.run { [old, new] client in
            func enter(_ number: String) async throws -> String {
                _ = try await client.api(.post, "session/code", json: #"{"phone": "\#(number)"}"#)
                let body = #"{"phone": "\#(number)", "code": "\#(city.gateway.last?.code ?? "")"}"#
                let token = try await client.api(.post, "session", json: body).json()["token"] as? String ?? ""
                city.clock.advance(by: 61)
                return token
            }
            let mine = try await enter(old)
            let second = try await enter(old)
            let theirs = try await enter(new)
            let change = #"{"phone": "13712345678"}"#
            #expect(try await client.api(.post, "me/phone/code", json: change, token: mine).status == .forbidden)

            _ = try await client.api(.post, "me/proof/code", token: mine)
            let code = city.gateway.last?.code ?? ""
            let stolen = try await client.api(.post, "me/proof", json: #"{"code": "\#(code)"}"#, token: theirs)
            #expect(stolen.status == .unauthorized)
            let proof = try await client.api(.post, "me/proof", json: #"{"code": "\#(code)"}"#, token: mine)
            #expect(proof.status == .ok)
            #expect(Date(rfc3339: try proof.json()["validUntil"] as? String ?? "") == city.clock.now + 300)
            #expect(try await client.api(.post, "me/phone/code", json: change, token: second).status == .forbidden)
            #expect(try await client.api(.post, "me/phone/code", json: change, token: mine).status == .accepted)
            city.clock.advance(by: 300)
            let late = #"{"phone": "13712345678", "code": "\#(city.gateway.last?.code ?? "")"}"#
            #expect(try await client.api(.put, "me/phone", json: late, token: mine).status == .forbidden)
        }
    }

    @Test func `a number that somebody has is refused, and only who holds it learns so`() async throws {
        let city = try await TestCity()
        try await city.run { [old, new] client in
            _ = try await client.signIn(new, in: city)
            city.clock.advance(by: 61)
            let jar = try await client.signIn(old, in: city)
            city.clock.advance(by: 61)
            let token = try await client.formToken(jar)
            _ = try await client.submit("/me/proof", ["send": "1", "formToken": token], jar)
            _ = try await client.submit(
                "/me/proof", ["code": city.gateway.last?.code ?? "", "formToken": token], jar)
            let asked = try await client.submit("/me/phone", ["phone": new, "formToken": token], jar)
            #expect(asked.status == .seeOther, "the same answer as for a free number")
            let taken = try await client.submit(
                "/me/phone", ["code": city.gateway.last?.code ?? "", "formToken": token], jar)
            #expect(taken.status == .unprocessableContent)
            #expect(taken.text.contains("另一个账号的号码"))
        }
        let owner = try await city.database.read { [old] db in
            try Phone(old).flatMap { try AccountStore(db).person(with: $0) }
        }
        #expect(owner != nil, "the old number still signs in")
    }

    @Test func `staff show it by their authenticator, each code once`() async throws {
        let city = try await TestCity()
        let (person, authenticator) = try await city.hire()
        try await city.run { client in
            let body =
                #"{"login": "li.na", "password": "\#(TestCity.password)", "totp": "\#(city.shows(authenticator))"}"#
            let token = try await client.api(.post, "session", json: body).json()["token"] as? String ?? ""
            let used = #"{"totp": "\#(city.shows(authenticator))"}"#
            #expect(try await client.api(.post, "me/proof", json: used, token: token).status == .unauthorized)
            city.clock.advance(by: 30)
            let fresh = #"{"totp": "\#(city.shows(authenticator))"}"#
            #expect(try await client.api(.post, "me/proof", json: fresh, token: token).status == .ok)
            #expect(try await client.api(.post, "me/proof/code", token: token).status == .notFound)
            #expect(try await client.api(.post, "me/proof", json: "{}", token: token).status == .unprocessableContent)
        }
        #expect(person.kind == .staff)
    }
}
