import Cases
import Foundation
import Journal
import Kernel
import Notices
import SQLiteBackend
import Storage
import TestSupport
import Testing
import Vault
import Web

@testable import App
@testable import People

/// A database of the version before, full of phones, names and reporters in plain, becomes one of this version.
struct SealingOldRowsTests {
    private static let before = Set([
        "journal-1-create", "journal-2-order", "journal-3-heartbeat", "journal-4-seals", "deadlines-1-create",
        "directory-1-create", "people-1-create", "cases-1-create", "notices-1-create",
    ])
    private static let riders = 1200
    private static let cases = 700

    private static func account(_ number: Int) -> UUID { UUID(high: 0xa, low: UInt64(number)) }
    private static func matter(_ number: Int) -> UUID { UUID(high: 0xc, low: UInt64(number)) }
    private static func phone(_ number: Int) -> String { "138\(10_000_000 + number)" }

    /// The tables as they were, with riders, staff, cases, photos and messages.
    private static func old(_ kind: TestDatabase) async throws -> any Database {
        let database = try await kind.open()
        try await database.migrate(Nuanxin.migrations.filter { before.contains($0.name) })
        try await database.write { db in try fill(db) }
        return database
    }

    private static func fill(_ db: any Transaction) throws {
        try db.execute(
            """
            INSERT INTO territory (code, level, path, name, code_system) VALUES ('21', 'province', '/21/', '辽宁', 'x')
            """)
        try db.execute(
            """
            INSERT INTO office (id, code, kind, name, english_name, territory_code, territory_path, is_duty_desk)
            VALUES (\(UUID(high: 1, low: 1)), 'D', 'section', '岗', 'Desk', '21', '/21/', \(true))
            """)
        for number in 1...riders {
            let name: String? = number.isMultiple(of: 3) ? nil : "骑手\(number)"
            try db.execute(
                """
                INSERT INTO account (id, kind, state, name, phone, created_at) VALUES
                (\(account(number)), 'rider', 'active', \(name), \(phone(number)), \(1000 + number))
                """)
        }
        try db.execute(
            """
            INSERT INTO account (id, kind, state, name, login, created_at) VALUES
            (\(account(5000)), 'staff', 'active', '李娜', 'li.na', 5)
            """)
        for number in 1...cases { try fill(number, in: db) }
    }

    private static func fill(_ number: Int, in db: any Transaction) throws {
        let (id, rider, step) = (matter(number), account(number), UUID(high: 0xd, low: UInt64(number)))
        try db.execute(
            """
            INSERT INTO matter (id, number, received_at, reported_category, category, severity, description,
                position_source, address, area, territory_path, office_id, state, extension_request, reopen_request,
                version)
            VALUES (\(id), \("N\(number)"), \(2000 + number), '0104', '0104', 2, 'x', 'address', 'y', '', '/21/',
                \(UUID(high: 1, low: 1)), 'received', 'none', 'none', 1)
            """)
        try db.execute(
            """
            INSERT INTO reporter (matter_id, account_id, identity, alias, digest)
            VALUES (\(id), \(rider), 'named', 'A7F3', \(Data(repeating: UInt8(number % 256), count: 32)))
            """)
        for (position, name) in ["receive", "rate"].enumerated() {
            try db.execute(
                """
                INSERT INTO matter_step (id, matter_id, position, at, step, actor_id, to_state, detail)
                VALUES (\(position == 0 ? step : UUID(high: 0xe, low: UInt64(number))), \(id), \(position), 7, \(name),
                    \(position == 0 ? nil : rider), 'received', '{}')
                """)
        }
        try db.execute(
            """
            INSERT INTO photo (id, account_id, matter_id, position, format, bytes, sha256, width, height, created_at)
            VALUES (\(UUID(high: 0xf, low: UInt64(number))), \(rider), \(number.isMultiple(of: 10) ? nil : id), 0, 'jpeg',
                1, \(Data(count: 32)), 1, 1, 1)
            """)
        try db.execute("INSERT INTO photo_evidence (photo_id) VALUES (\(UUID(high: 0xf, low: UInt64(number))))")
        try db.execute(
            """
            INSERT INTO notice (id, account_id, matter_id, step_id, at, read_at)
            VALUES (\(step), \(rider), \(id), \(step), \(3000 + number), \(number.isMultiple(of: 2) ? 9 : nil))
            """)
    }

