import Access
import Directory
import Foundation
import Journal
import Kernel
import People
import Storage
import TestSupport
import Testing
import Web

@testable import Cases

/// Steps on a real database: who may take them, to whom a case may go, and what is written down.
struct CaseCommandsTests {
    @Test func `a case that isn't in somebody's scope doesn't exist for them`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        let nowhere = ID<Case>(UUID(high: 9, low: 9))
        for someone in [Someone.sunLi, .zhouMin, .wuPing, .gaoJie, .liuYang, .heMin, .liNa, .xuYan] {
            for step in ["note", "accept", "rate", "noSuchStep"] {
                for target in [id, nowhere] {
                    await #expect(throws: NoSuchPage.self, "\(someone) \(step)") {
                        try await district.take(step, on: target, by: someone) { $0.note = "x" }
                    }
                }
            }
            await #expect(throws: NoSuchPage.self) {
                try await district.cases.showReporter(of: id, to: district.caller(someone))
            }
        }
        #expect(try await district.matter(id).version == 1)
    }

    @Test func `a reporter can't take a step of the staff, and no step of another's report`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        let steps = district.facts.workflow.steps.map(\.name).filter { !TimelineEntry.reportersSteps.contains($0) }
        for step in steps {
            await #expect(throws: NotAllowed.self, "\(step)") { try await district.take(step, on: id, by: .zhangWei) }
        }
        await #expect(throws: NotAllowed.self) {
            try await district.cases.showReporter(of: id, to: district.caller(.zhangWei))
        }
        try await district.bringToCheck(id)
        try await district.close(id)
        for step in ["rate", "requestReopen"] {
            await #expect(throws: NoSuchPage.self) { try await district.take(step, on: id, by: .liuYang) }
            for someone in [Someone.liNa, .wangFang, .chenGang] {
                await #expect(throws: NotAllowed.self) { try await district.take(step, on: id, by: someone) }
            }
        }
        try await district.take("rate", on: id, by: .zhangWei) { $0.rating = .solved }
        #expect(try await district.matter(id).rating == .solved)
    }

    /// Gao Jie works in Heping and reports as a rider.
    @Test func `a colleague who is the reporter gains nothing by it`() async throws {
        let district = try await TestDistrict()
        let away = try await district.report(by: .gaoJie)
        let caller = district.caller(.gaoJie)
        await #expect(throws: NotAllowed.self) {
            try await district.take("note", on: away, by: .gaoJie) { $0.note = "x" }
        }
        let access = try await district.access(to: away, of: .gaoJie)
        #expect(access.maySee && !access.maySeeAsStaff)

        let home = try await district.report(by: .gaoJie, at: TestDistrict.inHeping)
        try await district.take("dispatch", on: home, by: .sunLi) { $0.office = try district.office("HP-FOOD") }
        let own = try await district.access(to: home, of: .gaoJie)
        let colleagues = try await district.access(to: home, of: .zhouMin)
        for step in district.facts.workflow.steps.map(\.name) + ["read"]
        where !TimelineEntry.reportersSteps.contains(step) {
            #expect(own.may(step) == colleagues.may(step), "\(step)")
        }
        await #expect(throws: NotAllowed.self) { try await district.cases.showReporter(of: home, to: caller) }
    }

    @Test func `a step that nobody knows is refused, and one that isn't allowed, too`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        await #expect(throws: CaseError.noSuchStep("vanish")) {
            try await district.take("vanish", on: id, by: .wangFang)
        }
        await #expect(throws: NotAllowed.self) {
            try await district.take("verify", on: id, by: .wangFang) { $0.result = "x" }
        }
    }

    @Test(arguments: [
        ("dispatch", "SH-FOOD", true), ("dispatch", "SH-EQUIP", true), ("dispatch", "HP-FOOD", false),
        ("dispatch", "SH", false), ("dispatch", "SY", false), ("dispatch", "FIRE", false),
        ("dispatch", "SH-DESK", false),
        ("dispatch", "HP-DESK", false), ("dispatch", "SY-DESK", false), ("forward", "HP-DESK", true),
        ("forward", "SY-DESK", true), ("forward", "SH-FOOD", false), ("forward", "SH-DESK", false),
        ("forward", "FIRE", false), ("forward", nil, false),
    ])
    func `a desk gives a case to its own offices, and to other desks only whole`(
        step: String, code: String?, isAllowed: Bool
    ) async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        let target = try code.map(district.office) ?? ID(UUID(high: 9, low: 9))
        func give() async throws {
            try await district.take(step, on: id, by: .wangFang) {
                $0.office = target
                $0.note = "请办"
            }
        }
        if isAllowed {
            try await give()
            let story = try await district.story(id)
            #expect(
                story.matter.office == target && story.matter.state == (step == "forward" ? .received : .dispatched))
            #expect(story.timeline.last?.detail.office != nil)
        } else {
            await #expect(throws: CaseError.mayNotForward) { try await give() }
            #expect(try await district.matter(id).version == 1)
        }
    }

    /// The page and the API offer what the rule allows, no more and no less.
    @Test(arguments: ["SH-DESK", "SH-EQUIP", "SY-DESK"])
    func `the offices that are offered are those that may be named`(_ owner: String) async throws {
        let district = try await TestDistrict()
        for step in ["dispatch", "forward"] {
            let workflowStep = try #require(district.facts.workflow.step(step))
            for (code, target) in district.offices {
                let place: Position? = owner == "SY-DESK" ? nil : TestDistrict.inShenhe
                let id = try await district.report(owner == "SH-EQUIP" ? "0501" : "0104", at: place)
                let matter = try await district.matter(id)
                #expect(try matter.office == district.office(owner))
                let offices = try await district.read { db in try DirectoryStore(db).allOffices() }
                let offered = StepForm.targets(of: workflowStep, for: matter, offices: offices).map(\.id)
                let isTaken: Bool
                do {
                    let desk: Someone = owner == "SY-DESK" ? .qianJin : .wangFang
                    try await district.take(step, on: id, by: desk) {
                        $0.office = target
                        $0.note = "x"
                    }
                    isTaken = true
                } catch CaseError.mayNotForward {
                    isTaken = false
                }
                #expect(offered.contains(target) == isTaken, "\(owner) \(step) \(code)")
            }
        }
    }

    @Test func `a handler is one of the office's officers who works there now`() async throws {
        let district = try await TestDistrict()
        let food = try district.office("SH-FOOD")
        for wrong in [Someone.xuYan, .zhouMin, .chenGang, .wangFang, .zhangWei] {
            let id = try await district.report()
            await #expect(throws: CaseError.noSuchHandler, "\(wrong)") {
                try await district.take("dispatch", on: id, by: .wangFang) {
                    $0.office = food
                    $0.handler = wrong.id
                }
            }
            #expect(try await district.matter(id).state == .received)
        }
        for right in [Someone.liNa, .maRui] {
            let id = try await district.report()
            try await district.take("dispatch", on: id, by: .wangFang) {
                $0.office = food
                $0.handler = right.id
            }
            #expect(try await district.matter(id).handler == right.id)
            #expect(try await district.story(id).timeline.last?.detail.handler == right.name)
        }
        // Zhao Qiang leaves.
        try await district.database.write { db in
            let grants = GrantStore(db)
            for var grant in try grants.list(of: Someone.zhaoQiang.id) {
                try grant.end(at: district.clock.now)
                try grants.end(grant, by: nil, because: "left")
            }
        }
        let id = try await district.report()
        try await district.bringToCheck(id)
        await #expect(throws: CaseError.noSuchHandler) {
            try await district.take("assign", on: id, by: .chenGang) { $0.handler = Someone.zhaoQiang.id }
        }
    }

    @Test func `what goes back to the desk has no handler, and its desk is that of its district`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        let back = try await district.take("returnToIntake", on: id, by: .liNa) {
            $0.reason = "notOurs"
            $0.note = "归设备科"
        }
        #expect(try back.state == .accepted && back.office == district.office("SH-DESK") && back.handler == nil)
        await #expect(throws: NoSuchPage.self) { try await district.take("note", on: id, by: .liNa) { $0.note = "x" } }
    }

    @Test func `a body must be one that there is`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("2001")
        await #expect(throws: InvalidFields("body", "no-such-choice")) {
            try await district.take("handOver", on: id, by: .wangFang) {
                $0.body = "ministry-of-magic"
                $0.result = "x"
            }
        }
        try await district.take("handOver", on: id, by: .wangFang) {
            $0.body = "fire"
            $0.result = "已移交消防"
        }
        #expect(try await district.matter(id).body == "fire")
    }

    @Test func `a case without a position lies where its office is`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report(at: nil)
        #expect(try await district.matter(id).territory.rawValue == TestDistrict.shenyang)
        await #expect(throws: NoSuchPage.self) { try await district.take("accept", on: id, by: .wangFang) }
        try await district.take("forward", on: id, by: .qianJin) {
            $0.office = try district.office("SH-DESK")
            $0.note = "在沈河"
        }
        #expect(try await district.matter(id).territory.rawValue == TestDistrict.shenhe)
        try await district.take("accept", on: id, by: .wangFang)
        let placed = try await district.report(at: TestDistrict.inTheSea)
        try await district.take("forward", on: placed, by: .qianJin) {
            $0.office = try district.office("SH-DESK")
            $0.note = "请看"
        }
        #expect(try await district.matter(placed).territory.rawValue == TestDistrict.shenyang, "the place is known")
    }
}

extension TestDistrict {
    func access(to id: ID<Case>, of someone: Someone) async throws -> CaseAccess {
        let matter = try await matter(id)
        let caller = caller(someone)
        return try await read { db in try CaseAccess(services.policy, matter, caller: caller, facts: facts, in: db) }
    }
}
