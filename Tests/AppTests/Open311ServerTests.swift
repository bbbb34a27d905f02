import Cases
import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import Retention
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import Open311

/// What everybody reads by GeoReport: services, their definitions, the public list; and what nobody does.
@Suite struct Open311ServerTests {
    @Test func `services are the categories in the language that was asked for`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            var geo = GeoReportClient(http: client.http)
            let services = try await geo.get("services", GeoReportSchemas.services) as? [[String: Any]] ?? []
            #expect(services.count == city.product.facts.cases.categories.groups.flatMap(\.categories).count)
            let road = try #require(services.first { $0["service_code"] as? String == "2002" })
            #expect(road["service_name"] as? String == "井盖、路面、路灯" && road["type"] as? String == "realtime")
            let kitchen = try #require(services.first { $0["service_code"] as? String == "0104" })
            #expect(kitchen["group"] as? String == "食品安全" && kitchen["type"] as? String == "blackbox")
            for service in services {
                let code = try #require(service["service_code"] as? String)
                let path = "services/\(code)"
                // Each by itself, in JSON alone: the two forms were compared above.
                let answer = try await client.http.execute(uri: "/open311/v2/\(path).json", method: .get)
                #expect(try GeoReportSchemas.faults(answer.text, GeoReportSchemas.definition) == [], "\(code)")
                let attributes = try answer.json()["attributes"] as? [[String: Any]] ?? []
                #expect(attributes.isEmpty != (service["metadata"] as? Bool), "\(code)")
                #expect(attributes.compactMap { $0["order"] as? Int } == Array(1..<attributes.count + 1))
            }
            geo.language = "en"
            let fire = try await geo.get("services/2001", GeoReportSchemas.definition) as? [String: Any] ?? [:]
            let attributes = fire["attributes"] as? [[String: Any]] ?? []
            #expect(attributes.map { $0["variable"] as? Bool } == [false, true])
            #expect((attributes[0]["description"] as? String)?.contains("119") ?? false)
            try await geo.get("services/2999", [:], expecting: .notFound)
            try await geo.get("discovery", GeoReportSchemas.discovery)
            // Without an ending it is XML, which everybody has; `format` says otherwise.
            for (path, start) in [
                ("services", "<?xml"), ("services?format=json", "["), ("services?format=csv", "<?xml"),
            ] {
                let answer = try await client.http.execute(uri: "/open311/v2/\(path)", method: .get)
                #expect(answer.text.hasPrefix(start) && (answer.status == .ok) == !path.hasSuffix("csv"), "\(path)")
            }
            let head = try await client.http.execute(uri: "/open311/v2/services.json", method: .head)
            #expect(head.status == .ok && head.text.isEmpty)
        }
    }

    @Test func `the list shows hazards by day and cell, and nothing of who, when, what was said or photographed`()
        async throws
    {
        let city = try await TestCity()
        try await city.run { client in
            let geo = GeoReportClient(http: client.http)
            let private_ = try await client.report(["description": "暗号：后厨有油污"])
            let hidden = try await client.report(["category": "2006", "description": "暗号：老人独居"])
            var hazards: [String] = []
            let place = (lat: 41.80123, lng: 123.45678)
            for number in 0..<5 {
                let id = try await client.report(
                    [
                        "category": number == 4 ? "2011" : "2002", "description": "暗号\(number)：井盖坏了 13912345678",
                        "identity": ["named", "confidential", "anonymous"][number % 3],
                        "address": "暗号路 \(number) 号",
                    ], in: place, photos: number == 0 ? [try Pictures.jpeg(31)] : [],
                    as: [.zhangWei, .liuYang][number % 2])
                hazards.append(
                    try await client.get("/reports/\(id)", as: [.zhangWei, .liuYang][number % 2]).json()["number"]
                        as? String ?? "")
            }
            await city.catchUp()
            // Nobody can watch a report arrive: it is there from the next day on.
            #expect(try await geo.numbers() == [])
            try await geo.get("requests/\(hazards[0])", [:], expecting: .notFound)
            city.clock.advance(by: 86_400)
            let shown = try await geo.requests()
            #expect(Set(try await geo.numbers()) == Set(hazards))
            for request in shown {
                #expect(request["requested_datetime"] as? String == "2026-09-30T00:00:00+08:00")
                #expect(request["status"] as? String == "open" && request["address"] as? String == "沈河区")
            }
            // Five in one cell: its middle may be told. It isn't the place.
            let positions = Set(shown.map { "\($0["lat"] ?? "") \($0["long"] ?? "")" })
            let centre = GeoCell(at: Position(lat: place.lat, lng: place.lng)).centre
            #expect(positions == ["\(centre.lat) \(centre.lng)"])
            #expect(centre.distance(to: Position(lat: place.lat, lng: place.lng)) > 10)

            // Whatever can be asked: no word, no name, no hour, no number of what is private.
            var everything = ""
            let secrets = try await [private_, hidden].asyncNumbers(client)
            let queries =
                [
                    "requests.json", "requests.xml", "requests.json?status=open",
                    "requests.json?service_code=0104,2006",
                    "requests.json?service_request_id=\((secrets + hazards).joined(separator: ","))",
                    "requests.json?lat=41.8&long=123.45&radius=3000", "requests/\(hazards[0]).json",
                ] + secrets.map { "requests/\($0).json" }
            for query in queries {
                let answer = try await client.http.execute(uri: "/open311/v2/\(query)", method: .get)
                everything += answer.text + answer.headers.map { "\($0)" }.joined()
            }
            for word in ["暗号", "139123", "张伟", "刘洋", "41.80123", "16:00", "08:00:00Z", "media_url\":\"http"] + secrets {
                #expect(!everything.contains(word), "\(word)")
            }
            #expect(try await geo.numbers("?service_code=0104,2006") == [])
            for number in secrets { try await geo.get("requests/\(number)", [:], expecting: .notFound) }
        }
    }

    @Test func `it follows what becomes of a case, and a case that turns out to be private leaves it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let geo = GeoReportClient(http: client.http)
            let first = try await client.report(["category": "2002"])
            let second = try await client.report(["category": "2010"])
            let numbers = try await [first, second].asyncNumbers(client)
            city.clock.advance(by: 86_400)
            await city.catchUp()
            #expect(Set(try await geo.numbers()) == Set(numbers))
            #expect(try await geo.requests()[0]["lat"] is NSNull, "two in a cell would say where")
            try await client.step("accept", on: first, as: .wangFang)
            try await client.step("classify", on: second, as: .wangFang, ["category": "0104"])
            await city.catchUp()
            #expect(try await geo.numbers() == [numbers[0]])
            try await geo.get("requests/\(numbers[1])", [:], expecting: .notFound)
            city.clock.advance(by: 86_400)
            let sent = try await client.step(
                "decline", on: first, as: .wangFang, ["reason": "noClue", "result": "没有线索"])
            #expect(sent["state"] as? String == "declined")
            await city.catchUp()
            let request = try #require(try await geo.requests("?status=closed").first)
            #expect(request["status_notes"] as? String == "没有受理")
            #expect(request["updated_datetime"] as? String == "2026-10-02T00:00:00+08:00")
            #expect(try await geo.numbers("?status=open") == [])
            #expect(try await geo.numbers("?start_date=2026-10-01T00:00:00Z") == [])
            #expect(try await geo.numbers("?end_date=2026-09-30T00:00:00%2B08:00") == [numbers[0]])
            try await geo.get(
                "requests", [:], "?start_date=2026-01-01&end_date=2026-09-30", expecting: .badRequest)
            // A year after its end it goes.
            city.clock.advance(by: 400 * 86_400)
            try await city.product.retention.commands.run(because: .command)
            #expect(try await city.count("SELECT COUNT(*) FROM open311_request") == 0)
        }
    }

    @Test func `pages follow each other, whichever way the list is narrowed, and nothing comes twice`() async throws {
        let city = try await TestCity()
        let today = Day(of: city.clock.now)
        let codes = ["2001", "2002", "2011"]
        try await city.run { client in
            // Rows of their own: a list of 60 days doesn't need 60 reports.
            let example = try await client.report(["category": "2002"])
            let office = try city.office("SH-DESK")
            var expected: [(day: Day, number: String, code: String, isOpen: Bool)] = []
            for index in 0..<60 {
                expected.append(
                    (today + -(index / 3 + 1), "NX-\(100 + index)", codes[index % 3], index % 4 != 0))
            }
            try await city.product.services.database.write { [expected] db in
                for (index, row) in expected.enumerated() {
                    let id = UUID(high: 77 << 16 | 0x7000, low: UInt64(index) | 0x8000_0000_0000_0000)
                    try db.execute(
                        """
                        INSERT INTO matter (id, number, received_at, reported_category, category, severity, description,
                            position_source, address, area, territory_path, office_id, state, extension_request,
                            reopen_request, version)
                        VALUES (\(id), \(row.number), \(row.day.start), \(row.code), \(row.code), 1, '', 'address', '', '',
                            '/210000/', \(UUID(uuidString: office)), 'received', 'none', 'none', 1)
                        """)
                    try db.execute(
                        """
                        INSERT INTO open311_request (matter_id, number, category, stage, is_open, day, shown_from,
                            updated_day, area, cell)
                        VALUES (\(id), \(row.number), \(row.code), \(row.isOpen ? "received" : "done"), \(row.isOpen),
                            \(row.day), \(row.day), \(row.day), '', \(index % 2 == 0 ? "11628:22956" : nil))
                        """)
                }
            }
            #expect(!example.isEmpty)
            let geo = GeoReportClient(http: client.http)
            let sorted = expected.sorted { ($1.day, $1.number) < ($0.day, $0.number) }
            for (query, kinds, states) in [
                ("", codes, [true, false]), ("status=closed", codes, [false]),
                ("service_code=2001,2011", ["2001", "2011"], [true, false]),
                ("service_code=2002&status=open", ["2002"], [true]),
            ] {
                var found: [String] = []
                for page in 1...10 {
                    let numbers = try await geo.numbers("?\(query)&page_size=7&page=\(page)")
                    #expect(numbers.count <= 7)
                    found += numbers
                }
                let wanted = sorted.filter { kinds.contains($0.code) && states.contains($0.isOpen) }
                #expect(found == wanted.map(\.number), "\(query)")
            }
            let cell = try #require(GeoCell("11628:22956")).centre
            let near = try await geo.numbers("?lat=\(cell.lat)&long=\(cell.lng)&radius=200&status=open")
            #expect(near == sorted.filter { (Int($0.number.dropFirst(3)) ?? 1) % 2 == 0 && $0.isOpen }.map(\.number))
            #expect(try await geo.numbers("?lat=\(cell.lat + 1)&long=\(cell.lng)") == [])
        }
    }
}

extension [String] {
    /// What people call these cases.
    fileprivate func asyncNumbers(_ client: CityClient) async throws -> [String] {
        var numbers: [String] = []
        for id in self {
            numbers.append(try await client.get("/reports/\(id)", as: .zhangWei).json()["number"] as? String ?? "")
        }
        return numbers
    }
}
