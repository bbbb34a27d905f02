import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

@testable import App

/// List, page, single thing, search, count, map, photos, steps and export show one and the same: what somebody may see. A path
/// that skipped the question would differ from the others.
@Suite struct SameAnswerTests {
    private static let words = ["甲", "乙", "丙", "丁", "戊", "己", "庚"].map { "暗号\($0)处有油污" }

    @Test func `whichever way anybody asks for cases, they are the same`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let cases = try await Self.seed(client)
            var sizes: Set<Int> = []
            for visitor in try await city.visitors() {
                let look = Look(http: client.http, visitor: visitor)
                let listed = try await look.cases("all")
                sizes.insert(listed.count)
                // Of those who see none, two cases tell as much as seven.
                for case_ in listed.isEmpty ? Array(cases.prefix(2)) : cases {
                    let found = try await look.ways(
                        to: case_.id, photo: case_.photo, word: String(case_.word.prefix(4)), number: case_.number)
                    let isOwn = visitor.name == case_.reporter
                    for (way, isThere) in found where !(way == "photo" && isOwn) {
                        #expect(isThere == listed.contains(case_.id), "\(visitor.name): \(way) of \(case_.word)")
                    }
                    if isOwn { #expect(found["photo"] == true) }
                }
                guard try await look.status("/work") == 200 else {
                    #expect(listed.isEmpty)
                    continue
                }
                for view in ["open", "mine", "overdue", "soon", "decide", "closed", "all"] {
                    let items = try await look.cases(view)
                    #expect(items.isSubset(of: listed), "\(visitor.name) \(view)")
                    let page = try await look.workPage(view)
                    #expect(page.items == items && page.total == items.count, "\(visitor.name) \(view)")
                    #expect(page.map == items, "\(visitor.name): the map of \(view)")
                    if let count = page.chip { #expect(count == items.count, "\(visitor.name): the number of \(view)") }
                }
            }
            #expect(sizes.isSuperset(of: [0, 3, 4]), "neither all nor nothing: \(sizes)")
            let figures = try await client.get("/public/figures").json()
            #expect(figures["received"] as? Int == cases.count)
        }
    }

