import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Directory

@Suite struct DirectoryStoreTests {
    @Test(arguments: TestDatabase.available)
    func `the national table goes in, and a second time changes nothing`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(DirectorySchema.migrations)
        let table = TerritoryTable(
            json: try Data(contentsOf: sourceRoot.appending(path: ".setup/divisions.json")))
        let first = try await database.write { try DirectoryImport($0).take(table) }
        #expect(first.added == 41_934 && first.isStored)
        let second = try await database.write { try DirectoryImport($0).take(table) }
        #expect(second.unchanged == 41_934 && second.changesNothing && !second.isStored && second.absent == 0)
        try await database.read { db throws in
            let store = DirectoryStore(db)
            #expect(try store.territory(TerritoryCode(rawValue: "210103013"))?.name == "朱剪炉街道")
            #expect(try store.children(of: TerritoryCode(rawValue: "210100")).count == 13)
            #expect(try store.children(of: nil).count == 33)
            #expect(try store.counts()[.township] == 38_723)
        }
    }

    @Test(arguments: TestDatabase.available)
    func `a dry run and a file with a problem store nothing`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(DirectorySchema.migrations)
        let good = Self.table(#"[2, "210100", "210000", "沈阳市"]"#)
        let dry = try await database.write { try DirectoryImport($0, isDryRun: true).take(good) }
        #expect(dry.added == 2 && !dry.isStored)
        let bad = Self.table(#"[2, "210100", "310000", "沈阳市"]"#)
        let refused = try await database.write { try DirectoryImport($0).take(bad) }
        #expect(refused.problems.map(\.name) == ["unknown-parent"] && !refused.isStored)
        #expect(try await database.read { try DirectoryStore($0).counts() } == [:])
    }

    @Test(arguments: TestDatabase.available)
    func `a territory that moved takes along what lies in it and the offices there`(_ kind: TestDatabase) async throws {
        let database = try await Self.story(kind)
        try await database.write { db in
            try DirectoryStore(db).save([
                .of("某社区", .community, "210000", "210100", "210103", "210103013", "210103013001")
            ])
            let offices = "code,kind,name,territory,categories\nAA,section,科,210103,01\n"
            _ = try DirectoryImport(db).take(OfficeFile(Data(offices.utf8))) { ID(UUID(high: 0, low: 1)) }
            let moved = """
                [2, "210200", "210000", "大连市"], [3, "210103", "210200", "沈河区"],
                [4, "210103013", "210103", "朱剪炉街道"]
                """
            let report = try DirectoryImport(db).take(Self.table(moved))
            #expect(report.changed == 2 && report.added == 1)
            let store = DirectoryStore(db)
            let community = try store.territory(TerritoryCode(rawValue: "210103013001"))
            #expect(community?.path.rawValue == "/210000/210200/210103/210103013/210103013001/")
            #expect(try store.office(code: "AA")?.territory.rawValue == "/210000/210200/210103/")
            let path = TerritoryPath(rawValue: "/210000/210200/210103/210103013/")
            #expect(try store.offices(answering: "0104", in: path).count == 1)
        }
    }

    @Test(arguments: TestDatabase.available)
    func `a point leads to the deepest territory round it`(_ kind: TestDatabase) async throws {
        let database = try await Self.story(kind)
        try await Self.save(
            database,
            [
                (
                    .shenhe,
                    Outline(polygons: [[Outline.ring(123, 41, 124, 42), Outline.ring(123.8, 41.8, 123.9, 41.9)]])
                ),
                (.hunnan, .box(124, 41, 125, 42)), (.zhujianlu, .box(123, 41, 123.2, 41.2)),
                (.binhe, .box(123.2, 41, 123.4, 41.2)),
            ])
        let expected: [(Double, Double, [Territory])] = [
            (123.1, 41.1, [.liaoning, .shenyang, .shenhe, .zhujianlu]),
            (123.5, 41.5, [.liaoning, .shenyang, .shenhe]),
            (124.5, 41.5, [.liaoning, .shenyang, .hunnan]),
            // On borders: the territory with the lower code.
            (124.0, 41.5, [.liaoning, .shenyang, .shenhe]),
            (123.2, 41.1, [.liaoning, .shenyang, .shenhe, .binhe]),
            // In the hole, and far away.
            (123.85, 41.85, []), (116.4, 39.9, []), (-180, -90, []), (180, 90, []),
        ]
        try await database.read { db throws in
            for (lng, lat, line) in expected {
                #expect(try DirectoryStore(db).territories(at: Position(lat: lat, lng: lng)) == line, "\(lng), \(lat)")
            }
        }
    }

    @Test(arguments: TestDatabase.available)
    func `outlines of the map are those that touch the window`(_ kind: TestDatabase) async throws {
        let database = try await Self.story(kind)
        try await Self.save(
            database,
            [(.shenhe, .box(123, 41, 124, 42)), (.hunnan, .box(124, 41, 125, 42)), (.binhe, .box(123, 41, 124, 42))])
        try await database.read { db throws in
            let store = DirectoryStore(db)
            func codes(_ window: String, limit: Int = 10) throws -> [String] {
                let bounds = try #require(Bounds(window))
                return try store.outlines(of: .county, touching: bounds, limit: limit).map(\.territory.code.rawValue)
            }
            #expect(try codes("123.1,41.1,123.2,41.2") == ["210103"])
            #expect(try codes("123.9,41.1,124.1,41.2") == ["210103", "210112"])
            #expect(try codes("123.9,41.1,124.1,41.2", limit: 1) == ["210103"])
            #expect(try codes("10,10,11,11") == [])
            let overview = try store.overview(of: Territory.shenyang.code)
            #expect(overview.map(\.territory) == [.heping, .shenhe, .hunnan])
            #expect(overview.map(\.isSchematic) == [nil, false, false])
            #expect(overview.map(\.children) == [0, 2, 0])
            #expect(overview.map(\.outlinedChildren) == [0, 1, 0])
        }
    }

    @Test(arguments: TestDatabase.available)
    func `outlines with their communities go in, and a second time change nothing`(_ kind: TestDatabase) async throws {
        let database = try await Self.story(kind)
        let file = OutlineFile(
            geoJSON: geoJSON([
                (#""code":"210103013001","name":"示例社区""#, square(123.1, 41.1)),
                (#""code":"210103""#, square(123, 41, 1)),
            ]))
        let first = try await database.write { try DirectoryImport($0).take(file) }
        #expect(first.added == 2 && first.isStored && first.problems == [])
        let second = try await database.write { try DirectoryImport($0).take(file) }
        #expect(second.unchanged == 2 && !second.isStored)
        let renamed = OutlineFile(
            geoJSON: geoJSON([(#""code":"210103013001","name":"新名社区""#, square(123.1, 41.1))]))
        let third = try await database.write { try DirectoryImport($0).take(renamed) }
        #expect(third.changed == 1 && third.isStored)
        let line = try await database.read { try DirectoryStore($0).territories(at: Position(lat: 41.15, lng: 123.15)) }
        #expect(line.map(\.name) == ["辽宁省", "沈阳市", "沈河区", "朱剪炉街道", "新名社区"])
    }

    static func story(_ kind: TestDatabase) async throws -> any Database {
        let database = try await kind.open(DirectorySchema.migrations)
        try await database.write { try DirectoryStore($0).save(Territory.story) }
        return database
    }

    private static func save(_ database: any Database, _ outlines: [(Territory, Outline)]) async throws {
        try await database.write { db in
            for (territory, outline) in outlines {
                try DirectoryStore(db).save(
                    TerritoryOutline(code: territory.code, outline: outline, source: .wgs84, isSchematic: false),
                    level: territory.level)
            }
        }
    }

    private static func table(_ rows: String) -> TerritoryTable {
        TerritoryTable(
            json: Data(
                """
                {"metadata": {"data_as_of": "2025-12-31"}, "divisions": [[1, "210000", "", "辽宁省"], \(rows)]}
                """.utf8))
    }
}
