import App
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing
import Web

/// What every answer has in common.
@Suite struct HTTPTests {
    @Test func `an address without that method says which it has`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            for (path, method, allowed) in [
                ("/api/v1/ping", "DELETE", "GET, HEAD"), ("/api/v1/reports", "PUT", "GET, HEAD, POST"),
                ("/api/v1/session", "GET", "DELETE, POST"), ("/work", "POST", "GET, HEAD"),
                ("/healthz", "PATCH", "GET, HEAD"),
            ] {
                let name = try #require(HTTPRequest.Method(method))
                let answer = try await client.http.execute(
                    uri: path, method: name, headers: [.accept: "application/json"])
                #expect(answer.status == .methodNotAllowed, "\(path)")
                #expect(answer.headers[.allow] == allowed, "\(path)")
                #expect(try answer.json()["type"] as? String == "/problems/http-405")
            }
        }
    }

    @Test func `a person who comes to an address that only takes forms is led to the page above it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            for (path, page) in [
                ("/work/cases/\(id)/steps", "/work/cases/\(id)"), ("/work/cases/\(id)/reporter", "/work/cases/\(id)"),
                ("/reports/\(id)/reopening", "/reports/\(id)"), ("/admin/calendar/preview?a=1", "/admin/calendar"),
                ("/sign-out", "/"), ("/nothing/steps", nil),
            ] as [(String, String?)] {
                let answer = try await client.page(path, as: .wangFang)
                #expect(answer.status == (page == nil ? .notFound : .seeOther), "\(path)")
                #expect(answer.headers[.location] == page, "\(path)")
                // A program is told plainly.
                let told = try await client.http.execute(
                    uri: path, method: .get, headers: [.accept: "application/json"])
                #expect(told.status == (page == nil ? .notFound : .methodNotAllowed), "\(path)")
            }
            let api = try await client.http.execute(
                uri: "/api/v1/cases/\(id)/steps", method: .get, headers: [.accept: "text/html"])
            #expect(api.status == .methodNotAllowed && api.headers[.allow] == "POST")
        }
    }

    @Test func `what can be got can be asked by HEAD`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            for path in [
                "/healthz", "/readyz", "/metrics", "/api/v1/ping", "/api/v1/public/figures", "/", "/sign-in",
                "/figures",
            ] {
                let whole = try await client.http.execute(uri: path, method: .get, headers: [.accept: "text/html"])
                let head = try await client.http.execute(uri: path, method: .head, headers: [.accept: "text/html"])
                #expect(whole.status == .ok, "\(path)")
                #expect(head.status == .ok, "\(path)")
                #expect(head.headers[.contentType] == whole.headers[.contentType])
                #expect(head.text.isEmpty)
            }
        }
    }

    @Test func `what isn't there is said as a page to people and as a problem to programs`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            for path in [
                "/nothing", "/api/v1/nothing", "/vendor/nothing.js", "/reports/%00", "/%2e%2e/Package.swift",
                "/../Package.swift", "/language/fr",
            ] {
                let answer = try await client.http.execute(
                    uri: path, method: .get, headers: [.accept: "application/json"])
                #expect([404, 401, 400].contains(answer.status.code), "\(path) \(answer.status)")
                #expect(answer.headers[.contentType] == "application/problem+json", "\(path)")
            }
            let page = try await client.page("/nothing")
            #expect(page.status == .notFound)
            #expect(page.text.contains("<html"))
            // In the API nobody gets a page, whatever they accept.
            let answer = try await client.http.execute(
                uri: "/api/v1/nothing", method: .get, headers: [.accept: "text/html"])
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
    }

    @Test func `every answer says how it may be used`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [Pictures.jpeg(9)])
            let photo = try await client.get("/reports/\(id)", as: .zhangWei).json()["photos"] as? [[String: Any]]
            let picture = photo?.first?["id"] as? String ?? ""
            let answers = [
                try await client.page("/"), try await client.page("/nothing"), try await client.page("/work"),
                try await client.page("/", as: .zhangWei), try await client.page("/reports/\(id)", as: .zhangWei),
                try await client.page("/work/cases/\(id)", as: .wangFang), try await client.get("/ping"),
                try await client.get("/cases"), try await client.get("/photos/\(picture)/small", as: .zhangWei),
                try await client.api(.post, "/session", raw: "{"), try await client.page("/app.css"),
            ]
            for answer in answers {
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") ?? false)
                #expect(answer.headers[.contentSecurityPolicy]?.contains("frame-ancestors 'none'") ?? false)
                #expect(answer.headers[.contentSecurityPolicy]?.contains("unsafe") == false)
                for name in [
                    "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy",
                    "Cross-Origin-Opener-Policy",
                ] {
                    #expect(HTTPField.Name(name).flatMap { answer.headers[$0] } != nil, "\(name)")
                }
                #expect(["zh-Hans", "en"].contains(answer.headers[.contentLanguage]))
            }
        }
    }

    @Test func `nobody keeps what is somebody's own`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            await city.catchUp()
            let api = ["/me", "/sessions", "/reports", "/reports/\(id)", "/notices"]
            for path in api {
                #expect(try await client.get(path, as: .zhangWei).headers[.cacheControl] == "no-store", "\(path)")
            }
            for path in ["/cases", "/cases/\(id)"] {
                #expect(try await client.get(path, as: .wangFang).headers[.cacheControl] == "no-store", "\(path)")
            }
            for path in ["/", "/me", "/reports", "/reports/\(id)", "/reports/new", "/inbox"] {
                #expect(try await client.page(path, as: .zhangWei).headers[.cacheControl] == "no-store", "\(path)")
            }
            #expect(try await client.page("/work/cases/\(id)", as: .wangFang).headers[.cacheControl] == "no-store")
        }
    }

    @Test func `looking never changes anything`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report(photos: [Pictures.jpeg(10)])
            try await client.close(id)
            await city.catchUp()
            let cookies = try await [Someone.zhangWei, .wangFang, .liNa, .heMin].asyncMap {
                try await client.cookie(of: $0)
            }
            let tokens = try await [Someone.zhangWei, .wangFang, .liNa, .heMin].asyncMap { try await city.token($0) }
            let before = try await city.contents()
            let routes = try city.product.router().routes.filter { $0.method == .get }
            for route in routes {
                let path = route.path.description.split(separator: "/").map { part in
                    guard part.hasPrefix(":") || part.hasPrefix("{") else { return String(part) }
                    return part.contains("size") ? "small" : part.contains("language") ? "en" : id
                }.joined(separator: "/")
                for (cookie, token) in zip(cookies, tokens) {
                    let isAPI = path.hasPrefix("api/")
                    let headers: HTTPFields =
                        isAPI
                        ? [.authorization: "Bearer \(token)"] : [.accept: "text/html", .cookie: cookie ?? ""]
                    for method in [HTTPRequest.Method.get, .head] {
                        let answer = try await client.http.execute(uri: "/\(path)", method: method, headers: headers)
                        #expect(answer.status.code < 500, "\(method) \(path): \(answer.text)")
                    }
                }
            }
            #expect(try await city.contents() == before)
        }
    }

    @Test func `a session that has ended is no session`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            for (someone, idle) in [(Someone.wangFang, 3600.0), (.zhangWei, 30 * 86_400)] {
                let token = try await city.token(someone)
                #expect(try await client.api(.get, "/me", token: token).status == .ok)
                city.clock.advance(by: idle + 1)
                let answer = try await client.api(.get, "/me", token: token)
                #expect(answer.status == .unauthorized)
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                // Not even for what is open to everybody: a program should learn of it.
                #expect(try await client.api(.get, "/public/figures", token: token).status == .unauthorized)
                // Once ended, it never comes back, whatever the clock does.
                city.clock.advance(by: -idle - 1)
                #expect(try await client.api(.get, "/me", token: token).status == .unauthorized)
            }
            for header in ["Bearer", "Bearer x", "Basic abc", "Bearer \(String(repeating: "a", count: 43))", ""] {
                let answer = try await client.send(.get, "/api/v1/me", [.authorization: header], nil)
                #expect(answer.status == .unauthorized, "\(header)")
            }
        }
    }

    @Test func `a cookie is nothing to the API, and a token nothing to a page`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let cookie = try await client.cookie(of: .wangFang) ?? ""
            #expect(try await client.send(.get, "/api/v1/me", [.cookie: cookie], nil).status == .unauthorized)
            let swapped = cookie.replacing("nuanxin=", with: "")
            #expect(try await client.api(.get, "/me", token: swapped).status == .unauthorized)
            let token = try await city.token(.wangFang)
            let page = try await client.http.page("/work", cookie: "nuanxin=\(token)")
            #expect(
                page.status == .seeOther || page.status == .found || page.status == .temporaryRedirect, "\(page.status)"
            )
        }
    }
}