    @Test func `whichever way riders ask for what is theirs, it is the same, and nobody else's`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let cases = try await Self.seed(client)
            for _ in 0..<2 { await city.catchUp() }
            for rider in Someone.riders {
                let look = Look(
                    http: client.http, visitor: try await city.visitor(city.person(rider), called: rider.rawValue))
                let own = Set(cases.filter { $0.reporter == rider.rawValue }.map(\.id))
                #expect(try await look.pages(of: "/api/v1/reports") == own)
                #expect(try await look.links("/reports", /\/reports\/([0-9a-f-]{36})"/) == own)
                for case_ in cases {
                    for path in ["/api/v1/reports/\(case_.id)", "/reports/\(case_.id)"] {
                        #expect(try await look.status(path) == (own.contains(case_.id) ? 200 : 404), "\(rider) \(path)")
                    }
                }
                let token = try #require(look.visitor.token)
                try await client.prove(token)
                let export = try await client.api(.post, "/me/export", token: token).json()
                let numbers = try await Set(
                    own.asyncMap { id in
                        try await look.json("/api/v1/reports/\(id)")["number"] as? String ?? ""
                    })
                let taken = export["reports"] as? [[String: Any]] ?? []
                #expect(Set(taken.compactMap { $0["number"] as? String }) == numbers && taken.count == own.count)

                let notices = try await look.items("/api/v1/notices?limit=100")
                #expect(
                    notices.allSatisfy { own.contains($0["report"] as? String ?? "") } && notices.count >= own.count)
                #expect(try await look.links("/inbox", /\/reports\/([0-9a-f-]{36})/).isSubset(of: own))
                let unread = notices.count { $0["isRead"] as? Bool == false }
                #expect(try await look.page("/inbox").contains("class=\"badge\">\(unread)<"), "the number at the bell")
            }
        }
    }

    @Test func `everybody's sessions are their own: what is listed can be ended, nothing else`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let visitors = try await city.visitors().filter { $0.token != nil }
            var all: [String: String] = [:]
            for visitor in visitors {
                let look = Look(http: client.http, visitor: visitor)
                for id in try await look.pages(of: "/api/v1/sessions") {
                    #expect(all.updateValue(visitor.name, forKey: id) == nil, "nobody shares one")
                }
            }
            #expect(all.count == 2 * visitors.count)
            let victims = all.sorted { $0.key < $1.key }.prefix(6)
            for visitor in visitors {
                for (id, owner) in victims where owner != visitor.name {
                    let ended = try await client.http.look(.delete, "/api/v1/sessions/\(id)", as: visitor)
                    #expect(ended.status == 404, "\(visitor.name) ends a session of \(owner)")
                }
            }
            for (id, owner) in victims {
                let visitor = try #require(visitors.first { $0.name == owner })
                let ended = try await client.http.look(.delete, "/api/v1/sessions/\(id)", as: visitor)
                #expect(ended.status == 204 || ended.status == 401, "\(owner) ends their own: \(ended.status)")
            }
        }
    }

    /// A list that isn't named here hasn't been compared by anybody.
    @Test func `each list is for everybody the same, or is one of those compared above`() async throws {
        let compared: Set = [
            "/api/v1/cases", "/api/v1/reports", "/api/v1/notices", "/api/v1/sessions",
            // For those who set things up, whole or not at all.
            "/api/v1/offices", "/api/v1/retention", "/api/v1/staff", "/api/v1/deliveries",
            // For the custodian, whole or not at all.
            "/api/v1/data-requests",
            // The register of businesses, for everybody who is signed in.
            "/api/v1/organisations",
            // Of the caller's account, found by nothing but it (`MyDataTests`, `LeavingTests`).
            "/api/v1/me/consents", "/api/v1/me/looks", "/api/v1/me/requests",
        ]
        let city = try await TestCity()
        try await city.run { client in
            _ = try await Self.seed(client)
            let addresses = try city.product.addressed().routes.entries.filter {
                $0.method == .get && $0.path.hasPrefix("api/") && !$0.path.contains(":")
            }
            let visitors = try await city.visitors()
            var lists: Set<String> = []
            for address in addresses {
                var answers: Set<Data> = []
                for visitor in visitors {
                    let answer = try await client.http.look(.get, "/\(address.path)", as: visitor)
                    if answer.status == 200 { answers.insert(answer.body) }
                    let json = try? JSONSerialization.jsonObject(with: answer.body) as? [String: Any]
                    if json?["items"] != nil { lists.insert("/\(address.path)") }
                }
                if address.need == .open { #expect(answers.count <= 1, "\(address.path) tells each something else") }
            }
            let personal = try lists.filter { path in
                try #require(addresses.first { "/\($0.path)" == path }).need != .open
            }
            #expect(personal == compared)
        }
    }

    /// Seven reports by two riders, in two districts and in several states, each with a photo and a word of its own.
    private static func seed(_ client: CityClient) async throws -> [Seeded] {
        var cases: [Seeded] = []
        let photo = try Pictures.jpeg(23)
        for (number, word) in words.enumerated() {
            let rider = number.isMultiple(of: 2) ? Someone.zhangWei : .liuYang
            let place = number < 4 ? TestCity.inShenhe : TestCity.inHeping
            let id = try await client.report(["description": word], in: place, photos: [photo], as: rider)
            switch number {
            case 0: try await client.bringToCheck(id, by: .liNa)
            case 1:
                try await client.bringToCheck(id, by: .zhaoQiang)
                try await client.step("requestExtension", on: id, as: .zhaoQiang, ["note": "还要检测"])
            case 2: try await client.close(id)
            default: break
            }
            let report = try await client.get("/reports/\(id)", as: rider).json()
            let picture = (report["photos"] as? [[String: Any]])?.first?["id"] as? String
            cases.append(
                Seeded(
                    id: id, word: word, number: report["number"] as? String ?? "", photo: try #require(picture),
                    reporter: rider.rawValue))
        }
        return cases
    }

    private struct Seeded: Sendable {
        let id: String
        let word: String
        let number: String
        let photo: String
        let reporter: String
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async throws -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
