import Access
import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

/// The list of accounts, and the rules of leaves.
struct StaffStoreTests {
    private let now = Date.saturdayMorning

    @Test(arguments: TestDatabase.available)
    func `accounts are found by login, name, role and state, page by page`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let people = (0..<1203).map { index in
            Person(
                id: ID(UUID(high: 0x7000, low: 0x8000_0000_0000_0000 | UInt64(index))),
                door: .login(Login("staff-\(10_000 + index)")!), profile: Profile(name: "员\(index % 7)"),
                state: index % 5 == 0 ? .suspended : .active, createdAt: now)
        }
        let grants = people.enumerated().filter { $0.offset.isMultiple(of: 3) }.map { index, person in
            DatedGrant(
                id: UUID(high: 0x7001, low: 0x8000_0000_0000_0000 | UInt64(index)), account: person.id,
                grant: Grant(role: .officer, territory: TerritoryPath(rawValue: "/210000/")),
                from: now - 10, until: index.isMultiple(of: 2) ? now + 10 : now, reason: "trial")
        }
        try await database.write { db in
            try AccountStore(db).insert(people + [.riderXu])
            try GrantStore(db).insert(grants)
        }
        func all(_ query: StaffQuery) async throws -> [String] {
            var (query, found) = (query, [String]())
            while true {
                let asked = query
                let page = try await database.read { [now] db in try StaffStore(db).page(asked, at: now, limit: 100) }
                found += page.compactMap(\.person.login?.text)
                guard page.count == 100 else { return found }
                query.after = found.last
            }
        }
        var query = StaffQuery()
        #expect(try await all(query) == people.compactMap(\.login?.text))
        query.text = "员3"
        #expect(try await all(query).count == people.count { $0.profile.name == "员3" })
        query.text = "STAFF-1000"
        #expect(try await all(query).count == 10)
        query.text = nil
        query.role = .officer
        #expect(try await all(query).count == grants.count { $0.holds(at: now) })
        query.role = nil
        query.standing = .suspended
        #expect(try await all(query).count == people.count { $0.state == .suspended })
        query.standing = .left
        #expect(try await all(query).isEmpty)
    }

    @Test(arguments: TestDatabase.available)
    func `who ends last among those who give roles stays`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations + PeopleSchema.migrations)
        let ids: [ID<Account>] = (1...3).map { ID(UUID(high: 0x7000, low: 0x8000_0000_0000_0000 | UInt64($0))) }
        try await database.write { [now] db in
            let people = ids.enumerated().map { index, id in
                Person(id: id, door: .login(Login("guard-\(index)")!), createdAt: now)
            }
            try AccountStore(db).insert(people)
            try GrantStore(db).insert(
                zip(ids, [now + 10, now + 10, now]).enumerated().map { index, pair in
                    DatedGrant(
                        id: UUID(high: 0x7001, low: 0x8000_0000_0000_0000 | UInt64(index)), account: pair.0,
                        grant: Grant(role: .security), from: now - 10, until: pair.1, reason: "trial")
                })
        }
        func depart(_ id: ID<Account>) async throws {
            try await database.write { [now] db in
                try StaffActs(db: db, actor: nil, now: now).depart(id, because: "trial", work: .none)
            }
        }
        // Both at once: one of them must stay, whoever comes second.
        let ended = await withTaskGroup(of: Bool.self) { group in
            for id in ids.prefix(2) { group.addTask { (try? await depart(id)) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(ended == 1)
        let left = try await database.read { [now] db in try StaffStore(db).securityAdministrators(at: now) }
        #expect(left == 1)
        try await depart(ids[2])
    }

    @Test func `a stand-in has the absent's own posts, and none longer than the absent`() throws {
        let (absent, other): (ID<Account>, ID<Account>) = (ID(UUID()), ID(UUID()))
        let place = TerritoryPath(rawValue: "/210000/")
        func held(_ role: Role, until: Double, for third: ID<Account>? = nil) -> DatedGrant {
            DatedGrant(
                id: UUID(), account: absent, grant: Grant(role: role, territory: place, actingFor: third),
                from: now - 100, until: now + until, reason: "post")
        }
        let leave = Leave(
            id: ID(UUID()), account: absent, standIn: other, from: now + 1000, until: now + 5000, setBy: nil,
            reason: "leave")
        let ids = (0..<5).map { _ in UUID() }
        let grants = try leave.grants(
            from: [
                held(.officer, until: 9000), held(.supervisor, until: 3000), held(.intake, until: 500),
                held(.officer, until: 9000, for: other), held(.everyone, until: 9000),
            ], ids: ids)
        #expect(grants.map(\.grant.role) == [.officer, .supervisor])
        #expect(grants.map(\.until) == [now + 5000, now + 3000])
        #expect(grants.allSatisfy { $0.account == other && $0.grant.actingFor == absent && $0.from == leave.from })
        #expect(throws: AccountError.nothingToStandIn) {
            try leave.grants(from: [held(.intake, until: 500)], ids: ids)
        }
        let long = Leave(
            id: ID(UUID()), account: absent, standIn: other, from: now, until: now + 32 * 86_400, setBy: nil, reason: ""
        )
        #expect(throws: AccountError.tooLong(days: 31)) {
            try long.grants(from: [held(.officer, until: 9_000_000)], ids: ids)
        }
        #expect(leave.standing(at: now) == .planned && leave.standing(at: now + 1000) == .running)
        #expect(leave.standing(at: now + 5000) == .over)
    }
}
