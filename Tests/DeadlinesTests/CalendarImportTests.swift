import Deadlines
import Foundation
import Kernel
import Testing
import Web

struct CalendarImportTests {
    /// The notice for 2026, with some of its days in another way.
    private static func json(_ replacing: [String: String] = [:]) throws -> String {
        var text = """
            {"year": 2026, "document": "国办发明电〔2025〕7号", "published": "2025-11-04",
             "off": ["2026-01-01", "2026-01-02", "2026-01-03", "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04"],
             "makeUp": ["2026-01-04", "2026-10-10"], "statutory": ["2026-01-01"]}
            """
        for (old, new) in replacing { text = text.replacing(old, with: new) }
        return text
    }

    @Test func `the shipped calendar has nothing wrong with it`() throws {
        let read = try Facts.calendarFile()
        #expect(read.findings == [])
        #expect(read.years.map(\.document) == ["国办发明电〔2024〕12号", "国办发明电〔2025〕7号"])
        #expect(read.years.map(\.off.count) == [28, 33])
        #expect(read.years.map(\.safeUntil) == [Day("2025-12-28"), Day("2026-12-28")])
    }

    @Test func `one year alone is taken as well, and written as it was read`() throws {
        let year = try #require(CalendarImport(try Self.json()).years.first)
        #expect(year.makeUp == [Day("2026-01-04"), Day("2026-10-10")])
        let again = CalendarImport(String(decoding: try JSONEncoder().encode(["years": [year]]), as: UTF8.self))
        #expect(again.years == [year])
        #expect(again.findings == [])
    }

    @Test(arguments: [
        (["\"2026-01-02\"": "\"2027-01-02\""], "off[1]", "calendar-other-year"),
        (["\"2026-01-02\"": "\"2026-02-30\""], "off[1]", "not-a-day"),
        (["\"2026-01-02\"": "\"2026-01-01\""], "off[1]", "calendar-twice"),
        (["\"2026-01-02\", ": ""], "off", "calendar-too-few"), (["\"2026-01-02\"": "20260102"], "off[1]", "not-text"),
        (["\"2026-10-10\"": "\"2026-10-09\""], "makeUp[1]", "calendar-make-up-on-weekday"),
        (["\"2026-10-10\"": "\"2026-10-04\""], "makeUp[1]", "calendar-off-and-make-up"),
        (["[\"2026-01-01\"]": "[\"2026-01-05\"]"], "statutory[0]", "calendar-statutory-not-off"),
        (["\"year\": 2026": "\"year\": 1926"], "year", "calendar-no-year"),
        (["\"year\": 2026": "\"year\": \"2026\""], "year", "not-a-number"),
        (["国办发明电〔2025〕7号": ""], "document", "calendar-no-document"), (["2025-11-04": "soon"], "published", "not-a-day"),
        (["\"makeUp\"": "\"makeup\""], "makeup", "unknown"),
    ])
    func `each thing wrong in a document is named with its place`(
        change: [String: String], place: String, name: String
    ) throws {
        let read = CalendarImport(try Self.json(change))
        #expect(read.findings.contains { $0.place == .member(place) && $0.name == name }, "\(read.findings)")
    }

    @Test func `nothing of a document is imported when two of its years are the same`() throws {
        let read = CalendarImport("{\"years\": [\(try Self.json()), \(try Self.json())]}")
        #expect(read.findings.map(\.place) == [.member("years[1].year")])
        #expect(read.findings.map(\.name) == ["calendar-year-twice"])
    }

    @Test func `broken JSON is told by its line`() throws {
        let read = CalendarImport("{\n\"year\": 2026,\n\"off\": [2026-01-01]}")
        #expect(read.findings.map(\.place) == [.line(3)])
        #expect(read.findings.map(\.name) == ["calendar-bad-json"])
    }

    @Test func `a table of days is read with what was typed beside it`() throws {
        let table = """
            date,kind,name\r
            2026-10-01,off,国庆节\r
            "2026-10-02",放假,\r
            2026-10-03,statutory,\r
            2026-10-04,off\r
            2026-10-05,off\r
            2026-10-06,off\r
            2026-10-07,off\r
            \r
            2026-10-10,makeUp\r
            """
        let read = CalendarImport(
            table, notice: .init(year: "2026", document: "国办发明电〔2025〕7号", published: "2025-11-04"))
        #expect(read.findings == [])
        let year = try #require(read.years.first)
        #expect(year.off.count == 7)
        #expect(year.statutory == [Day("2026-10-03")])
        #expect(year.makeUp == [Day("2026-10-10")])
        #expect(year.published == Day("2025-11-04"))
    }

    @Test func `a table may say its year itself, and may set the last days of the December before`() throws {
        let table = """
            \u{feff}# year: 2023
            # document: 国办发明电〔2022〕16号
            date,kind
            2022-12-31,off
            2023-01-01,off
            2023-01-02,off
            2023-01-21,off
            2023-01-22,off
            2023-01-23,off
            2023-01-24,off
            2022-12-28,off
            """
        let read = CalendarImport(table)
        #expect(read.findings.map(\.place) == [.line(11)])
        #expect(read.findings.map(\.name) == ["calendar-other-year"])
        #expect(read.findings.first?.line.contains("\"row\":11") == true)
        let right = CalendarImport(table.replacing("\n2022-12-28,off", with: ""))
        #expect(right.years.first?.off.first == Day("2022-12-31"))
    }

    @Test func `each row of a table that is wrong is told by its line`() throws {
        let table = "date,kind\n2026-13-01,off\n2026-10-01,holiday\n2026-10-09,上班\n2025-10-01,off\n"
        let read = CalendarImport(table, notice: .init(year: "2026", document: "7号"))
        #expect(
            Set(read.findings.map { "\($0.place.name) \($0.name)" }) == [
                "line 2 not-a-day", "line 3 calendar-no-such-kind", "line 4 calendar-make-up-on-weekday",
                "line 5 calendar-other-year", "line 1 calendar-too-few",
            ])
        #expect(read.years.isEmpty)
    }

    @Test(arguments: ["", "   \n", "2026-10-01,off\n", "[]", "null", "{\"years\": []}", "{}", "date,kind\n", "\0"])
    func `what holds no calendar is refused`(text: String) {
        let read = CalendarImport(text)
        #expect(read.years.isEmpty)
        #expect(!read.findings.isEmpty)
    }

    @Test(arguments: Language.allCases)
    func `every finding has words`(language: Language) throws {
        let words = try Facts.words(language)
        let shared = ["not-a-day", "not-text", "not-a-number", "unknown"]
        for text in [
            "", "x", "{", "{}", "{\"years\": 1}", "{\"years\": [1]}", "{\"off\": 1}", "date,kind\n1,2\n",
            try Self.json(["\"2026-01-02\"": "\"2026-01-01\""]), try Self.json(["2026-10-10": "2026-10-09"]),
        ] {
            for finding in CalendarImport(text).findings where !shared.contains(finding.name) {
                #expect(words.has("field.\(finding.name)"), "\(finding.name)")
            }
        }
    }
}
