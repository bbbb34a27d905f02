import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Storage
import TestSupport
import Testing

@testable import App
@testable import Open311

/// What programs send by GeoReport: by a key, once, without anything about a person.
@Suite struct Open311FilingTests {
    private let fields = [
        "service_code": "2002", "lat": "41.80", "long": "123.45", "description": "井盖翘起来了",
        "attribute[what]": "cover",
    ]

    @Test func `a program reports, sees the number at once, and its report goes the way of all others`() async throws {
        let city = try await TestCity()
        let key = try await city.programKey()
        try await city.run { client in
            let geo = GeoReportClient(http: client.http)
            let personal = [
                "first_name": "甄", "last_name": "探雀", "phone": "13957190264", "email": "canary@example.org",
                "device_id": "TanqueUA-551", "account_id": "551", "media_url": "http://169.254.169.254/latest",
            ]
            let answer = try await geo.file(fields.merging(personal) { $1 }, key: key.text)
            #expect(answer.status == .created, "\(answer.text)")
            let made = try #require(
                (JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [[String: Any]])?.first)
            let number = try #require(made["service_request_id"] as? String)
            let notice = try #require(made["service_notice"] as? String)
            #expect(notice.contains("没有保存") && notice.contains("没有打开"))
            let shown = try await geo.get("requests/\(number)", GeoReportSchemas.requests) as? [[String: Any]]
            #expect(shown?.first?["status"] as? String == "open", "the program sees it at once")
            let token = try #require(answer.headers[.location]?.split(separator: "/").last)
            let redeemed = try await geo.get("tokens/\(token)", GeoReportSchemas.created) as? [[String: Any]]
            #expect(redeemed?.first?["service_request_id"] as? String == number)
            try await geo.get("tokens/\(client.newKey())", [:], expecting: .notFound)

            // For those who work on it: at the intake desk, with its clocks, from nobody.
            await city.catchUp()
            let list = try await client.get("/cases?view=all", as: .wangFang).json()["items"] as? [[String: Any]]
            let id = try #require(list?.first { $0["number"] as? String == number }?["id"] as? String)
            let case_ = try await client.get("/cases/\(id)", as: .wangFang).json()
            #expect(case_["description"] as? String == "坏的是什么：井盖\n井盖翘起来了")
            #expect((case_["clocks"] as? [Any])?.isEmpty == false)
            try await client.step("accept", on: id, as: .wangFang)
            await city.catchUp()
            #expect(try await city.journal("program.filed").count == 1)
            #expect(try await city.count("SELECT COUNT(*) FROM notice") == 0, "there is nobody to tell")
            let asked = try await client.api(.post, "/cases/\(id)/reporter", as: .liNa)
            #expect([403, 404, 409].contains(asked.status.code))
            // Nothing about a person is anywhere, and of the key only its hash.
            let contents = try await city.contents().values.joined()
            for word in Array(personal.values.dropFirst(0)) + [key.text] where word != "551" && word != "甄" {
                #expect(!contents.contains(word), "\(word)")
            }
        }
    }

    @Test func `the same sent again is one report, another under the same name is refused`() async throws {
        let city = try await TestCity()
        let key = try await city.programKey()
        let other = try await city.programKey()
        try await city.run { client in
            let geo = GeoReportClient(http: client.http)
            let first = try await geo.file(fields, key: key.text, idempotency: "A-1")
            let again = try await geo.file(fields, key: key.text, idempotency: "A-1")
            let byField = try await geo.file(fields.merging(["external_id": "A-1"]) { $1 }, key: key.text)
            #expect([first.status, again.status, byField.status] == [.created, .ok, .ok])
            #expect(first.text == again.text && first.text == byField.text)
            #expect(first.headers[.location] == again.headers[.location])
            let changed = try await geo.file(
                fields.merging(["description": "别的"]) { $1 }, key: key.text, idempotency: "A-1")
            #expect(changed.status == .badRequest)
            // Each program has names of its own.
            #expect(try await geo.file(fields, key: other.text, idempotency: "A-1").status == .created)
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 2)
            let together = try await withThrowingTaskGroup(of: TestResponse.self) { group in
                for _ in 0..<6 { group.addTask { try await geo.file(fields, key: key.text, idempotency: "A-2") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(together.count { $0.status == .created } == 1 && Set(together.map(\.text)).count == 1)
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 3)
        }
    }

    @Test func `who has no key that holds here and now is refused`() async throws {
        let city = try await TestCity()
        let key = try await city.programKey(perHour: 2, until: Day("2026-12-31") ?? Day(number: 0))
        let revoked = try await city.programKey()
        try await city.product.open311.keys.revoke(revoked.id, because: "test")
        await #expect(throws: Open311Error.noSuchKey) {
            try await city.product.open311.keys.revoke(revoked.id, because: "again")
        }
        try await city.run { client in
            let geo = GeoReportClient(http: client.http)
            for wrong in [nil, "", "x", revoked.text, String(repeating: "A", count: 43)] {
                #expect(try await geo.file(fields, key: wrong).status == .forbidden, "\(wrong ?? "none")")
            }
            let inAddress = try await client.http.execute(
                uri: "/open311/v2/requests.json?api_key=\(key.text)", method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "service_code=2002&lat=41.8&long=123.45&description=x"))
            #expect(inAddress.status == .forbidden)
            let outside = try await geo.file(fields.merging(["long": "123.35"]) { $1 }, key: key.text)
            #expect(outside.status == .badRequest, "in the next district")
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 0)
            #expect(try await geo.file(fields, key: key.text).status == .created)
            #expect(try await geo.file(fields, key: key.text).status == .created)
            let many = try await geo.file(fields, key: key.text)
            #expect(many.status == .tooManyRequests && many.headers[.retryAfter] != nil)
            city.clock.advance(by: 3601)
            #expect(try await geo.file(fields, key: key.text).status == .created)
            city.clock.set(to: Date(shanghai: "2027-01-01 00:00"))
            #expect(try await geo.file(fields, key: key.text).status == .forbidden)
        }
    }

    @Test func `what can't be taken is said field by field, in both forms`() async throws {
        let city = try await TestCity()
        let key = try await city.programKey()
        try await city.run { client in
            let geo = GeoReportClient(http: client.http)
            func refused(_ changes: [String: String?], _ status: HTTPResponse.Status, _ word: String) async throws {
                let sent = fields.merging(changes.compactMapValues { $0 }) { $1 }
                    .filter { !changes.keys.contains($0.key) || changes[$0.key] != .some(nil) }
                let answer = try await geo.file(sent, key: key.text)
                #expect(answer.status == status && answer.text.contains(word), "\(changes): \(answer.text)")
                let xml = try XMLTree(try await geo.file(sent, key: key.text, ending: ".xml").text)
                #expect(xml.name == "errors" && xml.children[0].children.map(\.name) == ["code", "description"])
                #expect(xml.children[0].children[0].text == "\(status.code)")
            }
            try await refused(["service_code": nil], .badRequest, "service_code")
            try await refused(["service_code": "2999"], .notFound, "service_code")
            try await refused(["lat": "north"], .badRequest, "lat")
            try await refused(["lat": nil, "long": nil], .badRequest, "lat")
            try await refused(["description": nil, "attribute[what]": nil], .badRequest, "description")
            try await refused(["attribute[what]": "moon"], .badRequest, "attribute[what]")
            try await refused(["description": String(repeating: "长", count: 4001)], .badRequest, "description")
            let multipart = try await client.http.execute(
                uri: "/open311/v2/requests.xml", method: .post,
                headers: [.contentType: "multipart/form-data; boundary=x"],
                body: ByteBuffer(string: "--x--"))
            #expect(try multipart.status == .unsupportedMediaType && XMLTree(multipart.text).name == "errors")
            let broken = try await client.http.execute(
                uri: "/open311/v2/requests.json", method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"], body: ByteBuffer(string: "a=%zz&b=%00"))
            #expect(broken.status == .badRequest && broken.text.hasPrefix("["))
            // A tip about a business is taken and never shown: it has no number to ask for.
            let tip = try await geo.file(
                ["service_code": "0104", "address_string": "中街 1 号", "description": "后厨有老鼠"], key: key.text)
            #expect(tip.status == .created && !tip.text.contains("NX-") && tip.headers[.location] == nil)
            city.clock.advance(by: 86_400)
            await city.catchUp()
            #expect(try await geo.numbers() == [])
            #expect(try await city.count("SELECT COUNT(*) FROM matter") == 1)
        }
    }
}
