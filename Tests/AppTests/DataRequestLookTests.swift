import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Vault
import Web

@testable import App
@testable import MyData
@testable import People

/// What the custodian is shown of a request and of who asked it, and what that leaves behind.
@Suite struct DataRequestLookTests {
    private static let list = "/work/data-requests"
    private static let words = "为什么看了我的号码？<b>"

    @Test func `what was written is shown after a fresh sign-in or proof only`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.ask("correction", text: Self.words)
            let desk = try await GuardDesk(client, .custodian)
            let token = try await city.token(of: desk.person, means: .bearer)
            city.clock.advance(by: 301)
            let page = try await desk.page("\(Self.list)/\(id)")
            #expect(page.headers[.location] == "/me/proof?to=\(Self.list)/\(id)" && !page.text.contains("号码？"))
            let refused = try await client.api(.get, "/data-requests/\(id)", token: token)
            #expect(refused.status == .forbidden && refused.text.contains("proof-needed"))
            #expect(try await city.journal("data-request.read").isEmpty)
            // A form that was opened in time and sent too late.
            let late = try await desk.submit(
                "\(Self.list)/\(id)/answer", ["outcome": "done", "words": "写了半天的答复"], from: "/me")
            #expect(late.status == .unprocessableContent && late.text.contains("totp-error"))
            #expect(late.text.contains("写了半天的答复") && !late.text.contains("号码？"))
            try await desk.prove()
            #expect(try await city.journal("contact.read").isEmpty)
            let shown = try await desk.page("\(Self.list)/\(id)").text
            #expect(shown.contains("号码？") && shown.contains(Someone.zhangWei.name) && shown.contains("138****7788"))
            #expect(!shown.contains(Someone.zhangWei.phone))
            #expect(try await city.journal("data-request.read").count == 1)
            #expect(try await desk.page("\(Self.list)/\(id)").text.contains(Someone.zhangWei.name))
            // Loaded again, it is the same look; and who asked sees it.
            let looks = try await city.journal("contact.read")
            #expect(looks.map(\.actor) == [desk.person.id] && looks.first?.subject.uuidString.lowercased() == id)
            #expect(looks.allSatisfy { String(decoding: $0.data, as: UTF8.self) == #"{"purpose":"handling"}"# })
            let seen = try await client.page("/me/data/looks", as: .zhangWei).text
            #expect(seen.contains("为了答复你提的请求") && !seen.contains(desk.person.id.text))
            let items = try await client.get("/me/looks", as: .zhangWei).json()["items"] as? [[String: Any]]
            #expect(items?.map { $0["request"] as? String } == [id] && items?.first?["role"] as? String == "custodian")
            #expect(try await client.page("/me/data/looks", as: .liuYang).text.contains("还没有人看过"))
        }
    }

    @Test func `who asked is shown within the day's budget of looks, and what was written beyond it too`() async throws
    {
        let city = try await TestCity()
        try await city.run { client in
            let first = try await client.ask("correction", text: "改名字")
            let second = try await client.ask("correction", text: "改站点")
            let product = city.product
            let requests = DataRequestCommands(
                product.services, book: product.facts.clocks, keys: product.people.keys, looks: LookBudget(perDay: 1))
            let desk = try await GuardDesk(client, .custodian)
            let shown = try await requests.open(#require(ID(first)), by: desk.caller)
            #expect(shown.person?.profile.name == Someone.zhangWei.name && shown.looksUsed == nil)
            let hidden = try await requests.open(#require(ID(second)), by: desk.caller)
            #expect(hidden.person == nil && hidden.looksUsed == 1 && hidden.words?.text == "改站点")
            #expect(try await city.journal("contact.read-refused").count == 1)
        }
    }
}
