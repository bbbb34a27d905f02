import Deadlines
import Foundation
import Kernel
import Testing

struct ClockBookTests {
    @Test func `the shipped clocks have nothing wrong with them`() throws {
        #expect(try Facts.book().problems == [])
        #expect(try Set(ClockBook.wanted).subtracting(Facts.book().names).isEmpty)
    }

    @Test func `statutory periods and promises are kept apart`() throws {
        for rule in try Facts.book().rules {
            #expect(rule.code.hasPrefix("D") == (rule.kind == .statutory), "\(rule.name)")
        }
    }

    @Test func `what is wrong with a clock is listed by name`() throws {
        let text = """
            {"settings": {"keepsFormerRules": false, "rollsPlainWeekends": false}, "rules": [
              {"name": "Lunch", "code": "", "version": "v1", "kind": "promise", "title": {"zh-Hans": "午饭", "en": ""},
               "from": {"zh-Hans": "早饭", "en": "breakfast"}, "unit": "days", "period": 0, "extension": 5,
               "former": true, "warnsBefore": 1, "basis": {"zh-Hans": "约定", "en": "promise"}}]}
            """
        let problems = try JSONDecoder().decode(ClockBook.self, from: Data(text.utf8)).problems
        #expect(
            problems.filter { $0.hasPrefix("Lunch") } == [
                "Lunch (v1): the name must be lower-case letters and hyphens", "Lunch (v1): no code",
                "Lunch (v1): a period of 0", "Lunch (v1): warnsBefore must be less than the period",
                "Lunch (v1): `rolls` belongs to periods of calendar days, and to all of them",
                "Lunch (v1): a former rule must say from when it held",
                "Lunch (v1): a promise has no approved extension", "Lunch (v1): `title` lacks a language",
                "Lunch: the newest version is marked as former",
            ])
        #expect(problems.contains("petition: there is no such clock"))
    }

    @Test func `a clock in hours that warns in its last moments only is a mistake`() throws {
        let fault = "first-touch-high (平台承诺2026): warnsBefore must be a quarter of the hours or more"
        let text = String(decoding: try Facts.data("Data/clocks.json"), as: UTF8.self)
        for (hours, isFault) in [(5, true), (6, false)] {
            let changed = text.replacing("\"warnsBefore\": 8", with: "\"warnsBefore\": \(hours)")
            #expect(changed != text)
            let book = try JSONDecoder().decode(ClockBook.self, from: Data(changed.utf8))
            #expect(book.problems == (isFault ? [fault] : []))
        }
    }

    /// Acceptance case 15: the former rule holds for a matter of before 2026-04-15 only where the bureau says so.
    @Test func `a matter of before Order 121 keeps Order 20 only if the bureau has set it so`() throws {
        let new = try #require(try Facts.reckon("mediation", "2026-04-10"))
        #expect(new.rule.version == "市场监管总局令第121号")
        #expect(new.answer == "2026-06-09")
        let kept = try #require(
            try Facts.reckon("mediation", "2026-04-10", settings: .init(keepsFormerRules: true)))
        #expect(kept.rule.version == "市场监管总局令第20号")
        // 45 working days: 14 left in April, 19 in May, 12 in June.
        #expect(kept.answer == "2026-06-16")
        let later = try #require(
            try Facts.reckon("mediation", "2026-04-15", settings: .init(keepsFormerRules: true)))
        #expect(later.rule.version == "市场监管总局令第121号")
    }

    @Test func `the day of receipt decides about the version, not the day the clock starts`() throws {
        let deadline = try Facts.reckon(
            "mediation", "2026-04-16", received: "2026-04-10", settings: .init(keepsFormerRules: true))
        #expect(deadline?.rule.version == "市场监管总局令第20号")
    }

    @Test func `a case keeps the version it started under`() throws {
        let (book, calendar) = (try Facts.book(), try Facts.calendar())
        let deadline = book.reckon(
            "mediation", start: Facts.instant("2026-09-01"), version: "市场监管总局令第20号", calendar: calendar)
        #expect(deadline?.rule.period == 45)
    }

    @Test func `a plain Saturday moves the end only where the bureau has set it so`() throws {
        let settings = ClockBook.Settings(rollsPlainWeekends: true)
        #expect(try Facts.reckon("mediation", "2026-06-02", settings: settings)?.answer == "2026-08-03")
        #expect(try Facts.reckon("mediation", "2026-08-08", settings: settings)?.answer == "2026-10-08")
    }

    @Test func `an extension that the rule doesn't know changes nothing`() throws {
        let deadline = try #require(try Facts.reckon("advertising", "2026-11-23", extended: true))
        #expect(deadline.answer == "2026-12-02")
        #expect(!deadline.isExtended)
    }

    @Test func `an officer can set the day of a rectification`() throws {
        let day = try #require(Day("2026-12-05"))
        let deadline = try Facts.book().appoint("rectification", start: Facts.instant("2026-11-23"), due: day)
        #expect(deadline?.due == .day(day))
        #expect(deadline?.steps == [.appointed(day), .dueBy(day)])
    }
}