/// The language switch, on a page as on an answer.
@Suite struct LanguageTests {
    @Test func `the switch keeps one on the page and is remembered`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let answer = try await client.page("/language/en?to=/figures%3Fa%3D1")
            #expect(answer.headers[.location] == "/figures?a=1")
            let cookie = try #require(answer.headers[.setCookie]?.prefix { $0 != ";" })
            let page = try await client.http.page("/figures", language: "zh-Hans", cookie: String(cookie))
            #expect(page.headers[.contentLanguage] == "en")
            #expect(page.text.contains("<html lang=\"en\""))
            #expect(page.text.contains("/language/zh-Hans?to=%2Ffigures"))
        }
    }

    @Test func `no switch and no sign-in leads elsewhere`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            for target in [
                "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "",
                "/\r\nSet-Cookie: a=b", "\t/evil",
            ] {
                let sent = target.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                let answer = try await client.page("/language/en?to=\(sent)")
                #expect(answer.headers[.location] == "/", "\(target)")
                let page = try await client.page("/sign-in?to=\(sent)", as: .zhangWei)
                #expect(page.headers[.location] == "/", "\(target)")
                #expect(page.headers[.setCookie]?.contains("a=b") != true)
            }
        }
    }

    @Test func `a problem is said in the caller's language`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            for (language, words) in [("zh-Hans", "登录"), ("en", "sign in"), ("fr, en;q=0.5", "sign in"), ("fr", "登录")] {
                let answer = try await client.api(.get, "/me", language: language)
                let title = try answer.json()["title"] as? String ?? ""
                #expect(title.contains(words), "\(language): \(title)")
            }
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
