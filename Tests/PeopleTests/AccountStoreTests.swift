import Access
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

struct AccountStoreTests {
    @Test(arguments: TestDatabase.available)
    func `an account is the same before and after storing`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        var rider = Person(
            id: Person.riderXu.id, door: Person.riderXu.door,
            profile: Profile(name: "徐师傅", platform: .sfIntraCity, company: "顺丰", site: "青年大街"),
            territory: TerritoryCode(rawValue: "210103013"), createdAt: .saturdayMorning)
        let staff = Person.officerLi
        try await database.write { [rider] db in try AccountStore(db).insert([rider, staff]) }
        try await database.read { [rider] db in
            let accounts = AccountStore(db)
            #expect(try accounts.find(rider.id) == rider)
            let (phone, login) = (try #require(rider.phone), try #require(staff.login))
            #expect(try accounts.person(with: phone) == rider)
            #expect(try accounts.person(with: login) == staff)
            let unknown = try #require(Phone("13900000000"))
            #expect(try accounts.person(with: unknown) == nil)
            #expect(throws: AccountError.notFound) { try accounts.find(ID(UUID())) }
        }
        rider.introduce(as: Profile(name: "老徐"), at: .saturdayMorning)
        try await database.write { [rider] db in
            try AccountStore(db).update(rider)
            #expect(try AccountStore(db).find(rider.id) == rider)
        }
    }

    @Test(arguments: TestDatabase.available)
    func `a number and a login belong to one account`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        try await database.write { db in try AccountStore(db).insert([.riderXu, .officerLi]) }
        for person in [Person.riderXu, .officerLi] {
            let twin = Person(id: ID(UUID()), door: person.door, createdAt: .saturdayMorning)
            let error = await #expect(throws: StorageError.self) {
                try await database.write { db in try AccountStore(db).insert([twin]) }
            }
            guard case .uniqueViolation = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test(arguments: TestDatabase.available)
    func `thousands of riders are kept at once, counted by day and listed in pages`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let start = Date.saturdayMorning
        let riders = (0..<1635).map { index in
            Person(
                id: ID(UUID(high: 0x7000, low: 0x8000_0000_0000_0000 | UInt64(index))),
                door: .phone(Phone("138\(10_000_000 + index)")!), createdAt: start + Double(index / 2))
        }
        try await database.write { db in try AccountStore(db).insert(riders + [.officerLi]) }
        try await database.read { db in
            #expect(try PeopleCounts(db).registeredRiders(by: start + 10_000) == 1635)
            #expect(try PeopleCounts(db).registeredRiders(by: start) == 2)
            #expect(try PeopleCounts(db).registeredRiders(by: start - 0.001) == 0)
            var seen: [Person] = []
            while true {
                let last = seen.last.map { (createdAt: $0.createdAt, id: $0.id) }
                let page = try AccountStore(db).list(.rider, before: last, limit: 500)
                if page.isEmpty { break }
                seen += page
            }
            #expect(seen.map(\.id) == riders.reversed().map(\.id))
        }
    }

    @Test(arguments: TestDatabase.available)
    func `the half minute of an authenticator's code is used once`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let keys = try PeopleKeys(serverKey: Data(repeating: 7, count: 32))
        let secret = OneTimePassword.new()
        let person = Person.officerLi
        let hash = try PasswordHash("correct horse battery", cost: PasswordHash.Cost(logRounds: 4))
        let credentials = try Credentials(hash, secret, of: person.id, keys: keys)
        try await database.write { db in
            let accounts = AccountStore(db)
            try accounts.insert([person], credentials: [person.id: credentials])
            let stored = try #require(try accounts.credentials(of: person.id))
            #expect(stored == credentials)
            #expect(try stored.oneTimePassword(of: person.id, keys: keys) == secret)
            #expect(throws: (any Error).self) { try stored.oneTimePassword(of: ID(UUID()), keys: keys) }
            #expect(try accounts.use(step: 100, of: person.id))
            #expect(try !accounts.use(step: 100, of: person.id))
            #expect(try !accounts.use(step: 99, of: person.id))
            #expect(try accounts.use(step: 101, of: person.id))
            let sealed: Data = try #require(try db.row("SELECT totp_sealed FROM account"))["totp_sealed"]
            #expect(sealed.range(of: secret.secret) == nil)
        }
    }

    @Test(arguments: TestDatabase.available)
    func `colleagues are found by office and name, riders never`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let office = ID<OfficeEntity>(UUID())
        let now = Date.saturdayMorning
        try await database.write { db in
            try AccountStore(db).insert([.riderXu, .officerLi])
            try GrantStore(db).insert([
                DatedGrant(
                    id: UUID(), account: Person.officerLi.id, grant: Grant(role: .officer, office: office),
                    from: now, until: now + 60, reason: "trial")
            ])
        }
        try await database.read { db in
            let colleagues = ColleagueStore(db)
            #expect(try colleagues.officers(of: office, at: now).map(\.name) == ["李娜"])
            #expect(try colleagues.officers(of: office, at: now + 60).isEmpty)
            #expect(try colleagues.officers(of: ID(UUID()), at: now).isEmpty)
            let names = try colleagues.names(of: [Person.riderXu.id, Person.officerLi.id])
            #expect(names == [Person.officerLi.id: "李娜"])
            #expect(try colleagues.names(of: []).isEmpty)
        }
    }
}

