import Cases
import Foundation
import Kernel
import TestSupport
import Testing

@testable import App
@testable import Open311
@testable import Outgoing

/// What GeoReport asks of us, reckoned without a server.
struct Open311RulesTests {
    private let today = Day(of: Date(shanghai: "2026-09-30 16:00"))

    @Test func `a cell is 400 metres wide, and each point lies in the one whose middle is near`() {
        for lat in [0.001, 18.2, 31.23, 41.8, 53.4] {
            let point = Position(lat: lat, lng: 121.4737)
            let cell = GeoCell(at: point)
            #expect(cell.centre.distance(to: point) < 290)
            #expect(GeoCell(at: cell.centre) == cell && GeoCell(cell.code) == cell)
            let near = GeoCell.around(point, radius: 1000)
            #expect(near.contains(cell) && (12...28).contains(near.count), "\(lat): \(near.count)")
            #expect(near.allSatisfy { $0.centre.distance(to: point) <= 1000 })
        }
        #expect(GeoCell("1:2:3") == nil && GeoCell("x:2") == nil)
    }

    @Test func `a span is ninety days at most, and counted in days`() throws {
        func filter(_ parameters: [String: String]) throws -> RequestFilter {
            try RequestFilter(parameters.mapValues { [$0] }, on: today)
        }
        let all = try filter([:])
        #expect(all.last == today && all.last - all.first == 90 && all.size == 1000)
        let span = try filter(["start_date": "2026-03-01T10:00:00+08:00", "end_date": "2026-03-02T00:00:01Z"])
        #expect(span.first == Day("2026-03-01") && span.last == Day("2026-03-02"))
        // An hour more or less is the same day: nothing narrower can be asked for.
        #expect(try filter(["start_date": "2026-03-01T23:59:59+08:00"]).first == span.first)
        #expect(try filter(["start_date": "2026-03-01T10:00:00 08:00"]).first == span.first)
        #expect(try filter(["start_date": "2026-03-01"]).last == Day("2026-05-30"))
        #expect(try filter(["end_date": "2026-05-30"]).first == Day("2026-03-01"))
        for wrong in [
            ["start_date": "2026-03-01", "end_date": "2026-05-31"], ["start_date": "soon"], ["status": "new"],
            ["page": "0"], ["page_size": "1001"], ["lat": "41.8"], ["lat": "91", "long": "1"],
            ["lat": "41.8", "long": "0x10"], ["lat": "41.8", "long": "123", "radius": "9000"],
        ] {
            #expect(throws: InvalidFields.self, "\(wrong)") { try filter(wrong) }
        }
        #expect(try filter(["status": "open,closed", "page": "", "extensions": "true"]) == all)
        #expect(try filter(["status": "closed"]).isOpen == false)
        let several = try RequestFilter(["service_code": ["2002,2003", "2002"]], on: today)
        #expect(several.categories == ["2002", "2003"])
        // Numbers override everything else, also what is wrong.
        let numbers = try RequestFilter(["service_request_id": ["NX-1, NX-2", "x'y"], "page": ["0"]], on: today)
        #expect(numbers.numbers == ["NX-1", "NX-2"])
        let many = (0..<201).map { "NX-\($0)" }.joined(separator: ",")
        #expect(throws: InvalidFields.self) { try filter(["service_request_id": many]) }
    }

    @Test func `an answer says the same in both forms, whatever stands in it`() throws {
        let words = "井盖 <b>&\"'\u{1}\u{b}\n第二行]]>\u{ffff}😀"
        let document = SparkDocument(
            "things",
            .items(
                "thing",
                [
                    .members([
                        .init("name", words), .init("none", .null), .init("flag", .flag(true)),
                        .init("number", .number(41.80001)), .init("order", .integer(3)),
                        .init("parts", .items("part", [.text("a"), .text("b")])),
                    ])
                ]))
        let json = try JSONSerialization.jsonObject(with: Data(document.text(as: .json).utf8))
        let thing = try #require((json as? [[String: Any]])?.first)
        #expect(thing["name"] as? String == words && thing["none"] is NSNull)
        #expect(thing["parts"] as? [String] == ["a", "b"] && thing["number"] as? Double == 41.80001)
        let xml = try XMLTree(document.text(as: .xml))
        #expect(xml.name == "things" && xml.children.map(\.name) == ["thing"])
        // What XML can't say is left out; everything else is as it was.
        let plain = String(words.unicodeScalars.filter { !["\u{1}", "\u{b}", "\u{ffff}"].contains($0) })
        #expect(xml.children[0].children[0].text == plain)
        #expect(xml.children[0].children.map(\.name) == ["name", "none", "flag", "number", "order", "parts"])
    }

