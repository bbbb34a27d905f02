import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import Synchronization
import TestSupport
import Testing
import Web

@testable import App
@testable import People

/// What is taken away on one node is gone on every node, for sessions that are in the middle of their work: at the latest after a
/// second, and for whatever begins after the act at once.
@Suite struct RevocationTests {
    enum Act: String, CaseIterable, Sendable {
        case suspended, roleTaken, passwordSet, authenticatorReset, signedOutElsewhere, roleEnded
    }

    @Test(arguments: Act.allCases)
    func `what is taken away on one node is gone on the other for whatever begins after it`(_ act: Act) async throws {
        let city = try await TestCity()
        let other = try await Self.secondNode(of: city)
        let account = try city.person(.wangFang)
        let kept = try await city.visitor(account, called: "kept")
        let lost = try await city.visitor(account, called: "lost")
        let bystander = try await city.visitor(try city.person(.liNa), called: "bystander")
        try await Application(responder: other.router().buildResponder()).test(.router) { http in
            let asking = (0..<4).map { number in
                let asker = Asker(path: number.isMultiple(of: 2) ? "/api/v1/cases" : "/work")
                return (asker, Task { try await asker.run(http, as: lost) })
            }
            for (asker, _) in asking { try await asker.wait(for: 5) }
            try await Self.take(act, from: account, kept: kept, in: city)
            let taken = ContinuousClock.now
            for (asker, _) in asking { try await asker.wait(for: asker.all.count + 5) }
            for (asker, task) in asking {
                asker.stop()
                try await task.value
            }
            let all = asking.flatMap { $0.0.all }
            let late = all.filter { $0.status == 200 && $0.start > taken }
            #expect(late.isEmpty, "\(act): \(late.map(\.path))")
            #expect(all.contains { $0.status == 200 } && all.contains { $0.status != 200 && $0.start > taken })
            #expect(try await http.look(.get, "/work", as: bystander).status == 200, "others go on")
        }
    }

    /// Who is in the middle of a change when it happens: nothing of it is kept.
    @Test func `a change that began before and ends after leaves nothing`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            let rider = try city.person(.zhangWei)
            let visitor = try await city.visitor(rider, called: "rider")
            let session = try await city.product.services.database.read { db in
                try SessionStore(db).list(of: rider.id).first?.id
            }
            #expect(session != nil)
            try await city.product.people.accounts.suspend(Someone.zhangWei.phone, because: "trial")
            try await city.product.people.accounts.suspend(Someone.wangFang.rawValue, because: "trial")
            let before = try await city.contents()
            // As a request that was let in before: with a caller that was found while all was well.
            let caller = Caller(id: rider.id, name: "", grants: [Grant(role: .rider)], session: session)
            await #expect(throws: (any Error).self) {
                try await city.product.services.write(as: caller) { db, caller in
                    try db.execute("UPDATE matter SET description = 'changed'")
                }
            }
            for path in ["/api/v1/reports/\(id)/rating", "/api/v1/reports", "/api/v1/photos"] {
                #expect(try await client.http.look(.post, path, as: visitor).status == 401)
            }
            #expect(try await city.contents() == before)
        }
    }

    /// An answer that goes on coming would outlive the right to it. None does: this fails with the first, which then has to ask
    /// again while it runs.
    @Test func `no answer is a stream that stays open`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            let crawl = try Crawl(client, parameters: ["id": [id], "size": ["small"]])
            for someone in [Someone.wangFang, .zhangWei] {
                let visitor = try await city.visitor(try city.person(someone), called: someone.rawValue)
                for path in crawl.routes.filter({ $0.method == .get }).flatMap({ crawl.paths(of: $0.path) }) {
                    let type = try await client.http.look(.get, path, as: visitor).headers[.contentType] ?? ""
                    #expect(!type.contains("event-stream"), "\(path)")
                }
            }
        }
    }

    /// Another server on the same database, with the same keys.
    private static func secondNode(of city: TestCity) async throws -> Nuanxin {
        try await Nuanxin(
            city.product.settings, root: Root(named: sourceRoot.path), gateway: DemoGateway(),
            passwordCost: PasswordHash.Cost(logRounds: 4)
        ) { services in services.now = { city.clock.now } }
    }

    private static func take(_ act: Act, from person: Person, kept: Visitor, in city: TestCity) async throws {
        let accounts = city.product.people.accounts
        let login = Someone.wangFang.rawValue
        switch act {
        case .suspended: try await accounts.suspend(login, because: "trial")
        case .passwordSet: try await accounts.setPassword(of: login, to: "another horse battery")
        case .authenticatorReset: _ = try await accounts.resetOneTimePassword(of: login)
        case .roleTaken:
            let own = try await accounts.list().first { $0.person.id == person.id }?.grants.first
            try await accounts.revoke(#require(own).id, of: login, because: "trial")
        case .roleEnded:
            // Nobody does anything: the day on which it ends comes. Sessions of staff don't last as long.
            try await city.product.services.database.write { db in
                try db.execute(
                    "UPDATE grant_of_role SET until_at = \(city.clock.now) WHERE account_id = \(person.id)")
            }
        case .signedOutElsewhere:
            try await city.run { client in
                let page = try await client.http.page("/me", cookie: kept.cookie)
                let token = page.text.firstMatch(of: /name="formToken" value="([^"]+)"/).map { String($0.1) } ?? ""
                let ended = try await client.http.submit("/me/sessions/end", ["formToken": token], cookie: kept.cookie)
                #expect(ended.status == .seeOther)
            }
        }
    }
}

/// Asks for one address again and again, and keeps when and what came of it.
private final class Asker: Sendable {
    struct Asked: Sendable {
        let path: String
        let start: ContinuousClock.Instant
        let end: ContinuousClock.Instant
        let status: Int
    }

    private struct State: Sendable {
        var asked: [Asked] = []
        var isOver = false
    }

    private let path: String
    private let state = Mutex(State())

    init(path: String) {
        self.path = path
    }

    var all: [Asked] { state.withLock { $0.asked } }

    func stop() { state.withLock { $0.isOver = true } }

    func run(_ http: any TestClientProtocol, as visitor: Visitor) async throws {
        while !state.withLock({ $0.isOver }) {
            let start = ContinuousClock.now
            let status = try await http.look(.get, path, as: visitor).status
            let asked = Asked(path: path, start: start, end: .now, status: status)
            state.withLock { $0.asked.append(asked) }
        }
    }

    func wait(for count: Int) async throws {
        let start = ContinuousClock.now
        while all.count < count, start.duration(to: .now) < .seconds(60) {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
