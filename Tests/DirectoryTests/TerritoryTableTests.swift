import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

@Suite struct TerritoryTableTests {
    /// The table that the set-up fetches; a test run without it fails here, in words.
    private static let table = Result { () throws -> TerritoryTable in
        let file = sourceRoot.appending(path: ".setup/divisions.json")
        guard let json = try? Data(contentsOf: file) else { throw SetUpMissing(path: file.path) }
        return TerritoryTable(json: json)
    }

    @Test func `the national table is whole and without a problem`() throws {
        let table = try Self.table.get()
        #expect(table.problems == [])
        #expect(table.codeSystem.rawValue == "mca-2025-12-31")
        let counts = Dictionary(grouping: table.territories, by: \.level).mapValues(\.count)
        #expect(counts == [.province: 33, .city: 333, .county: 2845, .township: 38_723])
    }

    @Test(arguments: [
        ("210103013", "朱剪炉街道", "/210000/210100/210103/210103013/"),
        ("210112015", "浑河站东街道", "/210000/210100/210112/210112015/"),
        ("320707100", "青口镇", "/320000/320700/320707/320707100/"),
        // A municipality has no level between it and its districts.
        ("500157", "两江新区", "/500000/500157/"),
    ])
    func `a territory has its name and everything above it`(code: String, name: String, path: String) throws {
        let territory = try #require(try Self.table.get().territories.first { $0.code.rawValue == code })
        #expect(territory.name == name)
        #expect(territory.path.rawValue == path)
    }

    @Test(arguments: [("410108", 8), ("433122", 11), ("210100", 13), ("210103", 11)])
    func `a territory holds as many as the ministry lists`(code: String, count: Int) throws {
        let inside = try Self.table.get().territories.filter { $0.parent?.rawValue == code }
        #expect(inside.count == count)
    }

    @Test(arguments: [
        (#"[5, "210103013001", "210103013", "社区"]"#, "unknown-parent", "parent"),
        (#"[4, "210103013", "210104", "朱剪炉街道"]"#, "unknown-parent", "parent"),
        (#"[4, "210103013", "210000", "朱剪炉街道"]"#, "wrong-parent", "parent"),
        (#"[3, "21010", "210000", "沈河区"]"#, "code-does-not-fit-level", "code"),
        (#"[2, "210100", "210000", ""]"#, "no-name", "name"),
        (#"[2, "210100", "", "沈阳市"]"#, "unknown-parent", "parent"),
        (#"[1, "210000", "", "辽宁省"]"#, "duplicate-code", "code"),
        (#"[9, "210100", "210000", "沈阳市"]"#, "unknown-level", "level"),
    ])
    func `each problem of a row is named`(row: String, problem: String, field: String) throws {
        let json = """
            {"metadata": {"data_as_of": "2025-12-31"}, "divisions": [[1, "210000", "", "辽宁省"], \(row)]}
            """
        let table = TerritoryTable(json: Data(json.utf8))
        #expect(table.problems.map(\.name) == [problem])
        #expect(table.problems.first?.row == 2)
        #expect(table.problems.first?.field == field)
    }

    @Test func `another file is refused as a whole`() {
        let table = TerritoryTable(json: Data("[]".utf8))
        #expect(table.problems.map(\.name) == ["not-a-territory-table"])
        #expect(table.territories.isEmpty)
    }
}

struct SetUpMissing: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is missing: run `make setup` first" }
}
