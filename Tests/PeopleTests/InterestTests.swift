import Access
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

/// What staff declare themselves to be tied to (回避).
struct InterestTests {
    private func city() async throws -> (TestCity, OneTimePassword) {
        let city = try await TestCity()
        let table = """
            {"metadata": {"data_as_of": "2025-12-31"}, "divisions": [[1, "210000", "", "辽宁省"]]}
            """
        _ = try await DirectoryCommands(city.services).importTerritories(
            TerritoryTable(json: Data(table.utf8)), by: .console)
        let rows = "SHOP,merchant,示例小店,210000,\nTWIN-1,merchant,示例双店,210000,\nTWIN-2,merchant,示例双店,210000,"
        _ = try await DirectoryCommands(city.services).importOrganisations(
            OrganisationFile(Data("code,kind,name,territory,parent\n\(rows)".utf8)), by: .console)
        let (_, authenticator) = try await city.hire()
        _ = try await city.people.accounts.grant(Grant(role: .custodian), to: "li.na", because: "test")
        return (city, authenticator)
    }

    @Test func `an interest that is declared holds at once, and only others can end it`() async throws {
        let (city, authenticator) = try await city()
        try await city.run { client in
            let jar = Jar()
            _ = try await client.submit(
                "/sign-in/staff",
                ["login": "li.na", "password": TestCity.password, "totp": city.shows(authenticator), "to": "/"], jar)
            #expect(try await client.page("/me/interests", jar).text.contains("还没有申报"))
            let token = try await client.formToken(jar)
            let sent = try await client.submit(
                "/me/interests", ["organisation": "示例小店", "relation": "family", "formToken": token], jar)
            #expect(sent.headers[.location] == "/me/interests?done=interest-declared")
            let page = try await client.page("/me/interests", jar)
            #expect(page.text.contains("示例小店") && page.text.contains("近亲属持股、任职或经营"))
            let again = try await client.submit(
                "/me/interests", ["organisation": "SHOP", "relation": "own", "formToken": token], jar)
            #expect(again.status == .unprocessableContent && again.text.contains("已经申报过了"))
        }
        let grants = try await city.people.accounts.list().flatMap(\.grants)
        let interest = try #require(grants.first { $0.grant.role == .everyone })
        #expect(interest.until == nil && interest.grant.organisation != nil)
        #expect(try await city.journal().contains("account.interest-declared"))
        try await city.people.accounts.revoke(interest.id, of: "li.na", because: "sold")
        let left = try await city.people.accounts.list().flatMap(\.grants).filter { $0.holds(at: city.clock.now + 1) }
        #expect(left.map(\.grant.role) == [.custodian])
    }

    @Test func `what can't be taken is said at its field, with what was typed`() async throws {
        let (city, authenticator) = try await city()
        try await city.run { client in
            let jar = Jar()
            _ = try await client.submit(
                "/sign-in/staff",
                ["login": "li.na", "password": TestCity.password, "totp": city.shows(authenticator), "to": "/"], jar)
            let token = try await client.formToken(jar)
            for (typed, relation, words) in [
                ("", "own", "organisation-error"), ("示例双店", "own", "TWIN-2"), ("小店", "own", "示例小店（SHOP）"),
                ("SHOP", "friend", "relation-error"), ("没有的店", "other", "没有的店"),
            ] {
                let page = try await client.submit(
                    "/me/interests", ["organisation": typed, "relation": relation, "formToken": token], jar)
                #expect(page.status == .unprocessableContent && page.text.contains(words), "\(typed)")
                #expect(page.text.contains("value=\"\(typed)\""))
            }
        }
        #expect(try await city.count("SELECT COUNT(*) FROM grant_of_role") == 1)
    }
}
