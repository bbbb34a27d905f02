import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import TestSupport
import Testing
import Web

@testable import App
@testable import People

/// What a page of somebody else, a copied cookie or a shared computer could do: asked of every registered address.
@Suite struct BrowserAttackTests {
    /// The addresses that change something, each with somebody who may come to it.
    private static func unsafe(_ city: TestCity) async throws -> [(route: Routes.Entry, by: Person)] {
        var people: [Role: Person] = [.rider: try city.person(.zhangWei), .everyone: try city.person(.zhangWei)]
        var found: [(Routes.Entry, Person)] = []
        for route in try city.product.addressed().routes.entries where route.method != .get {
            let role = try role(for: route, city)
            if people[role] == nil { people[role] = try await city.hire(as: role) }
            if let person = people[role] { found.append((route, person)) }
        }
        return found
    }

    /// A role for which the address is there.
    private static func role(for route: Routes.Entry, _ city: TestCity) throws -> Role {
        guard case .may(let action, let kind) = route.need else { return .rider }
        let rule = city.product.facts.policy.rules.first { $0.kind == kind && $0.actions.contains(action) }
        return try #require(rule, "nobody comes to \(route.path)").role
    }

    private static func path(_ route: Routes.Entry, _ id: String) -> String {
        "/" + route.path.replacing(/:[a-zA-Z]+/) { $0.0 == ":size" ? "small" : id }
    }

    @Test func `no page of another site changes anything, whatever it sends`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            let pages = try await Self.unsafe(city).filter { !$0.route.path.hasPrefix("api/") }
            #expect(pages.count > 20)
            var cookies: [ID<Account>: String] = [:]
            for person in Set(pages.map(\.by)) { cookies[person.id] = try await city.cookie(of: person) }
            let stolen = try await Browser(client, .maRui)
            let theirs = stolen.token(in: try await stolen.page("/me"))
            #expect(theirs.count > 20)
            let form = "application/x-www-form-urlencoded"
            let parts = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n--x--\r\n"
            // What a page elsewhere can send without asking first, in browsers that say where it comes from and in others.
            let attacks: [(name: String, headers: [(String, String)], body: String)] = [
                ("bare", [("Content-Type", form)], "a=b"),
                ("nothing sent", [], ""),
                ("an empty token", [("Content-Type", form)], "formToken=&a=b"),
                ("another's token", [("Content-Type", form)], "formToken=\(theirs)"),
                ("another's token as a header", [("Content-Type", form), ("X-Form-Token", theirs)], "a=b"),
                ("parts", [("Content-Type", "multipart/form-data; boundary=x")], parts),
                ("plain text", [("Content-Type", "text/plain")], "formToken=\(theirs)"),
                ("from elsewhere", [("Content-Type", form), ("Origin", "https://evil.example")], "a=b"),
                ("from nowhere", [("Content-Type", form), ("Origin", "null")], "a=b"),
                ("cross-site", [("Content-Type", form), ("Sec-Fetch-Site", "cross-site")], "a=b"),
                ("same site", [("Content-Type", form), ("Sec-Fetch-Site", "same-site")], "a=b"),
            ]
            let before = try await city.contents()
            for (route, someone) in pages {
                for attack in attacks {
                    var headers: HTTPFields = [.accept: "text/html", .cookie: cookies[someone.id] ?? ""]
                    for (name, value) in attack.headers { headers[try #require(HTTPField.Name(name))] = value }
                    let answer = try await client.http.execute(
                        uri: Self.path(route, id), method: route.method, headers: headers,
                        body: ByteBuffer(string: attack.body))
                    let what = "\(route.method) \(route.path) by \(someone.id), \(attack.name): \(answer.status)"
                    #expect([403, 415].contains(answer.status.code), "\(what)")
                    let isOfSite = ["from elsewhere", "from nowhere", "cross-site", "same site"].contains(attack.name)
                    #expect(!isOfSite || answer.status == .forbidden, "\(what)")
                }
            }
            let after = try await city.contents()
            #expect(after == before, "\(before.keys.filter { before[$0] != after[$0] })")
        }
    }

