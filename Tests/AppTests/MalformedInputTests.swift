import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

/// Each wrong input has its problem, by name, status and field, in words of both languages.
@Suite struct MalformedInputTests {
    struct Wrong: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        var someone: Someone?
        var body: String?
        var type = "application/json"
        let status: Int
        let problem: String
        var field: String?

        var testDescription: String { "\(method) \(path) \(body ?? "")" }

        static func get(
            _ path: String, _ someone: Someone? = nil, _ status: Int, _ problem: String, _ field: String? = nil
        ) -> Wrong {
            Wrong(method: .get, path: path, someone: someone, status: status, problem: problem, field: field)
        }

        static func post(
            _ path: String, _ someone: Someone? = nil, _ body: String, _ status: Int, _ problem: String,
            _ field: String? = nil, type: String = "application/json"
        ) -> Wrong {
            Wrong(
                method: .post, path: path, someone: someone, body: body, type: type, status: status, problem: problem,
                field: field)
        }
    }

    static let table: [Wrong] = [
        .get("/cases?vieww=all", .wangFang, 400, "malformed-fields", "vieww"),
        .get("/cases?view=all&view=all", .wangFang, 400, "malformed-fields", "view"),
        .get("/cases?view=everything", .wangFang, 422, "invalid-fields", "view"),
        .get("/cases?limit=0", .wangFang, 422, "invalid-fields", "limit"),
        .get("/cases?limit=1.5", .wangFang, 422, "invalid-fields", "limit"),
        .get("/cases?limit=1e2", .wangFang, 422, "invalid-fields", "limit"),
        .get("/cases?cursor=AAAA", .wangFang, 422, "invalid-fields", "cursor"),
        // The smallest of all whole numbers, whose magnitude is none: it must not end the process.
        .get("/cases?cursor=LTkyMjMzNzIwMzY4NTQ3NzU4MDgfeA", .wangFang, 422, "invalid-fields", "cursor"),
        .get("/reports?cursor=LTkyMjMzNzIwMzY4NTQ3NzU4MDgfeA", .zhangWei, 422, "invalid-fields", "cursor"),
        .get("/notices?cursor=LTkyMjMzNzIwMzY4NTQ3NzU4MDgfeA", .zhangWei, 422, "invalid-fields", "cursor"),
        .get("/cases?cursor=%FF", .wangFang, 400, "malformed-fields", "cursor"),
        .get("/cases?q=a%00b", .wangFang, 400, "malformed-fields", "q"),
        .get("/cases?category=1", .wangFang, 422, "invalid-fields", "category"),
        .get("/cases/nonsense", .wangFang, 404, "no-such-page"),
        .get("/cases", nil, 401, "sign-in-required"),
        .get("/reports?limit=101", .zhangWei, 422, "invalid-fields", "limit"),
        .get("/notices?cursor=x", .zhangWei, 422, "invalid-fields", "cursor"),
        .get("/categories?x=1", nil, 400, "malformed-fields", "x"),
        .get("/public/figures?x", nil, 400, "malformed-fields", "x"),
        .get("/territories/at?lat=91&lng=0", nil, 422, "invalid-fields", "lat"),
        .get("/territories/at?lat=x&lng=0", nil, 422, "invalid-fields", "lat"),
        .get("/territories/at?lat=nan&lng=inf", nil, 422, "invalid-fields", "lat"),
        .get("/territories/at?lat=1", nil, 422, "invalid-fields", "lng"),
        .get("/deadlines?clock=nope&start=2026-09-30T08:00:00Z", nil, 422, "invalid-fields", "clock"),
        .get("/deadlines?clock=penalty&start=yesterday", nil, 422, "invalid-fields", "start"),
        .get(
            "/deadlines?clock=penalty&start=2026-09-30T08:00:00Z&pauseDays=-1", nil, 422, "invalid-fields", "pauseDays"),
        .post("/session", nil, "", 400, "malformed-json"),
        .post("/session", nil, "[]", 400, "malformed-json"),
        .post("/session", nil, "{\"phone\": \"1\", \"phone\": \"2\"}", 400, "malformed-json"),
        .post("/session", nil, "{\"code\": NaN}", 400, "malformed-json"),
        .post("/session", nil, "{\"code\": \"\\ud800\"}", 400, "malformed-json"),
        .post("/session", nil, "{\"code\": \"1\"} x", 400, "malformed-json"),
        .post("/session", nil, "{}", 422, "invalid-fields", "code"),
        .post("/session", nil, "{\"phone\": 13800000001, \"code\": \"1\"}", 400, "malformed-fields", "phone"),
        .post("/session", nil, "{\"login\": \"x\"}", 422, "invalid-fields", "password"),
        .post(
            "/session", nil, "{\"login\": \"x\", \"password\": \"y\", \"totp\": \"1\", \"admin\": true}", 400,
            "malformed-fields", "admin"),
        .post("/session", nil, "phone=1", 415, "unsupported-body", type: "application/x-www-form-urlencoded"),
        .post("/session/code", nil, "{\"phone\": \"12345\"}", 422, "invalid-fields", "phone"),
        .post("/session/code", nil, "{\"phone\": \"138\\u0000\"}", 422, "invalid-fields", "phone"),
        .post("/reports", .zhangWei, "{}", 415, "unsupported-body"),
        .post("/reports", .zhangWei, "--x", 400, "malformed-form", type: "multipart/form-data; boundary=x"),
        .post("/reports", .zhangWei, "x", 400, "malformed-form", type: "multipart/form-data"),
        .post(
            "/reports", .zhangWei, "--x\r\n\r\n\r\n--x--\r\n", 400, "malformed-form",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, part("other", "1"), 422, "invalid-fields", "report",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, part("report", "{"), 400, "malformed-json", type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, part("report", "{}"), 422, "invalid-fields", "id",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"x\": 1"), 400, "malformed-fields", "x",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"accuracy\": \"18\""), 400, "malformed-fields", "accuracy",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"accuracy\": -1"), 422, "invalid-fields", "accuracy",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"position\": [1, 2]"), 400, "malformed-fields", "position",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"position\": {\"lat\": 91, \"lng\": 0}"), 422, "invalid-fields",
            "position.lat", type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"position\": {\"lat\": 1, \"lng\": 0, \"z\": 1}"), 400, "malformed-fields",
            "position.z", type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"capturedAt\": \"2026\""), 422, "invalid-fields", "capturedAt",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("\"description\": \"\(String(repeating: "a", count: 1001))\""), 422,
            "invalid-fields", "description", type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("", id: "3f2504e0-4f89-41d3-9a0c-0305e82c3301"), 422, "invalid-fields", "id",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft("", category: "0199"), 422, "invalid-fields", "category",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/reports", .zhangWei, draft(""), 422, "invalid-fields", "photo", type: "multipart/form-data; boundary=x"),
        .post("/reports", nil, draft(""), 401, "sign-in-required", type: "multipart/form-data; boundary=x"),
        .post(
            "/photos", .zhangWei, part("photo", "x"), 422, "invalid-fields", "photo",
            type: "multipart/form-data; boundary=x"),
        .post(
            "/photos", .zhangWei, file("photo", "no photo"), 422, "not-a-photo", type: "multipart/form-data; boundary=x"
        ),
        .post(
            "/photos", .zhangWei, file("photo", "%PDF-1.7"), 422, "photo-kind-unsupported",
            type: "multipart/form-data; boundary=x"),
        .post("/notices/reading", .zhangWei, "{\"upTo\": \"now\"}", 422, "invalid-fields", "upTo"),
        .post("/notices/reading", .zhangWei, "{\"upTo\": 3}", 400, "malformed-fields", "upTo"),
        .post("/calendar", .heMin, "{}", 422, "invalid-fields"),
        .post("/calendar", .zhangWei, "{}", 403, "not-allowed"),
    ]

    static func part(_ name: String, _ value: String) -> String {
        "--x\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n--x--\r\n"
    }

    static func file(_ name: String, _ value: String) -> String {
        "--x\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"a.jpg\"\r\n\r\n\(value)\r\n--x--\r\n"
    }

    static func draft(
        _ more: String, id: String = "0199f0a0-7c3e-7b1a-8f00-3c5d2a9b1e44", category: String = "0104"
    ) -> String {
        let rest = more.isEmpty ? "" : ", \(more)"
        let text =
            "{\"id\": \"\(id)\", \"category\": \"\(category)\", \"address\": \"x\", \"identity\": \"named\"\(rest)}"
        return part("report", text)
    }

    @Test func `each wrong input has its problem, in words of both languages`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            for wrong in Self.table {
                var titles: Set<String> = []
                for language in ["zh-Hans", "en"] {
                    let answer = try await client.api(
                        wrong.method, wrong.path, as: wrong.someone, raw: wrong.body, type: wrong.type,
                        language: language)
                    let problem = try answer.json()
                    #expect(Int(answer.status.code) == wrong.status, "\(wrong.testDescription)\n\(answer.text)")
                    #expect(
                        problem["type"] as? String == "/problems/\(wrong.problem)",
                        "\(wrong.testDescription)\n\(answer.text)")
                    let errors = problem["errors"] as? [[String: String]] ?? []
                    if let field = wrong.field {
                        #expect(errors.contains { $0["field"] == field }, "\(wrong.testDescription)\n\(answer.text)")
                    }
                    let words =
                        errors.compactMap { $0["detail"] }
                        + [problem["title"], problem["detail"]].compactMap { $0 as? String }
                    for text in words {
                        #expect(
                            !text.hasPrefix("field.") && !text.hasPrefix("problem.") && !text.contains("{"), "\(text)")
                    }
                    titles.insert(problem["title"] as? String ?? "")
                }
                #expect(titles.count == 2, "\(wrong.testDescription): \(titles)")
            }
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 0)
        }
    }

    @Test func `a step's wrong input has its problem`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            let table: [(String, Int, String, String?)] = [
                ("{}", 422, "invalid-fields", "step"), ("{\"step\": 1}", 400, "malformed-fields", "step"),
                ("{\"step\": \"fly\"}", 422, "case-no-such-step", nil),
                ("{\"step\": \"dispatch\"}", 422, "invalid-fields", "office"),
                ("{\"step\": \"dispatch\", \"office\": \"SH-FOOD\"}", 422, "invalid-fields", "office"),
                ("{\"step\": \"dispatch\", \"office\": \"\(client.newKey())\"}", 422, "case-may-not-forward", nil),
                ("{\"step\": \"decline\", \"reason\": \"mood\", \"result\": \"x\"}", 422, "invalid-fields", "reason"),
                ("{\"step\": \"handOver\", \"body\": \"nasa\", \"result\": \"x\"}", 422, "invalid-fields", "body"),
                ("{\"step\": \"classify\", \"category\": \"0199\"}", 422, "invalid-fields", "category"),
                ("{\"step\": \"recordReceipt\", \"receipt\": \"1\"}", 409, "case-not-now", nil),
                ("{\"step\": \"note\", \"note\": \"x\", \"version\": 99}", 412, "case-stale", nil),
                ("{\"step\": \"note\", \"note\": \"x\", \"version\": 1.5}", 400, "malformed-fields", "version"),
                (
                    "{\"step\": \"note\", \"note\": \"\(String(repeating: "长", count: 2001))\"}", 422, "invalid-fields",
                    "note"
                ),
                ("{\"step\": \"note\", \"note\": \"x\", \"photos\": [\"x\"]}", 422, "invalid-fields", "photos"),
                (
                    "{\"step\": \"note\", \"note\": \"x\", \"photos\": [\"\(client.newKey())\"]}", 422,
                    "case-photo-gone", nil
                ),
                ("{\"step\": \"note\", \"note\": \"x\", \"state\": \"closed\"}", 400, "malformed-fields", "state"),
                ("{\"step\": \"verify\", \"result\": \"x\"}", 403, "not-allowed", nil),
                ("{\"step\": \"receive\"}", 422, "case-no-such-step", nil),
            ]
            for (body, status, name, field) in table {
                let answer = try await client.api(.post, "/cases/\(id)/steps", as: .wangFang, raw: body)
                #expect(Int(answer.status.code) == status, "\(body)\n\(answer.text)")
                #expect(try answer.json()["type"] as? String == "/problems/\(name)", "\(body)\n\(answer.text)")
                let errors = try answer.json()["errors"] as? [[String: String]] ?? []
                if let field { #expect(errors.contains { $0["field"] == field }, "\(body)\n\(answer.text)") }
            }
            #expect(try await client.get("/cases/\(id)", as: .wangFang).json()["version"] as? Int == 1)
        }
    }

    @Test func `what is too large is refused`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let large = "{\"phone\": \"\(String(repeating: "1", count: 70_000))\"}"
            let answer = try await client.api(.post, "/session/code", raw: large)
            #expect(answer.status == .contentTooLarge)
            let deep = String(repeating: "[", count: 30_000)
            #expect(try await client.api(.post, "/session/code", raw: deep).status == .badRequest)
            let many =
                (0..<2000).map { _ in "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" }.joined()
                + "--x--\r\n"
            let parts = try await client.api(
                .post, "/reports", as: .zhangWei, raw: many, type: "multipart/form-data; boundary=x")
            #expect(parts.status == .badRequest)
            let files =
                (0..<11).map { _ in "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\n1\r\n"
                }
                .joined() + "--x--\r\n"
            let photos = try await client.api(
                .post, "/reports", as: .zhangWei, raw: files, type: "multipart/form-data; boundary=x")
            #expect(photos.status == .unprocessableContent)
        }
    }
}
