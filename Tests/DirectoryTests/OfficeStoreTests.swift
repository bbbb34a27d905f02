import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import Directory

@Suite struct OfficeStoreTests {
    static let file = """
        code,kind,name,nameEn,territory,parent,dutyDesk,hotline,hours,categories,territories,priority
        SYS,bureau,市局,City Bureau,210100
        SYS-DESK,section,市局接收岗,City intake,210100,SYS,true,024-5555-0101,1-7 00:00-24:00
        SYS-SH,bureau,沈河区局,Shenhe Bureau,210103,SYS
        SYS-SH-DESK,section,沈河区接收岗,Shenhe intake,210103,SYS-SH,true
        SYS-SH-FOOD,section,食品科,Food Section,210103,SYS-SH,,,,01;06
        SYS-SH-S1,station,皇城所,Station,210103,SYS-SH,,,,0104,210103013
        """

    @Test(arguments: TestDatabase.available)
    func `offices go in with their duties, and a second time change nothing`(_ kind: TestDatabase) async throws {
        let database = try await DirectoryStoreTests.story(kind)
        let first = try await Self.take(Self.file, into: database)
        #expect(first.problems == [] && first.added == 6)
        let second = try await Self.take(Self.file, into: database)
        #expect(second.unchanged == 6 && !second.isStored)
        try await database.read { db throws in
            let store = DirectoryStore(db)
            let desk = try #require(try store.office(code: "SYS-DESK"))
            #expect(desk.isDutyDesk && desk.hotline == "024-5555-0101" && desk.place == "沈阳市")
            #expect(desk.hours?.text == "1-7 00:00-24:00")
            #expect(desk.parent == (try store.office(code: "SYS")?.id))
            #expect(try store.office(desk.id) == desk)
            let station = try #require(try store.office(code: "SYS-SH-S1"))
            let duties = try store.duties(of: [station.id, desk.id])
            #expect(duties[station.id] == [Duty(category: "0104", territory: Territory.zhujianlu.path, place: "朱剪炉街道")])
            #expect(duties[desk.id] == nil)
        }
    }

    @Test(arguments: TestDatabase.available)
    func `a change keeps an office's identity, and its duties are replaced`(_ kind: TestDatabase) async throws {
        let database = try await DirectoryStoreTests.story(kind)
        _ = try await Self.take(Self.file, into: database)
        let before = try await database.read { try DirectoryStore($0).office(code: "SYS-SH-S1") }
        let changed =
            "code,kind,name,territory,parent,categories,territories\nSYS-SH-S1,station,新所,210103,SYS-SH,05,210103005\n"
        let report = try await Self.take(changed, into: database)
        #expect(report.changed == 1 && report.absent == 5 && report.problems == [])
        try await database.read { db throws in
            let store = DirectoryStore(db)
            let after = try #require(try store.office(code: "SYS-SH-S1"))
            #expect(after.id == before?.id && after.name.chinese == "新所")
            #expect(try store.duties(of: [after.id])[after.id]?.map(\.category) == ["05"])
            #expect(try store.route(category: "0104", at: Territory.zhujianlu.path).office.code == "SYS-SH-FOOD")
        }
    }

    @Test(arguments: TestDatabase.available)
    func `matters find their office`(_ kind: TestDatabase) async throws {
        let database = try await DirectoryStoreTests.story(kind)
        _ = try await Self.take(Self.file, into: database)
        let expected: [(String, TerritoryPath?, String)] = [
            ("0104", Territory.zhujianlu.path, "SYS-SH-S1"), ("0104", Territory.binhe.path, "SYS-SH-FOOD"),
            ("0601", Territory.zhujianlu.path, "SYS-SH-FOOD"), ("2001", Territory.zhujianlu.path, "SYS-SH-DESK"),
            ("0104", Territory.hunnan.path, "SYS-DESK"), ("0104", Territory.liaoning.path, "SYS-DESK"),
            ("0104", nil, "SYS-DESK"), ("0104", TerritoryPath(rawValue: "/990000/"), "SYS-DESK"),
        ]
        try await database.read { db throws in
            let store = DirectoryStore(db)
            for (category, path, code) in expected {
                #expect(
                    try store.route(category: category, at: path).office.code == code,
                    "\(category) \(path?.rawValue ?? "-")")
            }
            #expect(try store.dutyDesk(for: nil).code == "SYS-DESK")
            #expect(try store.dutyDesk(for: Territory.zhujianlu.path).code == "SYS-SH-DESK")
        }
    }

    @Test(arguments: TestDatabase.available)
    func `without a duty desk the store says so`(_ kind: TestDatabase) async throws {
        let database = try await DirectoryStoreTests.story(kind)
        await #expect(throws: DirectoryError.noDutyDesk) {
            try await database.read { try DirectoryStore($0).route(category: "0104", at: nil) }
        }
    }

    @Test(arguments: TestDatabase.available)
    func `offices are found by a part of their name and paged by code`(_ kind: TestDatabase) async throws {
        let database = try await DirectoryStoreTests.story(kind)
        _ = try await Self.take(Self.file, into: database)
        try await database.read { db throws in
            let store = DirectoryStore(db)
            #expect(try store.offices(named: "接收", limit: 10).map(\.code) == ["SYS-DESK", "SYS-SH-DESK"])
            #expect(try store.offices(named: "shenhe", limit: 10).map(\.code) == ["SYS-SH", "SYS-SH-DESK"])
            #expect(try store.offices(named: "%", limit: 10).isEmpty)
            #expect(try store.offices(named: nil, limit: 2).map(\.code) == ["SYS", "SYS-DESK"])
            #expect(
                try store.offices(named: nil, after: "SYS-DESK", limit: 2).map(\.code) == ["SYS-SH", "SYS-SH-DESK"])
        }
    }

    static func take(_ text: String, into database: any Database) async throws -> ImportReport {
        try await database.write { db in
            let known = try DirectoryStore(db).allOffices().count
            var number = UInt64(known)
            return try DirectoryImport(db).take(OfficeFile(Data(text.utf8))) {
                number += 1
                return ID(UUID(high: 1, low: number))
            }.report
        }
    }
}
