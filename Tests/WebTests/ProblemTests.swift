import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Storage
import TestSupport
import Testing
import Web

struct ProblemTests {
    private struct Secret: Error { let password = "hunter2" }

    private static let errors: [String: any Error] = [
        "hidden": NoSuchPage(), "forbidden": NotAllowed(), "unsigned": SignInRequired(), "busy": StorageError.busy,
        "away": StorageError.unavailable, "unsure": StorageError.outcomeUnknown,
        "full": StorageError.full, "crammed": CocoaError(.fileWriteOutOfSpace),
        "twice": StorageError.uniqueViolation("account.phone"),
        "large": NIOTooManyBytesError(maxBytes: 9),
        "unexpected": Secret(), "database": StorageError.other(code: "1", message: "no such table: secret"),
        "teapot": HTTPError(.init(code: 418)), "field": InvalidFields("name", "too-long", details: ["limit": "9"]),
        "json": JSONProblem.unexpectedEnd,
    ]

    @Test(arguments: [
        ("hidden", 404, "no-such-page"), ("forbidden", 403, "not-allowed"),
        ("busy", 503, "busy"),
        ("away", 503, "unavailable"), ("unsure", 503, "outcome-unknown"),
        ("full", 507, "storage-full"), ("crammed", 507, "storage-full"), ("twice", 409, "conflict"),
        ("large", 413, "http-413"),
        ("unexpected", 500, "unexpected"), ("database", 500, "unexpected"),
        ("teapot", 418, "http-other"),
        ("field", 422, "invalid-fields"), ("json", 400, "malformed-json"),
        ("nowhere", 404, "http-404"),
    ])
    func `an error is a page to a person and problem details to a program`(
        path: String, status: Int, name: String
    ) async throws {
        let title = try words("problem.\(name).title")
        try await withErrors { client in
            let page = try await client.page("/\(path)")
            #expect(page.status.code == status)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.text.contains("<h1>\(title)</h1>"))

            let details = try await client.program("/\(path)", language: "zh-CN")
            #expect(details.status.code == status)
            #expect(details.headers[.contentType] == "application/problem+json")
            let json = try details.json()
            #expect(json["type"] as? String == "/problems/\(name)")
            #expect(json["status"] as? Int == status)
            #expect(json["title"] as? String == title)
            #expect((json["instance"] as? String)?.hasPrefix("/requests/") == true)

            // The type leads to a page that explains it.
            #expect(try await client.page("/problems/\(name)").text.contains("<h1>\(title)</h1>"))
        }
    }

    @Test func `each language has its words`() async throws {
        try await withErrors { client in
            #expect(
                try await client.page("/hidden", language: "en").text.contains(
                    "<h1>\(try words("problem.no-such-page.title", in: .en))</h1>"))
            #expect(
                try await client.program("/busy", language: "en").json()["title"] as? String
                    == words("problem.busy.title", in: .en))
            let fields = try await client.program("/field", language: "en").json()["errors"] as? [[String: String]]
            #expect(fields == [["field": "name", "detail": try words("field.too-long", in: .en, ["limit": "9"])]])
            #expect(fields?.first?["detail"]?.contains("9") == true)
        }
    }

    @Test(arguments: ["unexpected", "database"])
    func `what we did wrong shows a number and nothing of the inside`(path: String) async throws {
        try await withErrors { client in
            for answer in [try await client.page("/\(path)"), try await client.program("/\(path)", language: "en")] {
                for inside in ["hunter2", "Secret", "no such table", "StorageError", "secret"] {
                    #expect(!answer.text.contains(inside), "\(inside)")
                }
            }
            #expect(try await client.page("/\(path)").text.contains("<code>"))
            #expect(!(try await client.page("/hidden").text.contains("<code>")), "a number helps nobody here")
        }
    }

    @Test func `who is told to come back is told when`() async throws {
        try await withErrors { client async throws in
            #expect(try await client.page("/busy").headers[.retryAfter] == "2")
            #expect(try await client.program("/busy", language: "en").headers[.retryAfter] == "2")
            #expect(try await client.page("/hidden").headers[.retryAfter] == nil)
        }
    }

    @Test(arguments: [
        ("/unsigned", "/sign-in?to=%2Funsigned"),
        ("/unsigned?page=2&q=%E6%9A%96", "/sign-in?to=%2Funsigned%3Fpage%3D2%26q%3D%25E6%259A%2596"),
        ("/work/unsigned", "/sign-in/staff?to=%2Fwork%2Funsigned"),
        ("/admin/unsigned", "/sign-in/staff?to=%2Fadmin%2Funsigned"),
        ("/workshop/unsigned", "/sign-in?to=%2Fworkshop%2Funsigned"),
    ])
    func `who isn't signed in is led to the door, and back after it`(path: String, door: String) async throws {
        try await withErrors { client in
            let answer = try await client.page(path)
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == door)
        }
    }

    @Test func `a form of somebody who isn't signed in any more leads to the door, not back to an address of forms`()
        async throws
    {
        try await withErrors { client in
            let answer = try await client.submit("/unsigned", ["a": "1"])
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/sign-in?to=%2F")
        }
    }

    @Test func `a program that isn't signed in is told how to`() async throws {
        try await withErrors { client in
            let answer = try await client.program("/unsigned", language: "en")
            #expect(answer.status == .unauthorized)
            #expect(answer.headers[.wwwAuthenticate] == "Bearer")
            #expect(try answer.json()["type"] as? String == "/problems/sign-in-required")
        }
    }

    @Test func `the API answers problem details even to a browser`() async throws {
        try await withErrors { client in
            let answer = try await client.page("/api/v1/unsigned")
            #expect(answer.status == .unauthorized)
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
    }

    @Test(arguments: ["nonsense", "%3Cscript%3E", "..%2F..%2Fetc"])
    func `there is no page for a problem that doesn't exist`(name: String) async throws {
        try await withErrors { client in
            let answer = try await client.page("/problems/\(name)")
            #expect(answer.status == .notFound)
            #expect(!answer.text.contains("<script>"))
        }
    }

    private func withErrors(
        _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try await withRouter(
            routes: { router in
                for (path, error) in Self.errors {
                    for prefix in ["", "work/", "admin/", "workshop/", "api/v1/"] {
                        router.get("\(prefix)\(path)") { _, _ -> Response in throw error }
                    }
                    router.post("\(path)") { _, _ -> Response in throw error }
                }
            }, test)
    }
}

extension JSONProblem {
    fileprivate static var unexpectedEnd: any Error {
        do { return try JSONValue(parsing: "{".utf8) as? any Error ?? CancellationError() } catch { return error }
    }
}

extension TestClientProtocol {
    fileprivate func program(_ path: String, language: String) async throws -> TestResponse {
        try await execute(uri: path, method: .get, headers: [.accept: "application/json", .acceptLanguage: language])
    }
}
