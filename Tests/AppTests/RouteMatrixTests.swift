import Access
import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import People

/// Every address asks for every role whether it may come at all, before it looks at anything that was sent.
@Suite struct RouteMatrixTests {
    @Test func `every address refuses every role that the policy doesn't let in, and nobody else`() async throws {
        let city = try await TestCity()
        let routes = try city.product.addressed().routes.entries
        #expect(routes.count > 60)
        var people: [Role: Person] = [.rider: try city.person(.zhangWei)]
        for role in Role.allCases where role != .rider && role != .everyone {
            people[role] = try await city.hire(as: role)
        }
        let all = people
        try await city.run { client in
            var asked = 0
            for route in routes {
                let path =
                    "/"
                    + route.path.replacing(/:[a-zA-Z]+/) { match in
                        match.0 == ":size" ? "small" : client.newKey()
                    }
                guard case .may(let action, let kind) = route.need else { continue }
                let nobody = try await client.http.ask(route.method, path, token: nil)
                #expect([401, 303].contains(nobody.status.code), "\(route.method) \(path): \(nobody.status)")
                let means: SessionMeans = path.hasPrefix("/api/") ? .bearer : .cookie
                for (role, person) in all {
                    let token = try await city.token(of: person, means: means)
                    let isLetIn = city.product.facts.policy.rules.contains {
                        ($0.role == role || $0.role == .everyone) && $0.kind == kind && $0.actions.contains(action)
                    }
                    let answer = try await client.http.ask(route.method, path, token: token)
                    asked += 1
                    #expect(answer.status.code < 500, "\(route.method) \(path) for \(role): \(answer.text)")
                    if !isLetIn {
                        #expect([403, 404].contains(answer.status.code), "\(route.method) \(path) for \(role)")
                    } else if !route.path.contains(":"), !(route.path == "work" && role == .rider) {
                        // What is no single thing isn't hidden from those who may come. A form that didn't come from
                        // our own page is refused by 403, so that says nothing here. The workbench sends all staff to where their work is, and
                        // tells riders that it isn't there.
                        let refusals = route.method == .get ? [401, 403, 404] : [401, 404]
                        #expect(!refusals.contains(answer.status.code), "\(route.method) \(path) for \(role)")
                    }
                }
            }
            #expect(asked > 500)
        }
    }

    @Test func `who lost a role while their request was coming in does no more with it`() async throws {
        let city = try await TestCity()
        let commands = CaseCommands(city.product.services, facts: city.product.facts.cases)
        try await city.run { client in
            let id: ID<Case> = try #require(ID(try await client.report()))
            let caller = try await city.caller(.wangFang)
            let grants = try await city.product.people.accounts.list()
            let own = try #require(grants.first { $0.person.id == caller.id }?.grants.first)
            try await city.product.people.accounts.revoke(own.id, of: Someone.wangFang.rawValue, because: "trial")
            // Her session was ended with the role; with it alone she would be nobody, and a new one has no role.
            await #expect(throws: SignInRequired.self) {
                try await commands.take("accept", on: id, StepInput(), by: caller)
            }
            let again = Caller(
                id: caller.id, name: caller.name, grants: caller.grants,
                session: try await city.caller(.wangFang).session)
            await #expect(throws: NoSuchPage.self) {
                try await commands.take("accept", on: id, StepInput(), by: again)
            }
            let case_ = try await client.get("/cases/\(id)", as: .chenGang).json()
            #expect(case_["state"] as? String == "received", "nothing was done")
        }
    }
}

extension TestCity {
    /// Somebody with a new session, as a request finds them.
    fileprivate func caller(_ someone: Someone) async throws -> Caller {
        _ = try await token(someone)
        let person = try person(someone)
        return try await product.services.database.read { [now = clock.now] db in
            let newest = try SessionStore(db).list(of: person.id).first
            let session = try #require(newest)
            let found = try SessionStore(db).found(session.id, at: now)
            return try #require(found).caller
        }
    }
}

extension TestClientProtocol {
    fileprivate func ask(_ method: HTTPRequest.Method, _ path: String, token: String?) async throws -> TestResponse {
        var headers: HTTPFields = [.accept: "application/json", .acceptLanguage: "en"]
        if path.hasPrefix("/api/") {
            if let token { headers[.authorization] = "Bearer \(token)" }
        } else {
            if let token { headers[.cookie] = "nuanxin=\(token)" }
            headers[.accept] = "text/html"
        }
        return try await execute(uri: path, method: method, headers: headers, body: nil)
    }
}