    @Test func `the shipped file is whole, and one that would show what is private is refused`() throws {
        let facts = try Facts(Root(named: sourceRoot.path))
        #expect(facts.open311.faults(facts.cases.categories) == [])
        let text = try String(contentsOf: sourceRoot.appending(path: "Data/open311.json"), encoding: .utf8)
        func faults(_ old: String, _ new: String) throws -> [String] {
            let changed = text.replacing(old, with: new, maxReplacements: 1)
            #expect(changed != text, "\(old)")
            return try JSONDecoder().decode(Open311Facts.self, from: Data(changed.utf8))
                .faults(facts.cases.categories)
        }
        #expect(
            try faults(#""shown": ["2001""#, #""shown": ["0104""#) == ["open311: shown names 0104, which is private"])
        #expect(try faults(#""shown": ["2001""#, #""shown": ["2999""#).count == 1)
        #expect(try faults(#""shown": ["2001""#, #""shown": ["2002""#).count == 1)
        #expect(try faults(#""fewest": 5"#, #""fewest": 1"#).count == 1)
        #expect(try faults(#""key": "lane""#, #""key": "cable""#).count == 1)
        #expect(try faults(#""code": "what""#, #""code": "emergency""#).count == 1)
    }

    @Test func `the waits of a hand-over outlast a day, then somebody has to look`() throws {
        let start = Date(shanghai: "2026-09-30 16:00")
        var delivery = Delivery(
            id: ID(UUID(high: 1, low: 1)), target: "roads", matter: ID(UUID(high: 2, low: 2)), service: "001",
            createdAt: start, nextAt: start, changedAt: start)
        #expect(throws: Open311Error.notDead) { try delivery.retry(at: start) }
        var tries = 0
        while delivery.state == .waiting, tries < 100 {
            tries += 1
            delivery.conclude(.failed(fault: "unreachable", isFinal: false), pollEvery: 3600, at: delivery.nextAt)
        }
        #expect(delivery.state == .dead && tries == Delivery.mostTries)
        #expect(delivery.changedAt.timeIntervalSince(start) > 24 * 3600)
        try delivery.retry(at: start)
        #expect(delivery.state == .waiting && delivery.tries == 0)
        delivery.conclude(.failed(fault: "http-403", isFinal: true), pollEvery: 3600, at: start)
        #expect(delivery.state == .dead && delivery.tries == 1)
        try delivery.drop(because: "by telephone", at: start)
        #expect(throws: Open311Error.notDead) { try delivery.drop(because: "again", at: start) }
    }

    @Test func `what another server answers is read in both forms, and only what is plain`() {
        func read(_ text: String, _ format: String = "json") -> RemoteAnswer? {
            RemoteAnswer(Data(text.utf8), format: format)
        }
        #expect(read(#"[{"service_request_id": 293944, "service_notice": "x"}]"#)?.id == "293944")
        #expect(read(#"[{"service_request_id": "A-1", "status": "closed"}]"#)?.status == "closed")
        #expect(read(#"[{"token": "t-5"}]"#)?.token == "t-5")
        #expect(read(#"[{"service_request_id": "<script>"}]"#)?.id == nil)
        #expect(read(#"[{"service_request_id": "../../x"}]"#)?.id == nil)
        #expect(read("[]") == RemoteAnswer(Data("[{}]".utf8), format: "json"))
        #expect(read("<html>") == nil && read("{}") == nil && read("<html>", "xml") == nil)
        let xml = """
            <?xml version="1.0"?><service_requests type="array"><request><service_request_id> 7 </service_request_id>
            <status>open</status></request></service_requests>
            """
        #expect(read(xml, "xml")?.id == "7" && read(xml, "xml")?.status == "open")
    }

    @Test(arguments: [
        ("https://311.example.org/open311/v2", false, true), ("http://311.example.org/", false, false),
        ("http://127.0.0.1:8080/x", false, false), ("http://127.0.0.1:8080/x", true, true),
        ("https://user:word@example.org/", false, false), ("https://example.org/#x", false, false),
        ("ftp://example.org/", false, false), ("https:///x", false, false), ("https://exam\nple.org", false, false),
        ("http://10.0.0.5/", true, false),
    ])
    func `an address to send to is https, or this machine when somebody says so`(
        text: String, inside: Bool, isGood: Bool
    ) {
        #expect((OutgoingAddress(text, mayBeInside: inside) != nil) == isGood)
    }

    @Test func `what lies inside is known by its number`() {
        for address in [
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1",
            "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "::ffff:10.0.0.1",
            "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "ff02::1", "fe80::1%eth0", "localhost", "",
        ] {
            #expect(InnerNetworks.contain(address), "\(address)")
        }
        for address in ["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "223.5.5.5", "2400:3200::1", "2606::1"] {
            #expect(!InnerNetworks.contain(address), "\(address)")
        }
    }

    @Test func `nothing is sent to an address inside, whatever name it has`() async throws {
        let address = try #require(OutgoingAddress("https://localhost:1/x"))
        let client = OutgoingClient(patience: .seconds(2))
        let request = OutgoingRequest(kind: "test", id: UUID(high: 1, low: 1), method: "GET", address: address)
        await #expect(throws: OutgoingError.innerNetwork) { try await client.send(request) }
    }
}
