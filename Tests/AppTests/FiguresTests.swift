import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing

@Suite struct FiguresTests {
    @Test func `every report is counted once, whatever became of it`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            func figures() async throws -> [String: Int] {
                try await client.get("/public/figures").json().compactMapValues { $0 as? Int }
            }
            func check(_ expected: [String: Int], at location: SourceLocation = #_sourceLocation) async throws {
                let figures = try await figures()
                for (name, number) in expected { #expect(figures[name] == number, "\(name)", sourceLocation: location) }
                let parts = ["verified", "unfounded", "inProgress", "duplicate", "handedOver", "declined"]
                #expect(figures["received"] == parts.compactMap { figures[$0] }.reduce(0, +), sourceLocation: location)
            }
            try await check(["registered": 2, "received": 0, "inProgress": 0])
            let verified = try await client.report()
            try await client.close(verified)
            let unfounded = try await client.report()
            try await client.bringToCheck(unfounded)
            try await check(["received": 2, "verified": 1, "inProgress": 1])
            try await client.step("unfound", on: unfounded, as: .liNa, ["reason": "notFound", "result": "未发现"])
            let repeated = try await client.report()
            try await client.step("decline", on: repeated, as: .wangFang, ["reason": "repeat", "result": "已另案处理"])
            let test = try await client.report()
            try await client.step("decline", on: test, as: .wangFang, ["reason": "test", "result": "误发"])
            let over = try await client.report()
            try await client.step("handOver", on: over, as: .wangFang, ["body": "agriculture", "result": "已移交"])
            try await check([
                "received": 5, "unfounded": 1, "duplicate": 1, "declined": 1, "handedOver": 0, "inProgress": 1,
            ])
            try await client.step("recordReceipt", on: over, as: .wangFang, ["receipt": "1"])
            try await client.step("conclude", on: over, as: .wangFang, ["result": "完"])
            try await check(["received": 5, "handedOver": 1, "inProgress": 0, "verified": 1])
        }
    }
}
