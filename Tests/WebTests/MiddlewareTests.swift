import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

struct MiddlewareTests {
    @Test(
        arguments: [
            (nil, "en-GB", "en"), (nil, "zh", "zh-Hans"), ("language=en", "zh", "en"),
            ("language=zh-Hans", "en", "zh-Hans"), ("language=fr", "en", "en"),
            ("language=", "zh", "zh-Hans"), ("other=1; language=en", "zh", "en"), (nil, nil, "zh-Hans"),
        ] as [(String?, String?, String)])
    func `the language is the one chosen on a page, else the browser's`(
        cookie: String?, wish: String?, language: String
    ) async throws {
        try await withPage { client in
            var headers = HTTPFields()
            headers[.cookie] = cookie
            headers[.acceptLanguage] = wish
            let answer = try await client.execute(uri: "/page", method: .get, headers: headers)
            #expect(answer.text == language)
            #expect(answer.headers[.contentLanguage] == language)
        }
    }

    @Test func `the switch keeps the language for a year and leads back`() async throws {
        try await withPage { client in
            let answer = try await client.page("/language/en?to=%2Freports%3Fpage%3D2")
            #expect(answer.status == .seeOther)
            #expect(answer.headers[.location] == "/reports?page=2")
            let cookie = try #require(answer.headers[.setCookie])
            for part in ["language=en", "Max-Age=31536000", "Path=/", "SameSite=Lax", "Secure"] {
                #expect(cookie.contains(part))
            }
        }
    }

    @Test(arguments: [
        "https%3A%2F%2Fevil.com", "%2F%2Fevil.com", "%2F%5Cevil.com", "%2F%2F%EF%B8%8Fevil.com",
        "%2F%0D%0ASet-Cookie%3A+a%3Db", "", "reports",
    ])
    func `the switch leads nowhere else`(to: String) async throws {
        try await withPage { client in
            let answer = try await client.page("/language/en?to=\(to)")
            #expect(answer.headers[.location] == "/")
        }
    }

    @Test func `there is no switch to a language that we don't speak`() async throws {
        try await withPage { client async throws in
            #expect(try await client.page("/language/fr").status == .notFound)
        }
    }

    @Test(
        arguments: [
            // What the browser says of where a request comes from decides.
            ("same-origin", nil, true), ("none", nil, true), ("same-site", nil, false), ("cross-site", nil, false),
            ("", nil, false),
            ("cross-site", "http://localhost", false), ("same-origin", "http://evil.com", true),
            // An older browser sends the origin only.
            (nil, "http://localhost", true), (nil, "https://localhost", true), (nil, "http://localhost:81", false),
            (nil, "http://evil.com", false),
            (nil, "http://localhost.evil.com", false), (nil, "http://evil.com/localhost", false), (nil, "null", false),
            (nil, "", false),
            // A program sends neither; it has no cookies either.
            (nil, nil, true),
        ] as [(String?, String?, Bool)])
    func `a change comes from our own page`(site: String?, origin: String?, passes: Bool) async throws {
        try await withPage { client in
            var headers: HTTPFields = [.accept: "text/html"]
            headers[.secFetchSite] = site
            headers[.origin] = origin
            for method in [HTTPRequest.Method.post, .put, .delete, .patch] {
                let answer = try await client.execute(uri: "/page", method: method, headers: headers)
                #expect(answer.status == (passes ? .ok : .forbidden), "\(method)")
            }
            // Looking is free, and the API takes no cookies.
            #expect(try await client.execute(uri: "/page", method: .get, headers: headers).status == .ok)
            #expect(try await client.execute(uri: "/api/v1/page", method: .post, headers: headers).status == .ok)
        }
    }

    @Test(arguments: ["/page", "/nowhere", "/api/v1/page", "/broken"])
    func `every answer tells the browser what it may load and run`(path: String) async throws {
        try await withPage { client in
            let headers = try await client.page(path).headers
            let policy = try #require(headers[.contentSecurityPolicy]).split(separator: "; ").map(String.init)
            #expect(
                Set(policy) == [
                    "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
                    "font-src 'self'",
                    "img-src 'self' data: blob: https://t0.tianditu.gov.cn", "manifest-src 'self'",
                    "worker-src 'self'",
                    "form-action 'self'",
                    "frame-ancestors 'none'", "base-uri 'none'",
                ])
            #expect(headers[.xContentTypeOptions] == "nosniff")
            #expect(headers[.referrerPolicy] == "no-referrer")
            #expect(headers[.permissionsPolicy] == "geolocation=(self), camera=(self), microphone=()")
            #expect(headers[.strictTransportSecurity] == nil, "not without TLS")
        }
    }

    @Test func `with TLS the browser is told to keep to it`() async throws {
        try await withRouter(isSecure: true, routes: { _ in }) { client async throws in
            #expect(
                try await client.page("/").headers[.strictTransportSecurity] == "max-age=31536000; includeSubDomains")
        }
    }

    private func withPage(
        _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try await withRouter(
            tileOrigin: "https://t0.tianditu.gov.cn",
            routes: { router in
                for path in ["page", "api/v1/page"] {
                    for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch] {
                        router.on("\(path)", method: method) { _, context in context.language.rawValue }
                    }
                }
                router.get("broken") { _, _ -> String in throw CancellationError() }
            }, test)
    }
}
