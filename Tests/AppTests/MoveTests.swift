import Foundation
import Journal
import Kernel
import SQLiteBackend
import Storage
import TestSupport
import Testing
import Web

@testable import App

/// A district's file becomes a province's database: all of it, or it says what isn't.
@Suite(.enabled(if: TestDatabase.chosen == .postgres), .timeLimit(.minutes(30)))
struct MoveTests {
    @Test func `all that a district has is in the province's database, under the same numbers`() async throws {
        let district = try await District()
        let province = try await district.province()
        let moved = try await DistrictMove(from: district.copy(), to: province.services.database).run()
        #expect(moved.count > 15, "\(moved.map(\.table))")
        for (table, rows) in moved {
            #expect(try await district.count(table) == rows, "\(table)")
            #expect(try await province.count(table) == rows, "\(table)")
        }
        let (here, there) = (try await district.journal(), try await province.journal())
        #expect(here.map(\.position) == there.map(\.position))
        #expect(here.map(\.data) == there.map(\.data))
        #expect(try await province.names() == district.city.product.names())

        // It goes on where the district stopped.
        let feed = try await province.services.database.write { db in
            try JournalStore(db).append(
                "test", subject: UUID(), by: nil, at: Date(milliseconds: 0), data: ["a": "b"])
            return try (JournalStore(db).allEntries(limit: 10_000).last?.position.sequence, db.rows(.tables).count)
        }
        #expect(feed.0 == (here.last?.position.sequence ?? 0) + 1)
        #expect(feed.1 == moved.count + 1, "nothing of the move itself is left")
    }

    @Test(arguments: [1, 2, 7, 20, 40]) func `a move that was cut off goes on and ends equal`(
        batches: Int
    ) async throws {
        let district = try await District()
        let province = try await district.province()
        let target = province.services.database
        for stop in [batches, batches + 3] {
            let counter = Counter()
            await #expect(throws: CutOff.self) {
                _ = try await DistrictMove(from: district.copy(), to: target, batchSize: 3) { _ in
                    if counter.next() >= UInt64(stop) { throw CutOff() }
                }.run()
            }
            #expect(try await target.read(ProvinceStore.isHalfMoved))
        }
        let moved = try await DistrictMove(from: district.copy(), to: target, batchSize: 3).run()
        for (table, rows) in moved { #expect(try await province.count(table) == rows, "\(table)") }
        #expect(try await province.journal().map(\.data) == district.journal().map(\.data))
        #expect(try await !target.read(ProvinceStore.isHalfMoved))
    }

    @Test func `a target that holds something else is refused and stays as it is`() async throws {
        let district = try await District()
        let other = try await TestCity()
        let before = try await other.count("SELECT COUNT(*) FROM journal_entry")
        let target = other.product.services.database
        await #expect(throws: MoveError.self) { _ = try await DistrictMove(from: district.copy(), to: target).run() }
        #expect(try await other.count("SELECT COUNT(*) FROM journal_entry") == before)
        #expect(try await !target.read(ProvinceStore.isHalfMoved))
    }

    @Test func `a district that changed since its move began isn't mixed with what was moved before`() async throws {
        let district = try await District()
        let province = try await district.province()
        let counter = Counter()
        await #expect(throws: CutOff.self) {
            _ = try await DistrictMove(from: district.copy(), to: province.services.database) { _ in
                if counter.next() >= 4 { throw CutOff() }
            }.run()
        }
        try await district.city.product.services.database.write { db in
            try db.execute("UPDATE account SET platform = 'other' WHERE kind = 'rider'")
        }
        await #expect(throws: MoveError.otherSource) {
            _ = try await DistrictMove(from: district.copy(), to: province.services.database).run()
        }
    }

    @Test func `a row that isn't the same afterwards is found`() async throws {
        let district = try await District()
        let province = try await district.province()
        await #expect(throws: CutOff.self) {
            _ = try await DistrictMove(from: district.copy(), to: province.services.database) { words in
                if words.hasPrefix("comparing") { throw CutOff() }
            }.run()
        }
        try await province.services.database.write { db in
            try db.execute("UPDATE account SET pseudonym = pseudonym || ' ' WHERE kind = 'rider'")
        }
        let rows = try await district.count("account")
        await #expect(throws: MoveError.different(table: "account", source: rows, target: rows)) {
            _ = try await DistrictMove(from: district.copy(), to: province.services.database).run()
        }
    }

    @Test func `a district that is being served isn't held`() async throws {
        let district = try await District()
        #expect(throws: StorageError.busy) { try SQLiteSnapshot(holding: district.file) }
    }

    private struct CutOff: Error {}
}

/// A small city in one file, with rows that are hard to move.
private struct District {
    let city: TestCity
    var file: String { city.product.settings.data.appending(path: "nuanxin.sqlite").path }

    init() async throws {
        city = try await TestCity(inOneFile: true)
        try await city.run { client in
            for number in 1...8 {
                let id = try await client.report(["description": "第\(number)号：\"引号\" \\ 换行\n\t🐀 it's {\"json\": null}"])
                if number % 2 == 0 { try await client.bringToCheck(id) }
                if number == 4 {
                    try await client.step("verify", on: id, as: .liNa, ["result": "属实"])
                    try await client.step("close", on: id, as: .liNa, ["result": "已改正"])
                }
            }
        }
        await city.catchUp()
        try await city.product.services.database.write { db in
            // One whose key comes before that of the office above it.
            try db.execute(
                """
                UPDATE office SET parent_id = (SELECT id FROM office WHERE code = 'HP-FOOD') WHERE code = 'SY-DESK'
                """)
            try db.execute("UPDATE matter SET accuracy = 0.1, lat = 41.800000000000004, lng = -0.0")
            try db.execute("UPDATE account SET created_at = 9007199254740993 WHERE kind = 'rider'")
        }
    }

    /// The file as it is now, which nobody writes to.
    func copy() throws -> SQLiteSnapshot {
        let copy = try temporaryFolder().appending(path: "nuanxin.sqlite").path
        try SQLiteSnapshot.take(of: file, to: copy)
        return try SQLiteSnapshot(path: copy)
    }

    /// A product on an empty database of the server, with its tables made as an operator would.
    func province() async throws -> Nuanxin {
        let product = try await Nuanxin(
            TestDatabase.settings(in: temporaryFolder()), root: Root(named: sourceRoot.path))
        try await product.migrate()
        return product
    }

    func count(_ table: String) async throws -> Int { try await city.product.count(table) }
    func journal() async throws -> [JournalEntry] { try await city.product.journal() }
}

extension Nuanxin {
    fileprivate func count(_ table: String) async throws -> Int {
        try await services.database.read { db in try db.value("SELECT COUNT(*) FROM \(identifier: table)") }
    }

    fileprivate func journal() async throws -> [JournalEntry] {
        try await services.database.read { db in try JournalStore(db).allEntries(limit: 10_000) }
    }

    fileprivate func names() async throws -> [String] {
        try await services.database.read { db in
            try db.rows("SELECT description FROM matter ORDER BY id").map { try $0[0] }
        }
    }
}
