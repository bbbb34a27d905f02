import Deadlines
import Foundation
import Kernel
import TestSupport
import Testing

@testable import Cases

/// Clocks that change because the matter turns out to be another one, ends, begins anew, or because a calendar comes in.
struct ClockChangesTests {
    @Test func `a better name keeps the arrival as the beginning`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("9999")
        let before = try await district.clock("report-decision", of: id)
        district.clock.set(to: Date(shanghai: "2026-10-09 09:00"))
        let advertising = try district.category("0801")
        try await district.take("classify", on: id, by: .wangFang) { $0.category = advertising }
        #expect(try await district.clock("report-decision", of: id) == before)
        let new = try await district.clock("advertising", of: id)
        #expect(new.startedAt == Date(shanghai: "2026-09-30 16:00"))
        #expect(try await district.due("advertising", of: id) == day("2026-10-15"))
        #expect(try await district.firstDue(id).clock == "first-touch-medium", "the promise runs on")
    }

    @Test func `the clocks of the old name end unkept and unmissed`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("0801")
        district.clock.set(to: Date(shanghai: "2026-11-09 09:00"))
        let tobacco = try district.category("2007")
        try await district.take("accept", on: id, by: .wangFang) { $0.category = tobacco }
        for name in ["report-decision", "advertising"] {
            let clock = try await district.clock(name, of: id)
            #expect(clock.state == .ended && clock.endedAt == district.clock.now, "\(name)")
        }
        #expect(try await district.due("petition-notice", of: id) == day("2026-10-15"))
        #expect(try await district.due("petition", of: id) == day("2026-11-29"))
    }

    @Test func `the same name again changes no clock`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("0104")
        let before = try await district.story(id).clocks
        let same = try district.category("0104")
        try await district.take("classify", on: id, by: .wangFang) { $0.category = same }
        #expect(try await district.story(id).clocks == before)
    }

    @Test func `what is handed over is told within fifteen days of its arrival`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("0103")
        district.clock.set(to: Date(shanghai: "2026-10-09 09:00"))
        try await handOver(id, in: district)
        #expect(try await district.clock("report-decision", of: id).state == .ended)
        let notice = try await district.clock("petition-notice", of: id)
        #expect(notice.startedAt == Date(shanghai: "2026-09-30 16:00") && notice.kind == .statutory)
        #expect(try await district.due("petition-notice", of: id) == day("2026-10-15"))
        try await district.take("recordReceipt", on: id, by: .wangFang) { $0.receipt = "88号" }
        #expect(try await district.clock("petition-notice", of: id).state == .met)
        #expect(try await district.firstDue(id).at == nil)
    }

    @Test func `what was another body's from the start keeps the notice that runs already`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report("2002")
        let before = try await district.clock("petition-notice", of: id)
        try await handOver(id, in: district, to: "urban-management")
        #expect(try await district.clocks("petition-notice", of: id) == [before])
        #expect(try await district.clock("petition", of: id).state == .ended)
    }

    @Test func `an end stops every clock`() async throws {
        let district = try await TestDistrict()
        let declined = try await district.report("0801")
        try await district.take("decline", on: declined, by: .wangFang) {
            $0.reason = "noClue"
            $0.result = "没有线索"
        }
        let closed = try await district.report()
        try await district.bringToCheck(closed)
        try await district.close(closed)
        for id in [declined, closed] {
            let clocks = try await district.story(id).clocks
            #expect(clocks.allSatisfy { !$0.isOpen && $0.endedAt == district.clock.now })
            let first = try await district.firstDue(id)
            #expect(first.at == nil && first.clock == nil)
        }
    }

    @Test func `asking for another look starts a promise, and looking again the check's clock`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        try await district.bringToCheck(id)
        try await district.close(id)
        district.clock.set(to: Date(shanghai: "2026-10-12 09:00"))
        try await district.take("requestReopen", on: id, by: .zhangWei) { $0.note = "还在" }
        #expect(try await district.due("reopen-decision", of: id) == day("2026-10-19"))
        #expect(try await district.firstDue(id).clock == "reopen-decision")
        try await district.take("reopen", on: id, by: .chenGang) { $0.note = "再查" }
        #expect(try await district.clock("reopen-decision", of: id).state == .met)
        let clocks = try await district.clocks("report-decision", of: id)
        #expect(clocks.map(\.state) == [.met, .running] && clocks.last?.startedAt == district.clock.now)
        // A pause and an extension concern the new clock, not the one that was kept.
        try await district.take("requestExtension", on: id, by: .liNa) { $0.note = "复杂" }
        try await district.take("approveExtension", on: id, by: .chenGang)
        #expect(try await district.clocks("report-decision", of: id).map(\.isExtended) == [false, true])
    }

    /// §12 case 4.
    @Test func `without the next year's calendar the day is unknown until it comes in`() async throws {
        let district = try await TestDistrict(at: Date(shanghai: "2026-12-14 10:00"))
        let id = try await district.report("0105")
        let paused = try await district.report("0105")
        try await district.bringToCheck(paused)
        try await district.take("pause", on: paused, by: .liNa) {
            $0.reason = "testing"
            $0.note = "送检"
        }
        let ended = try await district.report("0105")
        try await district.take("decline", on: ended, by: .wangFang) {
            $0.reason = "test"
            $0.result = "误发"
        }
        #expect(try await district.clock("report-decision", of: id).dueAt == nil)
        #expect(try await district.firstDue(id).clock == "first-touch-low", "what is known still comes first")
        try await district.take("accept", on: id, by: .wangFang)
        #expect(try await district.firstDue(id).at == nil)
        let words = try await district.words()
        let clock = try await district.clock("report-decision", of: id)
        #expect(words.due(clock)?.text.contains("2027") == true && words.due(clock)?.tone == "warn")

        try await district.importYear2027()
        await district.catchUp()
        // 15–18, 21–25, 28–31 December, then 4 and 5 January: the first to the third are off.
        #expect(try await district.due("report-decision", of: id) == day("2027-01-05"))
        #expect(try await district.firstDue(id).at == day("2027-01-05").end)
        #expect(try await district.clock("report-decision", of: paused).dueAt == day("2027-01-05").end)
        #expect(try await district.firstDue(paused).at == nil, "it stands still")
        #expect(try await district.clock("report-decision", of: ended).dueAt == nil, "what ended stays as it was")
    }

    @Test func `a clock keeps the rule under which it started`() async throws {
        let district = try await TestDistrict()
        let id = try await district.report()
        let clock = try await district.clock("report-decision", of: id)
        #expect(clock.version == "市场监管总局令第61号")
        // A newer version comes: the old clock is still reckoned by its own.
        let newer = try #require(
            String(decoding: try fact("clocks.json"), as: UTF8.self).replacing(
                "\"version\": \"市场监管总局令第61号\",\n      \"effectiveFrom\": \"2022-11-01\",\n      \"kind\": \"statutory\",\n      \"title\": { \"zh-Hans\": \"举报核查",
                with:
                    "\"version\": \"新令\",\n      \"effectiveFrom\": \"2026-10-01\",\n      \"kind\": \"statutory\",\n      \"title\": { \"zh-Hans\": \"举报核查"
            ).data(using: .utf8))
        let book = try JSONDecoder().decode(ClockBook.self, from: newer)
        #expect(book.rule("report-decision", on: day("2026-10-02"))?.version == "新令")
        let rules = district.facts.clocks.rules + book.rules.filter { $0.version == "新令" }
        #expect(clock.rule(in: ClockBook(rules: rules))?.version == "市场监管总局令第61号")
    }

    private func handOver(_ id: ID<Case>, in district: TestDistrict, to body: String = "agriculture") async throws {
        try await district.take("handOver", on: id, by: .wangFang) {
            $0.body = body
            $0.result = "已移交"
        }
    }
}

extension TestDistrict {
    /// A made-up notice for 2027: three days off at its beginning, and a week in February.
    func importYear2027() async throws {
        let notice = """
            {"year": 2027, "document": "国办发明电〔2026〕1号", "published": "2026-11-05", "makeUp": [],
             "off": ["2027-01-01", "2027-01-02", "2027-01-03", "2027-02-06", "2027-02-07",
                     "2027-02-08", "2027-02-09", "2027-02-10", "2027-02-11", "2027-02-12"], "statutory": ["2027-01-01"]}
            """
        let taken = try await CalendarCommands(services).keepAsOperator(CalendarImport(notice))
        guard taken == [2027] else { throw NotThere() }
    }
}
