import Foundation
import Kernel
import Storage
import TestSupport
import Testing

@testable import People

struct BudgetTests {
    private let keys: PeopleKeys
    private let start = Date.saturdayMorning

    init() throws {
        keys = try PeopleKeys(serverKey: Data(repeating: 7, count: 32))
    }

    @Test func `a budget is used up, and full again when its window is over`() {
        let spending = Spending(Budget("test", 2, per: 60), of: "somebody", keys: keys)
        var spent: Spent?
        #expect(spending.wait(spent, at: start) == nil)
        spent = spending.drawn(spent, at: start)
        spent = spending.drawn(spent, at: start + 10)
        #expect(spending.wait(spent, at: start + 20) == 40)
        #expect(spending.wait(spent, at: start + 59.5) == 1)
        #expect(spending.wait(spent, at: start + 60) == nil)
        #expect(spending.drawn(spent, at: start + 60) == Spent(count: 1, endsAt: start + 120))
    }

    @Test func `a clock that was years ahead locks nobody out`() {
        let spending = Spending(Budget("test", 1, per: 60), of: "somebody", keys: keys)
        let spent = spending.drawn(nil, at: start + 10 * 366 * 86_400)
        #expect(spending.wait(spent, at: start) == nil)
    }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"), ("", ""),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8::6", "2001:db8:0:0::/64"), ("::1", "0:0:0:0::/64"),
        ("fe80::1%eth0", "fe80:0:0:0::/64"),
    ])
    func `an address counts as the network that its owner has`(_ address: String, _ subject: String) {
        #expect(limitSubject(ofAddress: address) == subject)
    }

    @Test(arguments: TestDatabase.available)
    func `counts are kept, and nothing in them can be read`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let spending = Spending(Budget("test", 2, per: 60), of: "13812345678", keys: keys)
        let waits = try await database.write { [start] db in
            try (0..<4).map { try AttemptStore(db).draw([spending], at: start + Double($0)) }
        }
        #expect(waits == [nil, nil, 58, 57])
        let rows = try await database.read { db in try db.rows("SELECT key FROM attempt") }
        let key: Data = try #require(rows.first)["key"]
        #expect(rows.count == 1)
        #expect(key.count == 32)
        #expect(!String(decoding: key, as: UTF8.self).contains("138"))
    }

    @Test(arguments: TestDatabase.available)
    func `who is stopped by the limit of a number uses up nothing of the address`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let phone = Spending(Budget("phone", 1, per: 60), of: "13812345678", keys: keys)
        let other = Spending(Budget("phone", 1, per: 60), of: "13912345678", keys: keys)
        let address = Spending(Budget("address", 2, per: 60), of: "203.0.113.7", keys: keys)
        let waits = try await database.write { [start] db in
            let attempts = AttemptStore(db)
            return try [
                attempts.draw([phone, address], at: start), attempts.draw([phone, address], at: start),
                attempts.draw([phone, address], at: start), attempts.draw([other, address], at: start),
            ]
        }
        #expect(waits == [nil, 60, 60, nil])
    }

    @Test(arguments: TestDatabase.available)
    func `ended windows are cleared away`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(PeopleSchema.migrations)
        let spending = Spending(Budget("test", 2, per: 60), of: "somebody", keys: keys)
        let left = try await database.write { [start] db in
            let attempts = AttemptStore(db)
            _ = try attempts.draw([spending], at: start)
            try attempts.removeEnded(before: start + 59)
            let before: Int = try db.value("SELECT COUNT(*) FROM attempt")
            try attempts.removeEnded(before: start + 60)
            return try [before, db.value("SELECT COUNT(*) FROM attempt")]
        }
        #expect(left == [1, 0])
    }
}