    @Test func `with its own token from elsewhere a form is refused as well, and from here it is let in`() async throws
    {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            var letIn = 0
            for (route, person) in try await Self.unsafe(city) where !route.path.hasPrefix("api/") {
                // A session for each: some of these addresses end it.
                let cookie = try await city.cookie(of: person)
                let page = try await client.http.page("/me", cookie: cookie)
                let token = page.text.firstMatch(of: /name="formToken" value="([^"]+)"/).map { String($0.1) } ?? ""
                for (site, isRefused) in [("cross-site", true), ("same-site", true), ("same-origin", false)] {
                    let answer = try await client.http.execute(
                        uri: Self.path(route, id), method: route.method,
                        headers: [
                            .accept: "text/html", .cookie: cookie, .contentType: "application/x-www-form-urlencoded",
                            .secFetchSite: site,
                        ], body: ByteBuffer(string: "formToken=\(token)"))
                    let isForged = answer.status == .forbidden && answer.text.contains("forged")
                    if isRefused { #expect(answer.status == .forbidden, "\(route.path) from \(site)") }
                    if !isRefused, answer.status != .forbidden, !isForged { letIn += 1 }
                }
            }
            #expect(letIn > 15, "the test's own token is a good one: \(letIn)")
        }
    }

    @Test func `the API is deaf to cookies at each address that changes something`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            let addresses = try await Self.unsafe(city)
            let before = try await city.contents().filter { $0.key != "session" }
            for (route, person) in addresses where route.path.hasPrefix("api/") && route.need != .open {
                let cookie = try await city.cookie(of: person)
                let answer = try await client.http.execute(
                    uri: Self.path(route, id), method: route.method,
                    headers: [.cookie: cookie, .contentType: "application/json", .secFetchSite: "same-origin"],
                    body: ByteBuffer(string: "{}"))
                #expect(answer.status == .unauthorized, "\(route.method) \(route.path): \(answer.status)")
            }
            #expect(try await city.contents().filter { $0.key != "session" } == before)
        }
    }

    private static func looks(_ city: TestCity, _ planted: PlantedReporter) throws -> [String] {
        let health: Set = ["healthz", "readyz", "metrics"]
        return try city.product.addressed().routes.entries.filter { $0.method == .get && !health.contains($0.path) }
            .flatMap { Crawl.paths(of: $0.path, planted.parameters) }
    }

    private static func isNotKept(_ answer: Answered, _ path: String) -> Bool {
        let control = answer.headers[.cacheControl]
        if control == "no-store" || (300..<400).contains(answer.status) && answer.body.isEmpty { return true }
        // Everybody is shown the same outlines of districts, and brought the same worker; of photos see `PhotoRoutes`: one visit,
        // one browser.
        let kept = [
            "/map/outlines": "public, max-age=600", "/photos/": "private, max-age=300", "/sw.js": "no-cache",
            "/manifest.webmanifest": "no-cache",
        ]
        return answer.status == 200 && control == kept.first { path.contains($0.key) }?.value
    }

    @Test func `no browser or proxy keeps anything that was shown to somebody who is signed in`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let planted = try await PlantedReporter(in: city, client)
            var visitors = [planted.visitor]
            for someone in [Someone.zhangWei, .liNa, .heMin] {
                visitors.append(try await city.visitor(try city.person(someone), called: someone.rawValue))
            }
            var looked = 0
            for path in try Self.looks(city, planted) {
                for visitor in visitors {
                    let answer = try await client.http.look(.get, path, as: visitor)
                    looked += 1
                    #expect(Self.isNotKept(answer, path), "\(answer.request): \(answer.headers[.cacheControl] ?? "")")
                }
            }
            #expect(looked > 200)
        }
    }

    @Test(arguments: [true, false])
    func `every cookie is out of reach for scripts, other sites and other hosts`(isSecure: Bool) async throws {
        let flags = isSecure ? ["tls.proxy": "true"] : [:]
        let city = try await TestCity(flags: flags)
        try await city.run { client in
            let jar = try await Cookies(client, isSecure: isSecure).all()
            #expect(Set(jar.map(\.name)).count == 3, "\(jar.map(\.name))")
            for cookie in jar {
                let flags = cookie.attributes
                #expect(flags.contains("SameSite=Lax") && flags.contains("Path=/"), "\(cookie)")
                #expect(!flags.contains { $0.hasPrefix("Domain") }, "\(cookie)")
                #expect(flags.contains("Secure") == isSecure, "\(cookie)")
                // Which language somebody reads is no secret, and says nothing of who it is.
                if cookie.name != "language" {
                    #expect(flags.contains("HttpOnly") && cookie.name.hasPrefix("__Host-") == isSecure, "\(cookie)")
                }
            }
        }
    }
}

extension TestCity {
    fileprivate func cookie(of person: Person) async throws -> String {
        "nuanxin=\(try await token(of: person, means: .cookie))"
    }
}

/// All that the server sets while somebody comes in, changes the language and goes out.
private struct Cookies {
    struct Cookie {
        let name: String
        let attributes: Set<String>
    }

    let client: CityClient
    let isSecure: Bool

    init(_ client: CityClient, isSecure: Bool) {
        self.client = client
        self.isSecure = isSecure
    }

    func all() async throws -> [Cookie] {
        let phone = "13866177788"
        var answers = [try await client.http.page("/language/en?to=/")]
        let asked = try await client.http.submit("/sign-in", ["phone": phone])
        let challenge = asked.headers[.setCookie].map { String($0.prefix { $0 != ";" }) } ?? ""
        let page = try await client.http.page("/sign-in", cookie: challenge)
        let code = page.text.firstMatch(of: /\b(\d{6})\b/).map { String($0.1) } ?? ""
        let entered = try await client.http.submit("/sign-in", ["code": code], cookie: challenge)
        #expect(entered.status == .seeOther)
        let session = entered.headers[values: .setCookie].first { $0.contains("nuanxin=") }.map {
            String($0.prefix { $0 != ";" })
        }
        let me = try await client.http.page("/me", cookie: session)
        let token = me.text.firstMatch(of: /name="formToken" value="([^"]+)"/).map { String($0.1) } ?? ""
        answers += [asked, entered, try await client.http.submit("/sign-out", ["formToken": token], cookie: session)]
        answers.append(try await client.http.page("/me", cookie: session))
        return answers.flatMap { $0.headers[values: .setCookie] }.map { line in
            let parts = line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            return Cookie(name: String(parts[0].prefix { $0 != "=" }), attributes: Set(parts.dropFirst()))
        }
    }
}
