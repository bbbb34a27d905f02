import Access
import Cases
import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import People
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import People

/// The demo city, as each kind of its people sees it: list, pages, counts, map, search and single things agree.
struct DemoScopeTests {
    /// `NUANXIN_CRAWL=2000` asks all accounts for all cases: more than the tests have time for.
    private static let isThorough = ProcessInfo.processInfo.environment["NUANXIN_CRAWL"] != nil

    @Test func `in the demo city everybody is given the same cases in whichever way they ask`() async throws {
        let city = try await MadeCity.shared.value
        let cases = try await city.stories().map { story -> Known in
            (story.matter.id.text, story.matter.number, story.photos.first?.id.text ?? "")
        }
        try await city.asking { client in
            var sizes: Set<Int> = []
            var kinds: Set<[String]> = []
            for account in city.accounts where Self.isThorough || kinds.insert(account.roles).inserted {
                let look = Look(http: client, visitor: try await city.visitor(account))
                let listed = try await look.cases("all", by: 100)
                sizes.insert(listed.count)
                for case_ in Self.isThorough ? cases : Self.some(of: cases, in: listed) {
                    let ways = try await look.ways(to: case_.id, photo: case_.photo, word: nil, number: case_.number)
                    for (way, isThere) in ways where !(way == "photo" && account.roles == ["rider"]) {
                        #expect(isThere == listed.contains(case_.id), "\(account.roles): \(way) of \(case_.number)")
                    }
                }
                guard try await look.status("/work") == 200 else { continue }
                for view in ["open", "mine", "overdue", "soon", "decide", "closed", "all"] {
                    let items = try await look.cases(view, by: 100)
                    let page = try await look.workPage(view)
                    #expect(items.isSubset(of: listed))
                    #expect(page.items == items && page.total == items.count, "\(account.roles) \(view)")
                    #expect(page.map.isSubset(of: items), "\(account.roles): the map of \(view)")
                    if let count = page.chip {
                        #expect(count == items.count, "\(account.roles): the number of \(view)")
                    }
                }
            }
            #expect(sizes.count >= 3 && sizes.contains(0), "\(sizes)")
            let figures = try await client.api(.get, "public/figures").json()
            #expect(figures["received"] as? Int == cases.count)
        }
    }

    /// Two that are in the list and two that aren't, where there are.
    private static func some(of cases: [Known], in listed: Set<String>) -> [Known] {
        let (inside, outside) = (cases.filter { listed.contains($0.id) }, cases.filter { !listed.contains($0.id) })
        return Array(inside.prefix(1) + inside.suffix(1) + outside.prefix(1) + outside.suffix(1))
    }

    private typealias Known = (id: String, number: String, photo: String)
}

extension MadeCity {
    /// Somebody of the list, signed in both ways.
    fileprivate func visitor(_ account: DemoAccount) async throws -> Visitor {
        let person = try await product.services.database.read { db in
            let accounts = AccountStore(db)
            if let login = account.login.flatMap({ Login($0) }) { return try accounts.person(with: login) }
            return try account.phone.flatMap { Phone($0) }.flatMap { try accounts.person(with: $0) }
        }
        let known = try #require(person)
        var tokens: [String] = []
        for means in [SessionMeans.cookie, .bearer] {
            let token = Token()
            let session = OpenSession(
                id: product.services.makeID(), of: known.kind, account: known.id, means: means, device: .program,
                at: Self.now)
            try await product.services.database.write { db in try SessionStore(db).insert(session, token: token) }
            tokens.append(token.text)
        }
        return Visitor(
            name: account.login ?? "rider", cookie: "nuanxin=\(tokens[0])", token: tokens[1])
    }
}