struct AccountTests {
    @Test func `who is suspended can be let in again, and only who is suspended`() throws {
        var person = Person.officerLi
        #expect(throws: AccountError.notSuspended) { try person.reopen() }
        try person.suspend()
        #expect(throws: AccountError.notActive) { try person.suspend() }
        try person.reopen()
        #expect(person.state == .active)
    }

    @Test func `a profile without control characters and of bearable length is taken`() {
        #expect(Profile(name: "徐师傅 👨‍👩‍👧", company: "A&B <c>").problems.isEmpty)
        let bad = Profile(name: "a\u{202E}b", company: String(repeating: "长", count: 41), site: "x\u{0}")
        #expect(bad.problems.map(\.field) == ["name", "company", "site"])
        #expect(bad.problems.map(\.name) == ["bad-characters", "too-long", "bad-characters"])
    }

    @Test func `a grant has a beginning before its end, and a place where its role needs one`() {
        let now = Date.saturdayMorning
        func grant(_ role: Role, _ territory: TerritoryPath?, until: Date? = nil) -> DatedGrant {
            DatedGrant(
                id: UUID(), account: Person.officerLi.id, grant: Grant(role: role, territory: territory), from: now,
                until: until, reason: "trial")
        }
        let path = TerritoryPath(rawValue: "/21/")
        #expect(throws: Never.self) { try grant(.officer, path).check() }
        #expect(throws: Never.self) { try grant(.administrator, nil).check() }
        #expect(throws: AccountError.missingPlace(role: "officer")) { try grant(.officer, nil).check() }
        #expect(throws: AccountError.badPeriod) { try grant(.officer, path, until: now).check() }
        let day = 86_400.0
        #expect(throws: Never.self) { try grant(.officer, path, until: now + 366 * day).check() }
        #expect(throws: AccountError.tooLong(days: 366)) { try grant(.officer, path, until: now + 367 * day).check() }
    }

    @Test func `standing in for somebody has an end within a month`() {
        let now = Date.saturdayMorning
        func standIn(until: Date?) -> DatedGrant {
            let path = TerritoryPath(rawValue: "/21/")
            let grant = Grant(role: .officer, territory: path, actingFor: Person.riderXu.id)
            return DatedGrant(
                id: UUID(), account: Person.officerLi.id, grant: grant, from: now, until: until, reason: "leave")
        }
        #expect(throws: Never.self) { try standIn(until: now + 31 * 86_400).check() }
        #expect(throws: AccountError.tooLong(days: 31)) { try standIn(until: now + 32 * 86_400).check() }
        #expect(throws: AccountError.tooLong(days: 31)) { try standIn(until: nil).check() }
    }

    @Test(arguments: TestDatabase.available)
    func `a grant is the same before and after storing`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let whole = Grant(
            role: .supervisor, territory: TerritoryPath(rawValue: "/21/"),
            sector: SectorPath(rawValue: "/market/food/"),
            office: ID(UUID()), organisation: ID(UUID()), actingFor: Person.officerLi.id)
        let bare = Grant(role: .everyone)
        let stored = try await database.write { db in
            try AccountStore(db).insert([.officerLi])
            try GrantStore(db).insert(
                [whole, bare].map {
                    DatedGrant(
                        id: UUID(), account: Person.officerLi.id, grant: $0, from: .saturdayMorning, reason: "trial")
                })
            return try GrantStore(db).current(of: Person.officerLi.id, at: .saturdayMorning)
        }
        #expect(Set(stored) == [whole, bare])
    }
}
