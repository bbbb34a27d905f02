import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import People
import TestSupport
import Testing

@testable import App

/// A rider with planted words in everything that is known of them, whose reports went all the way.
struct PlantedReporter: Sendable {
    let visitor: Visitor
    /// Reported with the name for the handler, and without any name.
    let named: String
    let hidden: String
    let photo: String
    let session: String
    /// What they asked about their own data.
    let request: String
    let correction: String

    /// Signs in by the browser's door, introduces themselves, reports twice; then the city does its work.
    init(in city: TestCity, _ client: CityClient, words: String = Planted.words) async throws {
        let rider = Rider(client: client)
        let visitor = try await rider.signIn()
        let introduced = try await rider.send(
            .put, "/api/v1/me", visitor,
            json: [
                "name": Planted.name, "platform": "meituan", "company": Planted.company, "site": Planted.platformSite,
            ])
        #expect(introduced.status == .ok, "\(introduced.text)")
        named = try await rider.report("named", words: words, visitor)
        hidden = try await rider.report("anonymous", words: words, visitor)
        for id in [named, hidden] {
            try await client.close(id)
            let rated = try await rider.send(
                .post, "/api/v1/reports/\(id)/rating", visitor,
                json: ["rating": "notSolved", "note": "\(Planted.remark)，电话 \(Planted.typedPhone)"])
            #expect(rated.status == .ok, "\(rated.text)")
            let again = try await rider.send(
                .post, "/api/v1/reports/\(id)/reopening", visitor,
                json: ["note": "\(Planted.remark) 186-4033-5917"])
            #expect(again.status == .ok, "\(again.text)")
        }
        let own = try await rider.send(.get, "/api/v1/reports/\(named)", visitor).json()
        photo = try #require((own["photos"] as? [[String: Any]])?.first?["id"] as? String)
        let sessions = try await rider.send(.get, "/api/v1/sessions", visitor).json()
        session = try #require((sessions["items"] as? [[String: Any]])?.first?["id"] as? String)
        let asked = try await rider.send(
            .post, "/api/v1/me/requests", visitor,
            json: ["kind": "lostPhone", "phone": Planted.typedPhone, "text": "\(Planted.remark)，所以要换号码"])
        #expect(asked.status == .created, "\(asked.text)")
        request = try #require(try asked.json()["id"] as? String)
        let corrected = try await rider.send(
            .post, "/api/v1/me/requests", visitor, json: ["kind": "correction", "text": "\(Planted.remark)，写错了"])
        #expect(corrected.status == .created, "\(corrected.text)")
        correction = try #require(try corrected.json()["id"] as? String)
        self.visitor = visitor
        for _ in 0..<2 { await city.catchUp() }
    }

    /// What stands for the parameters of addresses.
    var parameters: [String: [String]] {
        [
            "id": [named, hidden, photo], "size": ["small", "large"], "session": [session],
            "request": [named, request, correction], "name": ["case-stale"], "language": ["en"], "purpose": ["named"],
        ]
    }
}

/// The rider's phone: whatever it sends, it sends its own words along.
private struct Rider: Sendable {
    let client: CityClient

    func signIn() async throws -> Visitor {
        let asked = try await form("/sign-in", ["phone": Planted.phone], cookie: nil)
        let challenge = try #require(asked.headers[.setCookie]?.prefix { $0 != ";" })
        let page = try await client.http.page("/sign-in", cookie: String(challenge))
        let code = try #require(page.text.firstMatch(of: /\b(\d{6})\b/)?.1)
        let wrong = try await form("/sign-in", ["code": "000000"], cookie: String(challenge))
        #expect(wrong.status == .unprocessableContent)
        let entered = try await form("/sign-in", ["code": String(code)], cookie: String(challenge))
        let cookie = try #require(
            entered.headers[values: .setCookie].first { $0.hasPrefix("nuanxin=") }?.prefix { $0 != ";" })
        let body = ["phone": "+86 \(Planted.phone)"]
        let program = try await send(.post, "/api/v1/session/code", nil, json: body).json()
        let got = try await send(
            .post, "/api/v1/session", nil, json: ["phone": Planted.phone, "code": program["demoCode"] as? String ?? ""])
        let token = try #require(try got.json()["token"] as? String)
        return Visitor(name: "reporter", cookie: String(cookie), token: token)
    }

    func report(_ identity: String, words: String, _ visitor: Visitor) async throws -> String {
        let id = client.newKey()
        let draft: [String: Any] = [
            "id": id, "category": "0104", "position": ["lat": 41.80, "lng": 123.45], "identity": identity,
            "address": "文艺路28号，门口打 \(Planted.typedPhone)",
            "description": "\(words)，找我打 +86\(Planted.typedPhone)",
        ]
        let photo = try Planted.photo(identity == "named" ? 31 : 32)
        let boundary = "----planted"
        var body = Data()
        for (head, content) in [
            ("name=\"report\"\r\nContent-Type: application/json", try JSONSerialization.data(withJSONObject: draft)),
            ("name=\"photo\"; filename=\"\(Planted.fileName)\"\r\nContent-Type: image/jpeg", photo),
        ] {
            body += Data("--\(boundary)\r\nContent-Disposition: form-data; \(head)\r\n\r\n".utf8) + content
            body += Data("\r\n".utf8)
        }
        body += Data("--\(boundary)--\r\n".utf8)
        let answer = try await execute(
            .post, "/api/v1/reports", visitor, body, type: "multipart/form-data; boundary=\(boundary)")
        #expect(answer.status == .created, "\(answer.text)")
        return id
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ visitor: Visitor?, json: [String: Any]? = nil
    ) async throws -> TestResponse {
        let body = try json.map { try JSONSerialization.data(withJSONObject: $0) }
        return try await execute(method, path, visitor, body, type: "application/json")
    }

    private func form(_ path: String, _ fields: [String: String], cookie: String?) async throws -> TestResponse {
        let body = fields.map { "\($0.key)=\(percent($0.value))" }.joined(separator: "&")
        let visitor = Visitor(name: "rider", cookie: cookie, token: nil)
        return try await execute(.post, path, visitor, Data(body.utf8), type: "application/x-www-form-urlencoded")
    }

    private func percent(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private func execute(
        _ method: HTTPRequest.Method, _ path: String, _ visitor: Visitor?, _ body: Data?, type: String
    ) async throws -> TestResponse {
        var headers: HTTPFields = [
            .accept: path.hasPrefix("/api/") ? "application/json" : "text/html", .userAgent: Planted.agent,
            .acceptLanguage: "zh-CN",
        ]
        if let name = HTTPField.Name("X-Forwarded-For") { headers[name] = Planted.network }
        if body != nil { headers[.contentType] = type }
        if path.hasPrefix("/api/") {
            if let token = visitor?.token { headers[.authorization] = "Bearer \(token)" }
        } else if let cookie = visitor?.cookie {
            headers[.cookie] = cookie
        }
        return try await client.http.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
    }
}
