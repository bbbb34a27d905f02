import Foundation
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing

/// The deadlines of `domain.md` §12 as officers and reporters meet them.
@Suite struct ClockTests {
    @Test func `an extension moves the day only when a second person approves it`() async throws {
        let city = try await TestCity(at: Date(shanghai: "2026-09-30 16:00"))
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id, by: .maRui)
            let before = try await client.get("/cases/\(id)", as: .maRui).json()
            #expect(client.due("report-decision", of: before) == "2026-10-27")

            city.clock.set(to: Date(shanghai: "2026-10-20 10:00"))
            try await client.step("requestExtension", on: id, as: .maRui, ["note": "要等检验"])
            let alone = try await client.step("approveExtension", on: id, as: .maRui, expecting: .forbidden)
            #expect(alone["type"] as? String == "/problems/case-needs-second-person")
            let approved = try await client.step("approveExtension", on: id, as: .chenGang)
            #expect(client.due("report-decision", of: approved) == "2026-11-17")
            #expect(approved["extensionRequest"] as? String == "granted")

            let own = try await client.get("/reports/\(id)", as: .zhangWei).json()
            #expect(client.due("report-decision", of: own) == "2026-11-17")
            let again = try await client.step(
                "requestExtension", on: id, as: .maRui, ["note": "再延"], expecting: .conflict)
            #expect(again["type"] as? String == "/problems/case-already-asked")
        }
    }

    @Test func `an extension that is refused moves nothing`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let id = try await client.report()
            try await client.bringToCheck(id)
            try await client.step("requestExtension", on: id, as: .liNa, ["note": "人手不够"])
            let refused = try await client.step("refuseExtension", on: id, as: .chenGang, ["note": "理由不足"])
            #expect(client.due("report-decision", of: refused) == "2026-10-27")
        }
    }

    @Test func `six working days of testing move both days by six working days`() async throws {
        let city = try await TestCity(at: Date(shanghai: "2026-09-30 16:00"))
        try await city.run { client in
            let id = try await client.report()
            city.clock.set(to: Date(shanghai: "2026-10-12 09:00"))
            try await client.bringToCheck(id)
            try await client.step("pause", on: id, as: .liNa, ["reason": "testing", "note": "送检"])
            let paused = try await client.get("/cases/\(id)", as: .liNa).json()
            #expect(client.clock("report-decision", of: paused)?["state"] as? String == "paused")
            // 12, 13, 14, 15, 16 and 19 October are working days.
            city.clock.set(to: Date(shanghai: "2026-10-20 09:00"))
            let resumed = try await client.step("resume", on: id, as: .liNa)
            #expect(client.due("report-decision", of: resumed) == "2026-11-04")
            try await client.step("requestExtension", on: id, as: .liNa, ["note": "案情复杂"])
            let extended = try await client.step("approveExtension", on: id, as: .chenGang)
            #expect(client.due("report-decision", of: extended) == "2026-11-25")
        }
    }

    @Test func `a day that needs a calendar nobody imported is unknown, not wrong`() async throws {
        let city = try await TestCity(at: Date(shanghai: "2026-12-14 10:00"))
        try await city.run { client in
            let id = try await client.report()
            let answer = try await client.get("/cases/\(id)", as: .wangFang).json()
            let clock = try #require(client.clock("report-decision", of: answer))
            #expect(clock["unknown"] as? Int == 2027)
            #expect(clock["due"] == nil)
        }
    }

    @Test func `a matter of another body is closed only after its receipt`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            // Veterinary drugs in food: agriculture answers for them.
            let id = try await client.report(["category": "0103", "description": "兽药残留"])
            let over = try await client.step(
                "handOver", on: id, as: .wangFang, ["body": "agriculture", "result": "属农业农村部门职责，已移交"])
            #expect(over["state"] as? String == "handedOver")
            let early = try await client.step("conclude", on: id, as: .wangFang, ["result": "办结"], expecting: .conflict)
            #expect(early["type"] as? String == "/problems/case-not-now")
            await city.catchUp()
            let told = try await client.get("/notices", as: .zhangWei).json()["items"] as? [[String: Any]] ?? []
            #expect(told.count == 2, "arrived, and handed over")

            try await client.step("recordReceipt", on: id, as: .wangFang, expecting: .unprocessableContent)
            try await client.step("recordReceipt", on: id, as: .wangFang, ["receipt": "农业签收〔2026〕88号"])
            let closed = try await client.step("conclude", on: id, as: .wangFang, ["result": "对方已签收并答复"])
            #expect(closed["state"] as? String == "closed")
            #expect(closed["outcome"] as? String == "handedOver")
            #expect(closed["receipt"] as? String == "农业签收〔2026〕88号")
        }
    }

    @Test func `a report about advertising has a second clock of seven working days`() async throws {
        let city = try await TestCity(at: Date(shanghai: "2026-09-30 16:00"))
        try await city.run { client in
            let id = try await client.report(["category": "0801"])
            let answer = try await client.get("/cases/\(id)", as: .wangFang).json()
            #expect(client.due("report-decision", of: answer) == "2026-10-27")
            // 8, 9, 10 (made up), 12, 13, 14, 15 October.
            #expect(client.due("advertising", of: answer) == "2026-10-15")
            #expect(answer["dueClock"] as? String != nil)
        }
    }

    @Test func `a better name for a matter changes its clocks, not its beginning`() async throws {
        let city = try await TestCity(at: Date(shanghai: "2026-09-30 16:00"))
        try await city.run { client in
            let id = try await client.report(["category": "9999"])
            city.clock.set(to: Date(shanghai: "2026-10-09 09:00"))
            let named = try await client.step("classify", on: id, as: .wangFang, ["category": "0801"])
            #expect(client.due("report-decision", of: named) == "2026-10-27")
            #expect(client.due("advertising", of: named) == "2026-10-15")
        }
    }
}
