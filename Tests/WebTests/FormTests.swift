import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

struct FormTests {
    @Test(arguments: [
        ("a=1&b=2", "a=1 b=2"), ("", ""), ("a", "a="), ("a=", "a="), ("a=1&a=2&a=", "a=1|2|"),
        ("a=%E6%9A%96+%E6%96%B0%2B", "a=暖 新+"),
        ("a=b%3Dc%26d", "a=b=c&d"), ("a=b=c", "a=b=c"), ("&&a=1&", "a=1"), ("%61=1", "a=1"), ("=1", "=1"),
        ("a=%f0%A0%aE%B7", "a=𠮷"),
        ("a=%0D%0A", "a=\r\n"),
    ])
    func `a form is read as browsers write it`(body: String, read: String) async throws {
        try await withForm { client in
            let answer = try await client.send(body)
            #expect(answer.status == .ok)
            #expect(answer.text == read)
        }
    }

    @Test(arguments: [
        "a=%", "a=%4", "a=%zz", "a=%4g", "a=%ff", "a=%C0%80", "a=%00", "%=1", "a=%+1", "a=%E6%9A", "a=%ED%A1%82",
        String(repeating: "a=1&", count: 1001),
    ])
    func `a form that can't be read is refused`(body: String) async throws {
        try await withForm { client in
            let answer = try await client.send(body)
            #expect(answer.status == .badRequest)
            #expect(answer.text.contains(try words("problem.malformed-form.title")))
        }
    }

    @Test(
        arguments: [
            ("application/x-www-form-urlencoded", 200), ("Application/X-WWW-Form-URLEncoded; charset=UTF-8", 200),
            (nil, 200),
            ("application/json", 415), ("text/plain", 415),
            // Files go only where files are expected.
            ("multipart/form-data; boundary=xyz", 415),
        ] as [(String?, Int)])
    func `a body of another type is refused`(type: String?, status: Int) async throws {
        try await withForm { client async throws in
            #expect(try await client.send("a=1", type: type).status.code == status)
        }
    }

    @Test func `a form that is too large is refused`() async throws {
        try await withForm { client in
            #expect(try await client.send("a=" + String(repeating: "a", count: 255 * 1024)).status == .ok)
            let answer = try await client.send("a=" + String(repeating: "a", count: 257 * 1024))
            #expect(answer.status == .contentTooLarge)
            #expect(answer.text.contains(try words("problem.http-413.title")))
        }
    }

    @Test(
        arguments: [
            ("a=1&formToken=token-of-mei", nil, 200), ("a=1", "token-of-mei", 200),
            ("formToken=+token-of-mei+", nil, 200),
            ("a=1", nil, 403), ("a=1&formToken=", nil, 403), ("formToken=token-of-mej", nil, 403),
            ("formToken=token-of-me", nil, 403),
            ("a=1", "wrong", 403), ("formToken=TOKEN-OF-MEI", nil, 403),
            // The first counts: adding a right one to a wrong one helps nobody.
            ("formToken=wrong&formToken=token-of-mei", nil, 403), ("formToken=wrong", "token-of-mei", 403),
        ] as [(String, String?, Int)])
    func `a form of somebody signed in by a cookie shows that it came from our page`(
        body: String, header: String?, status: Int
    ) async throws {
        try await withForm(as: .mei()) { client async throws in
            #expect(try await client.send(body, token: header).status.code == status)
        }
    }

    @Test func `a form of a program or of nobody needs no token`() async throws {
        for signedIn in [nil, SignedIn.mei(by: .bearer)] {
            try await withForm(as: signedIn) { client async throws in
                #expect(try await client.send("a=1").status == .ok)
            }
        }
    }

    @Test func `a field without its spaces is there or missing`() async throws {
        try await withRouter(routes: { router in
            router.post("form") { request, context -> String in
                let form = try await Form(request, context)
                var problems = [FieldProblem]()
                let text = form.text("text", limit: 3, problems: &problems)
                return
                    "\(form["a"] ?? "-") \(form["b"] ?? "-") \(form["c"] ?? "-") \(text ?? "-") \(problems.map(\.name))"
            }
        }) { client async throws in
            #expect(try await client.send("a=+x+&b=+%0A&text=暖新城").text == "x - - 暖新城 []")
            #expect(try await client.send("text=+暖新城+").text == "- - - 暖新城 []")
            #expect(try await client.send("text=暖新之城").text == "- - - - [\"too-long\"]")
        }
    }

    @Test func `a form with files checks its token too`() async throws {
        let limits = UploadLimits(folder: try temporaryFolder())
        try await withRouter(
            as: .mei(),
            routes: { router in
                router.post("form") { request, context -> String in
                    let form = try await Form(request, context, uploads: limits)
                    return form.files.map { "\($0.fileName) \($0.size)" }.joined()
                }
            }
        ) { client async throws in
            let file = "--xyz\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\n\r\nAAA\r\n"
            let token = "--xyz\r\nContent-Disposition: form-data; name=\"formToken\"\r\n\r\ntoken-of-mei\r\n"
            let type = "multipart/form-data; boundary=xyz"
            #expect(try await client.send(file + token + "--xyz--", type: type).text == "a.jpg 3")
            #expect(try await client.send(file + "--xyz--", type: type, token: "token-of-mei").text == "a.jpg 3")
            #expect(try await client.send(file + "--xyz--", type: type).status == .forbidden)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: limits.folder.path).isEmpty)
    }
}

/// A route that says what it read: `a=1|2 b=3`.
private func withForm(
    as signedIn: SignedIn? = nil, _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
) async throws {
    try await withRouter(
        as: signedIn,
        routes: { router in
            router.post("form") { request, context -> String in
                let form = try await Form(request, context)
                return form.values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.joined(separator: "|"))" }
                    .joined(separator: " ")
            }
        }, test)
}

extension TestClientProtocol {
    fileprivate func send(
        _ body: String, type: String? = "application/x-www-form-urlencoded", token: String? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.accept: "text/html", .secFetchSite: "same-origin"]
        headers[.contentType] = type
        headers[.formToken] = token
        return try await execute(uri: "/form", method: .post, headers: headers, body: ByteBuffer(string: body))
    }
}
