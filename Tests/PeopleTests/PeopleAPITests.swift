import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

struct PeopleAPITests {
    private let phone = "13812345678"

    @Test func `a program signs in, looks at itself, changes its profile and signs out`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let sent = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
            #expect(sent.status == .accepted)
            let asked = try sent.json()
            #expect(asked["expiresIn"] as? Int == 600)
            #expect(asked["demoCode"] == nil)
            let challenge = try #require(asked["challenge"] as? String)
            let code = city.gateway.last?.code ?? ""

            let entered = try await client.api(
                .post, "session", json: #"{"phone": "\#(phone)", "code": "\#(code)", "challenge": "\#(challenge)"}"#)
            #expect(entered.status == .ok)
            #expect(entered.headers[values: .setCookie].isEmpty)
            #expect(entered.headers[.cacheControl] == "no-store")
            let session = try entered.json()
            let token = try #require(session["token"] as? String)
            #expect(Date(rfc3339: session["expiresAt"] as? String ?? "") == city.clock.now + 180 * 86_400)
            let account = session["account"] as? [String: Any]
            #expect(account?["roles"] as? [String] == ["rider"])

            let changed = try await client.api(
                .put, "me", json: #"{"name": "徐师傅", "platform": "kfc"}"#, token: token)
            #expect(changed.status == .ok)
            let me = try await client.api(.get, "me", token: token).json()
            #expect(me["name"] as? String == "徐师傅")
            #expect(me["platform"] as? String == "kfc")
            #expect(me["phone"] as? String == "138****5678")
            #expect(me["id"] as? String == account?["id"] as? String)

            let sessions = try await client.api(.get, "sessions", token: token).json()["items"] as? [[String: Any]]
            #expect(sessions?.count == 1)
            #expect(sessions?.first?["current"] as? Bool == true)
            #expect(sessions?.first?["device"] as? String == "program")

            #expect(try await client.api(.delete, "session", token: token).status == .noContent)
            #expect(try await client.api(.get, "me", token: token).status == .unauthorized)
            #expect(try await client.api(.delete, "session", token: token).status == .unauthorized)
        }
    }

    @Test func `without the challenge the newest code that a program asked for counts`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            _ = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
            let first = city.gateway.last?.code ?? ""
            city.clock.advance(by: 61)
            _ = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
            let second = city.gateway.last?.code ?? ""
            if first != second {
                let old = try await client.api(
                    .post, "session", json: #"{"phone": "\#(phone)", "code": "\#(first)"}"#)
                #expect(old.status == .unauthorized)
            }
            let new = try await client.api(.post, "session", json: #"{"phone": "\#(phone)", "code": "\#(second)"}"#)
            #expect(new.status == .ok)
        }
    }

    @Test func `a code that a browser asked for is nothing to a program, even with its challenge`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            let challenge = jar["__Host-nuanxin-code"] ?? ""
            let code = city.gateway.last?.code ?? ""
            let body = #"{"phone": "\#(phone)", "code": "\#(code)", "challenge": "\#(challenge)"}"#
            #expect(try await client.api(.post, "session", json: body).status == .unauthorized)
        }
    }

    @Test func `a challenge of another number is refused`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            let asked = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#).json()
            let challenge = asked["challenge"] as? String ?? ""
            let code = city.gateway.last?.code ?? ""
            for body in [
                #"{"phone": "13912345678", "code": "\#(code)", "challenge": "\#(challenge)"}"#,
                #"{"phone": "\#(phone)", "code": "\#(code)", "challenge": "\#(Token().text)"}"#,
                #"{"phone": "\#(phone)", "code": "\#(code)", "challenge": "nonsense"}"#,
            ] {
                #expect(try await client.api(.post, "session", json: body).status == .unauthorized)
            }
        }
    }

    @Test(arguments: [
        ("session/code", #"{}"#, 422), ("session/code", #"{"phone": 1}"#, 400), ("session/code", "[]", 400),
        ("session/code", #"{"phone": "123"}"#, 422), ("session/code", #"{"phone": "13812345678", "x": 1}"#, 400),
        ("session/code", #"{"phone": "13812345678", "phone": "13912345678"}"#, 400), ("session/code", "{", 400),
        ("session", "{}", 422), ("session", #"{"phone": "13812345678"}"#, 422),
        ("session", #"{"code": "123456"}"#, 422), ("session", #"{"login": "li.na"}"#, 422),
        ("session", #"{"login": "li.na", "password": "x", "totp": "123456", "phone": "13812345678"}"#, 400),
        ("session", #"{"phone": "13812345678", "code": 123456}"#, 400),
    ])
    func `a body that isn't what it should be is refused`(_ path: String, _ body: String, _ status: Int) async throws {
        let city = try await TestCity()
        try await city.run { client in
            let answer = try await client.api(.post, path, json: body)
            #expect(answer.status.code == status)
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
        #expect(city.gateway.count == 0)
    }

    @Test func `a session is ended by its owner only`() async throws {
        let city = try await TestCity()
        try await city.run { [phone] client in
            func enter(_ number: String) async throws -> String {
                _ = try await client.api(.post, "session/code", json: #"{"phone": "\#(number)"}"#)
                let body = #"{"phone": "\#(number)", "code": "\#(city.gateway.last?.code ?? "")"}"#
                return try await client.api(.post, "session", json: body).json()["token"] as? String ?? ""
            }
            let mine = try await enter(phone)
            let theirs = try await enter("13912345678")
            let items = try await client.api(.get, "sessions", token: mine).json()["items"] as? [[String: Any]]
            let id = try #require(items?.first?["id"] as? String)
            #expect(try await client.api(.delete, "sessions/\(id)", token: theirs).status == .notFound)
            #expect(try await client.api(.delete, "sessions/nonsense", token: theirs).status == .notFound)
            #expect(try await client.api(.delete, "sessions/\(id)").status == .unauthorized)
            #expect(try await client.api(.delete, "sessions/\(id)", token: mine).status == .noContent)
            #expect(try await client.api(.get, "me", token: mine).status == .unauthorized)
        }
    }

    @Test func `every address is described, and no other`() throws {
        let file = People.bundle.bundleURL.appending(path: "API/openapi.json")
        let document = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        let paths = try #require(document?["paths"] as? [String: [String: Any]])
        let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0) \(path)" } })
        #expect(
            described == [
                "post /api/v1/session/code", "post /api/v1/session", "delete /api/v1/session", "get /api/v1/sessions",
                "delete /api/v1/sessions/{id}", "get /api/v1/me", "put /api/v1/me", "post /api/v1/me/registration",
                "post /api/v1/me/proof/code",
                "post /api/v1/me/proof", "post /api/v1/me/phone/code", "put /api/v1/me/phone",
                "put /api/v1/me/password", "post /api/v1/me/recovery-codes", "get /api/v1/staff",
                "get /api/v1/staff/{id}",
            ])
    }
}