    /// All is there, opens, is found; nothing stands in plain, in no column of any table.
    private func checkSealed(_ database: any Database) async throws {
        try await database.read { db in
            let accounts = AccountStore(db)
            for number in [1, 2, 3, 499, 500, 501, Self.riders] {
                let phone = try #require(Phone(Self.phone(number)))
                let person = try #require(try accounts.person(with: phone))
                #expect(person.id.uuid == Self.account(number) && person.phone == phone)
                #expect(person.profile.name == (number.isMultiple(of: 3) ? nil : "骑手\(number)"))
                #expect(try accounts.journalID(of: person.id) != person.id)
            }
            let login = try #require(Login("li.na"))
            let staff = try #require(try accounts.person(with: login))
            #expect(staff.profile.name == "李娜")
            #expect(try accounts.journalID(of: staff.id) == staff.id)
            #expect(try db.value("SELECT COUNT(DISTINCT pseudonym) FROM account", as: Int.self) == Self.riders)
            let reporters = ReporterStore(db)
            for number in [1, 499, 500, Self.cases] {
                let (id, rider) = (ID<Case>(Self.matter(number)), ID<Account>(Self.account(number)))
                #expect(try reporters.isReporter(rider, of: id) && reporters.recipient(of: id) == rider)
                #expect(try CaseStore(db).reported(by: rider, limit: 5).map(\.matter.id) == [id])
                let notices = try NoticeStore(db).list(of: rider, limit: 5)
                #expect(notices.map(\.matter) == [id] && notices.map(\.at.milliseconds) == [3000 + number])
                #expect(notices.map(\.isRead) == [number.isMultiple(of: 2)])
            }
            #expect(try db.value("SELECT COUNT(*) FROM reporter", as: Int.self) == Self.cases)
            #expect(try db.value("SELECT COUNT(*) FROM notice", as: Int.self) == Self.cases)
            #expect(try db.value("SELECT COUNT(*) FROM photo_evidence", as: Int.self) == Self.cases)
            #expect(
                try db.value("SELECT COUNT(*) FROM photo WHERE account_id IS NOT NULL", as: Int.self) == Self.cases / 10
            )
            #expect(try db.value("SELECT COUNT(*) FROM matter_step WHERE actor_id IS NOT NULL", as: Int.self) == 0)
        }
        let plain = try await Self.columns(of: database) { value in
            switch value {
            case .text(let text): text.contains("骑手") || text.contains("李娜") || text.hasPrefix("1381000")
            default: false
            }
        }
        #expect(plain.isEmpty, "\(plain)")
    }

    /// The columns that hold such a value.
    static func columns(
        of database: any Database, where holds: @escaping @Sendable (SQLValue) -> Bool
    ) async throws -> [String] {
        try await database.read { db in
            try db.rows(.tables).map { try $0["name"] as String }.flatMap { table in
                try db.rows(.columns(of: table)).map { try $0["name"] as String }.filter { column in
                    try db.rows("SELECT \(identifier: column) FROM \(identifier: table)").contains { holds(try $0[0]) }
                }.map { "\(table).\($0)" }
            }
        }
    }

    @Test(arguments: TestDatabase.available)
    func `a filled database of the version before is sealed, and all of it is found again`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await Self.old(kind)
        let taken = try await database.migrate(Nuanxin.migrations)
        #expect(
            Set(taken) == Set(Nuanxin.migrations.map(\.name)).subtracting(Self.before)
                && Set(taken).count == taken.count)
        try await checkSealed(database)
        #expect(try await database.migrate(Nuanxin.migrations).isEmpty)
    }

    @Test(arguments: TestDatabase.available)
    func `an upgrade that was cut off goes on; what older nodes wrote meanwhile is sealed too`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await Self.old(kind)
        for stop in [1, 2] {
            let counter = Counter()
            let cut = Nuanxin.migrations.map { migration in
                migration.name == "people-3-sealed"
                    ? Migration(
                        migration.name, phase: .contract,
                        after: .init(locking: "account") { db, pass in
                            if counter.next() & 0xffff > UInt64(stop) { throw CutOff() }
                            return try PlainContactStore(db: db).seal(pass)
                        }) : migration
            }
            // The digest differs, so this stand-in must never be kept.
            await #expect(throws: (any Error).self) { try await database.migrate(cut) }
            // The version before goes on: its tables are as they were.
            let count = try await database.read { db in
                try db.value("SELECT COUNT(*) FROM account WHERE phone IS NOT NULL", as: Int.self)
            }
            #expect(count == Self.riders)
        }
        #expect(
            try await database.read { db in try db.value("SELECT COUNT(*) FROM account_contact", as: Int.self) } > 0)
        try await database.write { db in
            try db.execute("UPDATE account SET name = '骑手改名' WHERE id = \(Self.account(1))")
            try db.execute(
                """
                INSERT INTO account (id, kind, state, phone, created_at)
                VALUES (\(Self.account(4000)), 'rider', 'active', '13900000001', 9)
                """)
        }
        try await database.migrate(Nuanxin.migrations)
        try await database.write { db in
            var renamed = try AccountStore(db).find(ID(Self.account(1)))
            #expect(renamed.profile.name == "骑手改名")
            renamed.introduce(as: Profile(name: "骑手1"), at: .saturdayMorning)
            try AccountStore(db).update(renamed)
            let phone = try #require(Phone("13900000001"))
            let newcomer = try #require(try AccountStore(db).person(with: phone))
            try AccountStore(db).forget(newcomer, because: "test")
            try db.execute("DELETE FROM account WHERE id = \(newcomer.id)")
        }
        try await checkSealed(database)
    }

    @Test(arguments: TestDatabase.available)
    func `several nodes that start at once seal everything once`(_ kind: TestDatabase) async throws {
        let database = try await Self.old(kind)
        let base = try #require(database as? VaultDatabase).base
        try await withThrowingTaskGroup { group in
            for _ in 0..<3 {
                let node = VaultDatabase(base, vault: .test)
                group.addTask { _ = try await node.migrate(Nuanxin.migrations) }
            }
            try await group.waitForAll()
        }
        try await checkSealed(database)
    }

    /// Also the places of the file that nothing uses any more.
    @Test(.enabled(if: TestDatabase.chosen == .sqlite))
    func `after the upgrade no byte of the file is left of a phone or a name`() async throws {
        let folder = try temporaryFolder()
        let file = folder.appending(path: "nuanxin.sqlite")
        let old = try SQLiteDatabase(path: file.path)
        try await old.migrate(Nuanxin.migrations.filter { Self.before.contains($0.name) })
        try await old.write { db in try Self.fill(db) }
        let product = try await Nuanxin(
            Settings(flags: ["data": folder.path], environment: [:]), root: Root(named: sourceRoot.path))
        #expect(try Self.residue(in: folder) > 100)
        try await product.migrate()
        #expect(try Self.residue(in: folder) == 0)
    }

    /// How often phones and names stand in the files of a folder.
    private static func residue(in folder: URL) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("nuanxin.sqlite") }
            .reduce(0) { count, name in
                var rest = try Data(contentsOf: folder.appending(path: name))[...]
                var found = count
                for word in ["1381000", "骑手"].map({ Data($0.utf8) }) {
                    while let place = rest.firstRange(of: word) {
                        found += 1
                        rest = rest[place.upperBound...]
                    }
                }
                return found
            }
    }

    private struct CutOff: Error {}
}
