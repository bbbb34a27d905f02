import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Outgoing
import Storage
import TestSupport
import Testing

@testable import App
@testable import Open311

/// Cases that go on to servers of others: once, again when it fails, before somebody's eyes when it can't be done.
@Suite struct DeliveryTests {
    private static let targets = """
        {"targets": [{"name": "roads", "address": "https://311.example.org/open311/v2", "jurisdiction": "sy.example",
          "words": true, "sends": [{"category": "2002", "service": "pothole", "territory": "210103"}]}]}
        """

    private static func city(
        _ server: (any Outgoing)?, _ targets: String = targets, sinks: URL? = nil
    ) async throws
        -> TestCity
    {
        let file = try temporaryFolder().appending(path: "targets.json")
        try Data(targets.utf8).write(to: file)
        var flags = ["open311.targets": file.path, "open311.key.roads": "their-key"]
        if let sinks { flags["sinks"] = sinks.path }
        return try await TestCity(flags: flags, outgoing: server)
    }

    private static let taken = #"[{"service_request_id": 293944}]"#

    @Test func `a case is handed on once, without who reported it, and followed until it is over there`() async throws {
        let server = FakeServer()
        let city = try await Self.city(server)
        let sender = city.product.open311.sender
        try await city.run { client in
            let id = try await client.report([
                "category": "2002", "description": "井盖坏了，电话 13912345678", "identity": "named",
            ])
            _ = try await client.report(["category": "0104"])
            _ = try await client.report(["category": "2002"], in: TestCity.inHeping)
            await city.catchUp()
            await city.catchUp()
            server.fail(.unreachable)
            server.answer(503)
            server.answer(200, Self.taken)
            #expect(try await sender.turn() == 1, "only what lies there and is of the kind")
            #expect(try await sender.turn() == 0, "it waits a while")
            for _ in 0..<2 {
                city.clock.advance(by: 121)
                try await sender.turn()
            }
            #expect(server.requests.count == 3)
            #expect(Set(server.requests.map(\.id)).count == 1, "always under the same name")
            let fields = try #require(server.requests.last).fields
            #expect(fields["service_code"] == "pothole" && fields["api_key"] == "their-key")
            #expect(fields["jurisdiction_id"] == "sy.example" && fields["lat"] == "41.8")
            let words = try #require(fields["description"])
            #expect(words.contains("井盖坏了") && !words.contains("13912345678") && words.contains("NX-"))
            #expect(
                !fields.values.contains { $0.contains(Someone.zhangWei.name) || $0.contains(Someone.zhangWei.phone) })

            // It is asked about, and what is new stands on the case.
            city.clock.advance(by: 3601)
            server.answer(200, #"[{"service_request_id": "293944", "status": "open"}]"#)
            try await sender.turn()
            let asked = try #require(server.requests.last)
            #expect(asked.method == "GET" && asked.address.url.path == "/open311/v2/requests/293944.json")
            city.clock.advance(by: 3601)
            server.answer(500)
            try await sender.turn()
            city.clock.advance(by: 3601)
            server.answer(200, #"[{"service_request_id": "293944", "status": "closed"}]"#)
            try await sender.turn()
            city.clock.advance(by: 90_000)
            #expect(try await sender.turn() == 0, "it is over there")
            let notes = try await city.count(
                "SELECT COUNT(*) FROM matter_step WHERE step = 'note' AND actor_id IS NULL")
            #expect(notes == 3)
            let page = try await client.page("/work/cases/\(id)", as: .wangFang)
            #expect(page.text.contains("对方编号 293944") && page.text.contains("已办结"))
            #expect(try await city.journal("delivery.sent").count == 1)
            #expect(try await city.journal("delivery.answered").count == 2)
        }
    }

    @Test func `what can't be handed on stands before somebody who sends it again or gives it up`() async throws {
        let server = FakeServer()
        let city = try await Self.city(server)
        let sender = city.product.open311.sender
        try await city.run { client in
            let desk = try await GuardDesk(client, .administrator)
            let list = "/admin/deliveries"
            #expect(try await desk.page(list).text.contains("没有失败的转送"))
            for _ in 0..<2 { _ = try await client.report(["category": "2002", "description": "暗号：井盖"]) }
            await city.catchUp()
            server.answer(403, "no", times: 2)
            try await sender.turn()
            #expect(try await city.journal("delivery.died").count == 2)
            let page = try await desk.page(list)
            #expect(page.text.contains("对方答复 403") && page.text.contains("class=\"badge\">2<"))
            #expect(!page.text.contains("暗号"), "nothing of what was written")
            // Nobody else's: it isn't there for them.
            #expect(try await client.page(list, as: .wangFang).status == .notFound)
            let items = try #require(
                try await client.get("/deliveries", as: .heMin).json()["items"] as? [[String: Any]])
            let ids = items.compactMap { $0["id"] as? String }
            #expect(items.count == 2 && items[0]["fault"] as? String == "http-403")

            let empty = try await desk.submit("\(list)/\(ids[0])/drop", ["reason": " "], from: list)
            #expect(empty.status == .unprocessableContent && empty.text.contains("reason-\(ids[0])-error"))
            let dropped = try await desk.submit("\(list)/\(ids[0])/drop", ["reason": "已电话告知"], from: list)
            #expect(dropped.status == .seeOther)
            let again = try await desk.submit("\(list)/\(ids[0])/retry", [:], from: list)
            #expect(again.status == .conflict, "it was given up")
            let retried = try await client.api(.post, "/deliveries/\(ids[1])/retry", as: .heMin)
            #expect(retried.status == .noContent)
            #expect(
                try await client.api(.post, "/deliveries/\(ids[1])/drop", as: .heMin, json: ["reason": "x"]).status
                    == .conflict)
            #expect(try await client.api(.post, "/deliveries/\(ids[1])/retry", as: .wangFang).status == .notFound)
            server.answer(201, Self.taken)
            #expect(try await sender.turn() == 1)
            #expect(try await desk.page(list).text.contains("没有失败的转送"))
            #expect(try await city.count("SELECT COUNT(*) FROM open311_delivery WHERE state = 'sent'") == 1)
            #expect(try await city.journal("delivery.retried").count == 1)
            #expect(try await city.journal("delivery.dropped").count == 1)
        }
    }

    @Test func `a case that has ended meanwhile stays here, and one whose fate is unknown isn't sent twice`()
        async throws
    {
        let server = FakeServer()
        let city = try await Self.city(server)
        try await city.run { client in
            let ended = try await client.report(["category": "2002"])
            await city.catchUp()
            try await client.step("decline", on: ended, as: .wangFang, ["reason": "test", "result": "误发"])
            try await city.product.open311.sender.turn()
            #expect(server.requests.isEmpty)
            #expect(try await city.count("SELECT COUNT(*) FROM open311_delivery WHERE state = 'dropped'") == 1)
            _ = try await client.report(["category": "2002"])
            await city.catchUp()
            server.answer(200, "<html>thanks</html>")
            try await city.product.open311.sender.turn()
            city.clock.advance(by: 90_000)
            try await city.product.open311.sender.turn()
            #expect(server.requests.count == 1)
            let item = try await client.get("/deliveries", as: .heMin).json()["items"] as? [[String: Any]]
            #expect(item?.first?["fault"] as? String == "unreadable")
        }
    }

    @Test func `with sinks everything becomes a file, without the key`() async throws {
        let sinks = try temporaryFolder()
        let city = try await Self.city(nil, sinks: sinks)
        try await city.run { client in
            _ = try await client.report(["category": "2002"])
            await city.catchUp()
            try await city.product.open311.sender.turn()
            let files = try FileManager.default.contentsOfDirectory(at: sinks, includingPropertiesForKeys: nil)
                .filter { $0.lastPathComponent.hasPrefix("open311-") }
            let text = try String(contentsOf: try #require(files.first), encoding: .utf8)
            #expect(files.count == 1 && text.contains("pothole") && !text.contains("their-key"))
            #expect(try await city.count("SELECT COUNT(*) FROM open311_delivery WHERE state = 'done'") == 1)
        }
    }

    @Test(arguments: [
        (#""sends": ["#, #""sends": [], "x": ["#, "sent nothing"),
        (#""category": "2002""#, #""category": "0104""#, "private"),
        (#""category": "2002""#, #""category": "2999""#, "no category"),
        ("https://", "http://", "https"), (#""name": "roads""#, #""name": "Roads""#, "small letters"),
    ])
    func `a file of targets with a mistake stops the server`(old: String, new: String, word: String) async throws {
        let changed = Self.targets.replacing(old, with: new)
        await #expect { _ = try await Self.city(nil, changed) } throws: { "\($0)".contains(word) }
    }

    @Test func `over the network: a real server gets the form, and a redirect leads nowhere`() async throws {
        let router = Router()
        router.post("open311/v2/requests.json") { request, _ -> Response in
            let body = try await request.body.collect(upTo: 10_000)
            let name = request.headers[HTTPField.Name("Idempotency-Key")!] ?? ""
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: "\(name) \(String(buffer: body))")))
        }
        router.get("elsewhere") { _, _ -> Response in .redirect(to: "/secret") }
        router.get("long") { _, _ -> Response in
            Response(status: .ok, body: .init(byteBuffer: ByteBuffer(repeating: 65, count: 200_000)))
        }
        try await Application(router: router).test(.live) { client in
            let port = client.port ?? 0
            let base = try #require(OutgoingAddress("http://127.0.0.1:\(port)", mayBeInside: true))
            let outgoing = OutgoingClient(patience: .seconds(20))
            func send(_ method: String, _ path: String) async throws(OutgoingError) -> OutgoingAnswer {
                guard let address = base.appending(path) else { throw .unreachable }
                return try await outgoing.send(
                    OutgoingRequest(
                        kind: "test", id: UUID(high: 1, low: 1), method: method, address: address,
                        headers: [("Idempotency-Key", "A-1")],
                        body: method == "POST" ? .form([("description", "井盖 & 路面"), ("x", "1+1")]) : .none))
            }
            let answer = try await send("POST", "/open311/v2/requests.json")
            #expect(
                String(decoding: answer.body, as: UTF8.self)
                    == "A-1 description=%E4%BA%95%E7%9B%96%20%26%20%E8%B7%AF%E9%9D%A2&x=1%2B1")
            let moved = try await send("GET", "/elsewhere")
            #expect((300..<400).contains(moved.status), "it isn't followed")
            await #expect(throws: OutgoingError.answerTooLong) { try await send("GET", "/long") }
        }
        let nobody = try #require(OutgoingAddress("http://127.0.0.1:9/", mayBeInside: true))
        await #expect(throws: OutgoingError.unreachable) {
            try await OutgoingClient(patience: .seconds(5)).send(
                OutgoingRequest(kind: "test", id: UUID(high: 1, low: 1), method: "GET", address: nobody))
        }
    }
}
