import Access
import Foundation
import Kernel
import Storage
import TestSupport
import Testing
import Vault

@testable import People

struct SessionTests {
    private let start = Date.saturdayMorning
    private let day: Double = 86_400

    @Test(arguments: [(AccountKind.rider, 30.0 * 86_400, 180.0 * 86_400), (.staff, 3600, 8 * 3600)])
    func `a session ends when it isn't used, and at the latest when its time is over`(
        _ kind: AccountKind, _ idle: Double, _ absolute: Double
    ) {
        let session = OpenSession(
            id: ID(UUID()), of: kind, account: ID(UUID()), means: .cookie, device: .android, at: start)
        #expect(session.isAlive(as: kind, at: start + idle - 1))
        #expect(!session.isAlive(as: kind, at: start + idle))
        let used = OpenSession(
            id: session.id, account: session.account, means: .cookie, device: .android, createdAt: start,
            seenAt: start + absolute - 1, expiresAt: session.expiresAt)
        #expect(used.isAlive(as: kind, at: start + absolute - 1))
        #expect(!used.isAlive(as: kind, at: start + absolute))
    }

    @Test(arguments: [
        ("Mozilla/5.0 (Linux; Android 14; 23049PCD8G) AppleWebKit/537.36", Device.android),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36", .harmony),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", .iphone),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", .windows), ("curl/8", .other),
    ])
    func `a device is named roughly`(_ agent: String, _ device: Device) {
        #expect(Device(userAgent: agent, means: .cookie) == device)
        #expect(Device(userAgent: agent, means: .bearer) == .program)
    }

    @Test(arguments: TestDatabase.available)
    func `a session comes with the grants that hold at that moment`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let person = Person.officerLi
        let token = Token()
        let path = TerritoryPath(rawValue: "/21/2101/")
        let office = ID<OfficeEntity>(UUID())
        let grants = [
            DatedGrant(
                id: UUID(), account: person.id, grant: Grant(role: .officer, territory: path, office: office),
                from: start - day, until: start + day, reason: "trial"),
            DatedGrant(
                id: UUID(), account: person.id, grant: Grant(role: .supervisor, territory: path), from: start + day,
                reason: "trial"),
        ]
        try await database.write { [start] db in
            try AccountStore(db).insert([person])
            try GrantStore(db).insert(grants)
            let session = OpenSession(
                id: ID(UUID()), of: .staff, account: person.id, means: .bearer, device: .program, at: start)
            try SessionStore(db).insert(session, token: token)
        }
        func roles(at instant: Date, _ means: SessionMeans = .bearer) async throws -> [Role]? {
            try await database.read { db in
                try db.session(of: token, means, at: instant)?.caller.grants.map(\.role)
            }
        }
        #expect(try await roles(at: start) == [.officer])
        #expect(try await roles(at: start + day - 0.001) == [.officer])
        #expect(try await roles(at: start + day) == [.supervisor])
        #expect(try await roles(at: start - 2 * day) == [])
        #expect(try await roles(at: start, .cookie) == nil)
        let found = try await database.read { [start] db in
            try db.session(of: token, .bearer, at: start)
        }
        #expect(found?.caller.grants == [grants[0].grant])
        #expect(found?.caller.name == "李娜")
    }

    @Test(arguments: TestDatabase.available)
    func `a rider is a rider without any grant, and is called by the masked number`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let token = Token()
        let person = Person.riderXu
        let caller = try await database.write { [start] db in
            try AccountStore(db).insert([person])
            let session = OpenSession(
                id: ID(UUID()), of: .rider, account: person.id, means: .cookie, device: .android, at: start)
            try SessionStore(db).insert(session, token: token)
            return try db.session(of: token, at: start)?.caller
        }
        #expect(caller?.grants == [Grant(role: .rider)])
        #expect(caller?.name == "138****5678")
        #expect(caller?.isStaff == false)
    }

    @Test(arguments: TestDatabase.available)
    func `nobody has more than so many sessions, and the token itself isn't kept`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let person = Person.riderXu
        let tokens = (0..<5).map { _ in Token() }
        let left = try await database.write { [start] db in
            let sessions = SessionStore(db)
            try AccountStore(db).insert([person])
            for (index, token) in tokens.enumerated() {
                try sessions.trim(of: person.id, to: 3)
                let session = OpenSession(
                    id: ID(UUID()), of: .rider, account: person.id, means: .cookie, device: .android,
                    at: start + Double(index))
                try sessions.insert(session, token: token)
            }
            return try tokens.map { try db.session(of: $0, at: start) != nil }
        }
        #expect(left == [false, false, true, true, true])
        let kept = try await database.read { db in try db.rows("SELECT token_hash FROM session") }
        let hashes: [Data] = try kept.map { try $0["token_hash"] }
        #expect(hashes.allSatisfy { hash in hash.count == 32 && !tokens.contains { Data($0.text.utf8) == hash } })
    }
}

extension Transaction {
    fileprivate func session(
        of token: Token, _ means: SessionMeans = .cookie, at time: Date
    ) throws -> FoundSession? {
        let seals = try seals
        return try FoundSession(try rows(SessionStore.finding(token, means: means, at: time) { _ in "SELECT 0" })) {
            try seals.open($0, at: $1)
        }
    }
}

extension Person {
    static let riderXu = Person(
        id: ID(UUID(high: 0x7000, low: 0x8000_0000_0000_0a01)), door: .phone(Phone("13812345678")!),
        createdAt: .saturdayMorning)

    static let officerLi = Person(
        id: ID(UUID(high: 0x7000, low: 0x8000_0000_0000_0a02)), door: .login(Login("li.na")!),
        profile: Profile(name: "李娜"), createdAt: .saturdayMorning)
}
