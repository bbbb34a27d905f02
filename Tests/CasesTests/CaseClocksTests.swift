import Deadlines
import Foundation
import Kernel
import TestSupport
import Testing

@testable import Cases

/// The clocks that steps start, keep, pause, extend and end: `domain.md` §1.2 and §12 on cases.
struct CaseClocksTests {
    @Test(arguments: [
        ("0101", "first-touch-high", ["report-decision"]), ("0104", "first-touch-medium", ["report-decision"]),
        ("0105", "first-touch-low", ["report-decision"]), ("0108", "first-touch-urgent", ["report-decision"]),
        ("0801", "first-touch-medium", ["report-decision", "advertising"]),
        ("2001", "first-touch-high", ["petition-notice", "petition"]),
    ])
    func `a report starts the promise of its severity and the clocks of its law`(
        code: String, promise: String, clocks: [String]
    ) async throws {
        let district = try await TestDistrict()
        let id = try await district.report(code)
        let started = try await district.story(id).clocks
        #expect(Set(started.map(\.name)) == Set([promise] + clocks))
        #expect(started.allSatisfy { $0.startedAt == district.clock.now && $0.state == .running && $0.matter == id })
        #expect(started.filter { $0.kind == .promise }.map(\.name) == [promise])
    }

    @Test func `what comes first is what lists sort by, and it moves on when it was kept`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("0101")
        let first = try await district.firstDue(id)
        #expect(first.clock == "first-touch-high" && first.at == Date(shanghai: "2026-10-01 16:00"))
        try await district.take("accept", on: id, by: .wangFang)
        let next = try await district.firstDue(id)
        #expect(next.clock == "report-decision" && next.at == day("2026-10-27").end)
    }

    /// §12 case 1.
    @Test func `received on 30 September it is due on 27 October, with an extension on 17 November`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        #expect(try await district.due("report-decision", of: id) == day("2026-10-27"))
        try await district.take("requestExtension", on: id, by: .liNa) { $0.note = "案情复杂" }
        #expect(try await district.due("report-decision", of: id) == day("2026-10-27"), "asking moves nothing")
        try await district.take("approveExtension", on: id, by: .chenGang)
        #expect(try await district.due("report-decision", of: id) == day("2026-11-17"))
        #expect(try await district.clock("report-decision", of: id).isExtended)
        #expect(try await district.firstDue(id).at == day("2026-11-17").end)
    }

    @Test func `an extension that is refused moves nothing`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        try await district.take("requestExtension", on: id, by: .liNa) { $0.note = "案情复杂" }
        try await district.take("refuseExtension", on: id, by: .chenGang) { $0.note = "不必" }
        #expect(try await district.due("report-decision", of: id) == day("2026-10-27"))
    }

    /// §12 case 1: the time of a test isn't counted (程序规定 art. 18).
    @Test(arguments: [(false, "2026-11-04"), (true, "2026-11-25")])
    func `a pause of six working days moves the day by six working days`(
        isExtended: Bool, due: String
    ) async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        if isExtended {
            try await district.take("requestExtension", on: id, by: .liNa) { $0.note = "案情复杂" }
            try await district.take("approveExtension", on: id, by: .chenGang)
        }
        // Worked were the 10th, a Saturday that made up for the holiday, and the 12th to the 16th.
        district.clock.set(to: Date(shanghai: "2026-10-10 09:00"))
        try await pause(id, in: district)
        #expect(try await district.clock("report-decision", of: id).state == .paused)
        #expect(try await district.firstDue(id).at == nil, "what stands still isn't due")
        district.clock.set(to: Date(shanghai: "2026-10-17 09:00"))
        try await district.take("resume", on: id, by: .liNa)
        let clock = try await district.clock("report-decision", of: id)
        #expect(clock.pauseDays == 6 && clock.state == .running && clock.pausedOn == nil)
        #expect(try await district.due("report-decision", of: id) == day(due))
        #expect(try await district.firstDue(id).at == day(due).end)
    }

    @Test func `two pauses add up, and one within a day is none`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        for (from, until) in [("10-12", "10-14"), ("10-15", "10-15"), ("10-19", "10-20")] {
            district.clock.set(to: Date(shanghai: "2026-\(from) 09:00"))
            try await pause(id, in: district)
            district.clock.set(to: Date(shanghai: "2026-\(until) 17:00"))
            try await district.take("resume", on: id, by: .liNa)
        }
        #expect(try await district.clock("report-decision", of: id).pauseDays == 3)
        #expect(try await district.due("report-decision", of: id) == day("2026-10-30"))
    }

    @Test func `what stands still can't be paused, and what runs can't be resumed`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        await #expect(throws: CaseError.nothingToPause) { try await district.take("resume", on: id, by: .liNa) }
        try await pause(id, in: district)
        await #expect(throws: CaseError.nothingToPause) { try await pause(id, in: district) }
        #expect(try await district.story(id).timeline.filter { $0.step == "pause" }.count == 1)
    }

    /// The result of the test came after the day that would have been due without the pause.
    @Test func `verifying at the end of a pause isn't late`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        district.clock.set(to: Date(shanghai: "2026-10-12 09:00"))
        try await pause(id, in: district)
        district.clock.set(to: Date(shanghai: "2026-11-20 09:00"))
        try await district.take("verify", on: id, by: .liNa) { $0.result = "检验不合格" }
        let clock = try await district.clock("report-decision", of: id)
        #expect(clock.state == .met && clock.pauseDays == 29 && clock.pausedOn == nil)
    }

    @Test func `a case that goes back to the desk doesn't stand still there`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        district.clock.set(to: Date(shanghai: "2026-10-12 09:00"))
        try await pause(id, in: district)
        district.clock.set(to: Date(shanghai: "2026-10-14 09:00"))
        try await district.take("returnToIntake", on: id, by: .liNa) {
            $0.reason = "notOurs"
            $0.note = "归设备科"
        }
        let clock = try await district.clock("report-decision", of: id)
        #expect(clock.state == .running && clock.pauseDays == 2)
        #expect(try await district.firstDue(id).at == day("2026-10-29").end)
    }

    @Test(arguments: [("2026-10-27 23:59", CaseClock.State.met), ("2026-10-28 00:00", .late)])
    func `the last day counts to its end`(time: String, state: CaseClock.State) async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        district.clock.set(to: Date(shanghai: time))
        try await district.take("verify", on: id, by: .liNa) { $0.result = "属实" }
        let clock = try await district.clock("report-decision", of: id)
        #expect(clock.state == state && clock.endedAt == district.clock.now)
    }

    @Test(arguments: [("2026-09-30 18:00", CaseClock.State.late), ("2026-09-30 17:59", .met)])
    func `an urgent matter is looked at within two hours`(time: String, state: CaseClock.State) async throws {
        let district = try await TestDistrict()
        let id = try await district.report("0108")
        district.clock.set(to: Date(shanghai: time))
        try await district.take("accept", on: id, by: .wangFang)
        #expect(try await district.clock("first-touch-urgent", of: id).state == state)
    }

    @Test func `a first look is kept once, whatever comes later`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.take("accept", on: id, by: .wangFang)
        let kept = try await district.clock("first-touch-medium", of: id)
        district.clock.set(to: Date(shanghai: "2026-11-30 09:00"))
        try await district.take("dispatch", on: id, by: .wangFang) { $0.office = try district.office("SH-FOOD") }
        #expect(try await district.clock("first-touch-medium", of: id) == kept)
        #expect(kept.state == .met)
    }

    @Test func `the reporter is to be told within five working days of the decision`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        district.clock.set(to: Date(shanghai: "2026-10-12 09:00"))
        try await district.take("verify", on: id, by: .liNa) { $0.result = "属实" }
        #expect(try await district.due("tell-decision", of: id) == day("2026-10-19"))
        try await order("rectify", on: id, until: "2026-10-20", in: district)
        #expect(try await district.clock("tell-decision", of: id).state == .met)
    }

    @Test func `putting it right is due on the day that the officer set, each time anew`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        district.clock.set(to: Date(shanghai: "2026-10-12 09:00"))
        try await district.take("verify", on: id, by: .liNa) { $0.result = "属实" }
        // A Sunday: an appointed day isn't moved.
        try await order("rectify", on: id, until: "2026-10-18", in: district)
        #expect(try await district.due("rectification", of: id) == day("2026-10-18"))
        #expect(try await district.firstDue(id).clock == "rectification")
        district.clock.set(to: Date(shanghai: "2026-10-19 09:00"))
        let photo = try await district.photo(by: .liNa)
        try await district.take("recheck", on: id, by: .liNa) { $0.photos = [photo] }
        try await order("rectifyAgain", on: id, until: "2026-10-25", in: district)
        let clocks = try await district.clocks("rectification", of: id)
        #expect(clocks.map(\.state) == [.late, .running])
        #expect(clocks.map(\.fixedDay) == [day("2026-10-18"), day("2026-10-25")])
        #expect(try await district.matter(id).rectifyBy == day("2026-10-25"))
    }

    private func pause(_ id: ID<Case>, in district: TestDistrict) async throws {
        try await district.take("pause", on: id, by: .liNa) {
            $0.reason = "testing"
            $0.note = "送检"
        }
    }

    private func order(_ step: String, on id: ID<Case>, until last: String, in district: TestDistrict) async throws {
        try await district.take(step, on: id, by: .liNa) {
            $0.note = "清洗"
            $0.day = day(last)
        }
    }
}
