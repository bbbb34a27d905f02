import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

@testable import Cases

/// What a phone keeps, and what it is told when it sends what waited.
struct OfflineTests {
    @Test(arguments: Language.allCases)
    func `what a phone keeps is the same for everybody, and has nothing of anybody`(_ language: Language) async throws {
        let district = try await TestDistrict()
        _ = try await district.report()
        try await district.run { client in
            for path in ["/offline", "/offline/report", "/offline/unsent"] {
                let zhang = try await client.get(path, as: .zhangWei, language: language)
                #expect(zhang.status == .ok && leftovers(in: zhang.text) == [], "\(path)")
                for other in [Someone.liuYang, .liNa] {
                    #expect(try await client.get(path, as: other, language: language).text == zhang.text, "\(path)")
                }
                let nobody = try await client.execute(
                    uri: path, method: .get, headers: [.acceptLanguage: language.rawValue])
                #expect(nobody.text == zhang.text, "\(path)")
                for word in [Someone.zhangWei.name, "name=\"formToken\" value=\"t", "class=\"badge\">1"] {
                    #expect(!zhang.text.contains(word), "\(path)")
                }
            }
            let form = try await client.get("/offline/report", as: .zhangWei, language: language)
            let codes = district.facts.categories.groups.flatMap(\.categories).map(\.code)
            for code in codes { #expect(form.text.contains("value=\"\(code)\"")) }
            let page = try await client.get("/reports/unsent", as: .zhangWei, language: language)
            #expect(page.status == .ok && leftovers(in: page.text) == [])
        }
    }

    @Test func `a phone hears that its report came in, the second time too, and nobody else does`() async throws {
        let district = try await TestDistrict()
        try await district.run { client in
            let id: ID<Case> = district.services.makeID()
            let fields = [("id", id.text), ("category", "0104"), ("address", "文艺路28号"), ("description", "有老鼠")]
            let kindless = try await client.send(fields.filter { $0.0 != "category" }, as: .zhangWei)
            #expect(kindless.status == .unprocessableContent && kindless.text.contains("\"field\":\"category\""))
            let nowhere = try await client.send(fields.filter { $0.0 != "address" }, as: .zhangWei)
            #expect(nowhere.status == .unprocessableContent && nowhere.text.contains("\"field\":\"position\""))
            let open = try await client.get("/reports/\(id)/receipt", as: .zhangWei)
            #expect(open.status == .notFound)
            let first = try await client.send(fields, as: .zhangWei)
            #expect(first.status == .created)
            let second = try await client.send(fields, as: .zhangWei)
            #expect(second.status == .ok && second.text == first.text)
            let receipt = try await client.get("/reports/\(id)/receipt", as: .zhangWei)
            #expect(receipt.text == first.text && receipt.headers[.cacheControl] == "no-store")
            #expect(try await client.get("/reports/\(id)/receipt", as: .liuYang).status == .notFound)
            let other = try await client.send(fields.dropLast() + [("description", "别的话")], as: .zhangWei)
            #expect(other.status == .unprocessableContent && other.text.contains("/problems/report-key-used"))
            let gone = try await client.send(
                [("id", ID<Case>(district.services.makeUUID(.monday)).text)] + fields.dropFirst()
                    + [("photoId", ID<Photo>(district.services.makeName()).text)], as: .zhangWei)
            #expect(gone.text.contains("/problems/case-photo-gone"))
        }
    }

    @Test func `a phone keeps what waits under a name that says nothing and differs for each`() async throws {
        let district = try await TestDistrict()
        try await district.run { client in
            let zhang = try await client.get("/session", as: .zhangWei)
            let liu = try await client.get("/session", as: .liuYang)
            #expect(zhang.status == .ok && zhang.text.contains("\"formToken\":\"token\""))
            #expect(zhang.text != liu.text && zhang.headers[.cacheControl] == "no-store")
            let page = try await client.get("/reports/new", as: .zhangWei)
            let owner = try #require(page.text.firstMatch(of: /data-owner="([^"]+)"/)?.1)
            #expect(zhang.text.contains("\"owner\":\"\(owner)\"") && owner.count == 22)
        }
    }
}

extension TestClientProtocol {
    /// As the script sends what waited.
    fileprivate func send(_ fields: [(String, String)], as someone: Someone) async throws -> TestResponse {
        let pairs = fields.map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }.joined(separator: "&")
        return try await execute(
            uri: "/reports", method: .post,
            headers: [
                HTTPField.Name("X-Someone")!: "\(someone.rawValue)", .accept: "application/json",
                .contentType: "application/x-www-form-urlencoded",
            ], body: ByteBuffer(string: pairs))
    }
}
