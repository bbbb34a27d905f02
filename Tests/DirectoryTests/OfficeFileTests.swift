import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

@Suite struct OfficeFileTests {
    private static let territories = Territory.story.byCode

    @Test func `JSON and CSV say the same`() throws {
        let json = """
            {"offices": [
              {"code": "SYS", "kind": "bureau", "name": "市局", "territory": "210100"},
              {"code": "SYS-SH-S1", "kind": "station", "name": "皇城所", "nameEn": "Huangcheng Station",
               "territory": "210103", "parent": "SYS", "dutyDesk": true, "hotline": "024-5555-0101",
               "hours": "1-5 08:30-11:30,13:00-17:00",
               "duties": [{"categories": ["01", "*"], "territories": ["210103013"], "priority": 2}]}
            ]}
            """
        let csv = """
            \u{feff}code,kind,name,nameEn,territory,parent,dutyDesk,hotline,hours,categories,territories,priority\r
            SYS,bureau,市局,,210100\r
            SYS-SH-S1,station,皇城所,Huangcheng Station,210103,SYS,是,024-5555-0101,"1-5 08:30-11:30,13:00-17:00",01;*,210103013,2\r
            """
        let fromJSON = Self.check(json)
        let fromCSV = Self.check(csv)
        #expect(fromJSON.problems == [] && fromCSV.problems == [])
        #expect(fromJSON.drafts == fromCSV.drafts)
        let station = try #require(fromJSON.drafts.last)
        #expect(station.duties.map(\.category).sorted() == ["", "01"])
        #expect(station.isDutyDesk)
        #expect(station.name.english == "Huangcheng Station")
        #expect(fromJSON.drafts[0].name.english == "市局")
    }

    @Test func `parents come before their children`() {
        let checked = Self.check(
            """
            code,kind,name,territory,parent
            A-CHILD,section,科,210103,Z-PARENT
            Z-PARENT,bureau,局,210103,
            """)
        #expect(checked.drafts.map(\.code) == ["Z-PARENT", "A-CHILD"])
    }

    @Test(arguments: [
        ("a1,section,科,210103,,,,,,", "code", "bad-code"),
        ("AA,team,科,210103,,,,,,", "kind", "no-such-kind"),
        ("AA,section,,210103,,,,,,", "name", "no-name"),
        ("AA,section,科,210199,,,,,,", "territory", "unknown-territory"),
        ("AA,section,科,210103,NOBODY,,,,,", "parent", "unknown-office"),
        ("AA,section,科,210103,AA,,,,,", "parent", "circle"),
        ("AA,section,科,210103,,maybe,,,,", "dutyDesk", "not-a-flag"),
        ("AA,external,消防,210103,,true,,,,", "dutyDesk", "external-duty-desk"),
        ("AA,external,消防,210103,,,,,20,", "duties", "external-duties"),
        ("AA,section,科,210103,,,call us,,,", "hotline", "bad-phone"),
        ("AA,section,科,210103,,,,weekdays,,", "hours", "bad-hours"),
        ("AA,section,科,210103,,,,,food,", "categories", "bad-category"),
        ("AA,section,科,210103,,,,,01,210199", "territories", "unknown-territory"),
        ("AA,section,科,210103,,,,,01,210102", "territories", "outside-own-territory"),
    ])
    func `each problem of a row is named`(row: String, field: String, problem: String) {
        let checked = Self.check(
            "code,kind,name,territory,parent,dutyDesk,hotline,hours,categories,territories\n\(row)\n")
        #expect(checked.problems.map(\.name) == [problem])
        #expect(checked.problems.map(\.field) == [field])
        #expect(checked.problems.map(\.row) == [2])
    }

    @Test(arguments: [
        ("", "not-an-office-file"), ("name\nx\n", "not-an-office-file"), ("{}", "not-an-office-file"),
        ("{\"offices\": [", "malformed-json"), ("code,kind\n\"AA,section", "malformed-csv"),
        ("code,kind\nAA,section,3,4", "malformed-csv"), ("code,kind\nAA,sec\"tion", "malformed-csv"),
        ("code,kind,colour,name,territory\nAA,section,red,科,210103", "unknown-column"),
        (#"{"offices": [{"code": ["A"], "kind": "section", "name": "科", "territory": "210103"}]}"#, "wrong-type"),
        (#"{"offices": ["AA"]}"#, "not-an-object"),
    ])
    func `a file that can't be read is named`(text: String, problem: String) {
        #expect(OfficeFile(Data(text.utf8)).problems.map(\.name) == [problem])
    }

    @Test func `the same code twice is a problem`() {
        let checked = Self.check("code,kind,name,territory\nAA,section,科,210103\nAA,section,科,210103\n")
        #expect(checked.problems.map(\.name) == ["duplicate-code"])
    }

    @Test func `the demo offices are without a problem`() throws {
        let file = OfficeFile(try Data(contentsOf: sourceRoot.appending(path: "Data/demo/offices.json")))
        let table = TerritoryTable(json: try Data(contentsOf: sourceRoot.appending(path: ".setup/divisions.json")))
        let checked = file.checked(territories: table.territories.byCode, offices: [:])
        #expect(checked.problems == [])
        #expect(checked.drafts.count { $0.isDutyDesk } == 14)
        // Numbers that nobody has.
        #expect(checked.drafts.allSatisfy { $0.hotline?.hasPrefix("024-5555-01") ?? true })
        #expect(Set(checked.drafts.compactMap(\.hotline)).count == checked.drafts.count)
    }

    private static func check(_ text: String) -> OfficeFile.Checked {
        OfficeFile(Data(text.utf8)).checked(territories: territories, offices: [:])
    }
}
