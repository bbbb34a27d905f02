import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import App
@testable import Cases
@testable import People

/// What becomes of the work of somebody who leaves.
@Suite struct GiveBackTests {
    @Test func `open cases go back to their office at once, where somebody else goes on with them`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let open = try await client.report()
            try await client.bringToCheck(open)
            let closed = try await client.report(["description": "门口有积水"])
            try await client.close(closed)
            let before = try await client.get("/cases/\(open)", as: .liNa).json()
            try await city.product.people.accounts.depart(Someone.liNa.rawValue, because: "调离")

            let after = try await city.matter(open)
            #expect(after.handler == nil && after.state == .checking)
            #expect(try await city.matter(closed).handler == city.person(.liNa).id, "what is over stays as it was")
            let entries = try await city.timeline(open)
            let last = try #require(entries.last)
            #expect(last.step == "giveBack" && last.actor == nil && last.tells == nil)
            #expect(last.from == .checking && last.to == .checking)
            let noted = try await city.journal("case.step").last
            #expect(noted?.subject == ID<Case>(open)?.uuid && noted?.actor == nil)
            let reader = try await client.get("/cases/\(open)", as: .chenGang).json()
            #expect(reader["dueAt"] as? String == before["dueAt"] as? String, "the clocks run on")
            let titles = (reader["timeline"] as? [[String: Any]])?.compactMap { $0["title"] as? String }
            #expect(titles?.last == "Handler left: back to the office for another one")

            let next = try city.person(.zhaoQiang).id
            try await client.step("assign", on: open, as: .chenGang, ["handler": next.text])
            #expect(try await city.matter(open).handler == next)
        }
    }

    @Test func `a departure that can't be leaves the work where it is`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let open = try await client.report()
            try await client.bringToCheck(open)
            let account = try city.person(.liNa).id
            await #expect(throws: StopHere.self) {
                try await city.product.services.database.write { db in
                    try StaffActs(db: db, actor: nil, now: city.clock.now).depart(
                        account, because: "调离",
                        work: AssignedWork(count: { _, _ in [:] }) { account, now, db in
                            try CaseCommands.giveBack(
                                from: account, at: now, makeUUID: city.product.services.makeUUID, in: db)
                            throw StopHere()
                        })
                }
            }
            #expect(try await city.matter(open).handler == account)
            #expect(try await city.timeline(open).allSatisfy { $0.step != "giveBack" })
        }
    }
}

private struct StopHere: Error {}

extension TestCity {
    fileprivate func matter(_ id: String) async throws -> Case {
        let id = try #require(ID<Case>(id))
        return try #require(try await product.services.database.read { db in try CaseStore(db).find(id) })
    }

    fileprivate func timeline(_ id: String) async throws -> [TimelineEntry] {
        let id = try #require(ID<Case>(id))
        return try await product.services.database.read { db in try TimelineStore(db).entries(of: id) }
    }
}
