import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Directory

struct OrganisationFileTests {
    private static let territories = Set(Territory.story.byCode.keys)

    private static func check(_ text: String) -> (drafts: [OrganisationFile.Draft], problems: [ImportProblem]) {
        OrganisationFile(Data(text.utf8)).checked(territories: territories, organisations: ["OLD-SHOP": nil])
    }

    @Test func `JSON and CSV say the same, and parents come before their children`() {
        let json = Self.check(
            """
            {"organisations": [
              {"code": "a-shop", "kind": "merchant", "name": "示例小店", "territory": "210103", "parent": "91350100M000100Y43"},
              {"code": "91350100m000100y43", "kind": "merchant", "name": "示例公司", "territory": "210100"}
            ]}
            """)
        let csv = Self.check(
            """
            \u{feff}code,kind,name,territory,parent\r
            a-shop,merchant,示例小店,210103,91350100M000100Y43\r
            91350100m000100y43,merchant, 示例公司 ,210100\r
            """)
        #expect(json.problems == [] && csv.problems == [])
        #expect(json.drafts == csv.drafts)
        #expect(json.drafts.map(\.code) == ["91350100M000100Y43", "A-SHOP"])
    }

    @Test(arguments: [
        ("x,merchant,店,210103,", "code", "bad-code"),
        ("91350100M000100Y44,merchant,店,210103,", "code", "bad-credit-code"),
        ("AA,shop,店,210103,", "kind", "no-such-kind"), ("AA,merchant,,210103,", "name", "no-name"),
        ("AA,merchant,店,999999,", "territory", "unknown-territory"),
        ("AA,merchant,店,210103,NOBODY", "parent", "unknown-organisation"),
        ("AA,merchant,店,210103,AA", "parent", "circle"),
        ("AA,merchant,店,210103,\nAA,merchant,店,210103,", "code", "duplicate-code"),
    ])
    func `what is wrong is said with its field`(row: String, field: String, problem: String) {
        let problems = Self.check("code,kind,name,territory,parent\n\(row)\n").problems
        #expect(problems.map(\.field) == [field] && problems.map(\.name) == [problem])
    }

    @Test(arguments: [
        ("", "not-a-file-of-organisations"), ("{\"offices\": []}", "not-a-file-of-organisations"),
        ("{", "malformed-json"), ("code,kind\n\"x", "malformed-csv"),
    ])
    func `another file is refused as a whole`(text: String, problem: String) {
        let checked = Self.check(text)
        #expect(checked.drafts.isEmpty && checked.problems.map(\.name) == [problem])
    }

    @Test(arguments: TestDatabase.available)
    func `an import adds, changes and leaves alone; what belongs to what is found up to the top`(
        _ kind: TestDatabase
    ) async throws {
        let town = try await TestTown(kind)
        func take(_ rows: String) async throws -> ImportReport {
            try await town.commands.importOrganisations(
                OrganisationFile(Data("code,kind,name,territory,parent\n\(rows)".utf8)), by: .console)
        }
        let first = try await take("TOP,other,集团,210100,\nMID,merchant,公司,210103,TOP\nLOW,merchant,小店,210103,MID\n")
        #expect(first.added == 3 && first.isStored)
        let second = try await take("LOW,merchant,大店,210103,MID\nTOP,other,集团,210100,\nNEW,merchant,大店,210103,\n")
        #expect(second.added == 1 && second.changed == 1 && second.unchanged == 1 && second.absent == 1)
        try await town.database.read { db in
            let store = DirectoryStore(db)
            let all = Dictionary(
                uniqueKeysWithValues: try store.organisations(named: nil, limit: 9).map { ($0.code, $0.id) })
            let low = try #require(all["LOW"])
            let chosen: SQL = "SELECT id FROM organisation WHERE id = \(low)"
            #expect(try store.withParents(among: chosen) == Set(["LOW", "MID", "TOP"].compactMap { all[$0] }))
            #expect(try store.withParents(among: "SELECT id FROM organisation WHERE code = 'NONE'") == [])
            #expect(try store.organisation(called: "mid", field: "x").code == "MID")
            #expect(try store.organisation(called: "集团", field: "x").code == "TOP")
            for (typed, problem) in [
                ("大店", "several-organisations"), ("大", "no-such-organisation-but"), ("没有", "no-such-organisation"),
            ] {
                let refused = #expect(throws: InvalidFields.self) { try store.organisation(called: typed, field: "x") }
                #expect(refused?.fields.map(\.name) == [problem])
            }
        }
    }
}
