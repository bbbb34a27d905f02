import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing

@testable import Vault

/// The one function that opens a hidden identity: purpose, budget, entry.
struct HiddenIdentityTests {
    private let case1 = UUID(high: 1, low: 1)

    private func look(
        _ database: any Database, _ number: UInt64, by viewer: UInt64 = 9, budget: Int = 3,
        at now: Date = .saturdayMorning
    ) async throws -> String? {
        let look = HiddenIdentity.Look(
            UUID(high: viewer, low: number), at: .reporter, of: case1, for: .handling,
            by: ID(UUID(high: 0, low: viewer)),
            now: now)
        return try await database.write { db in
            try HiddenIdentity(db).open(look, budget: LookBudget(perDay: budget)) { _ in "who" }
        }
    }

    private func journal(_ database: any Database) async throws -> [JournalEntry] {
        try await database.read { db in try JournalStore(db).allEntries(limit: 100) }
    }

    @Test(arguments: TestDatabase.available)
    func `each look is written down, the budget holds for a person and a day, and who asks for more stands there once`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(JournalSchema.migrations + VaultSchema.migrations)
        for number in 1...3 as ClosedRange<UInt64> { #expect(try await look(database, number) == "who") }
        for number in 4...6 as ClosedRange<UInt64> { #expect(try await look(database, number) == nil) }
        var entries = try await journal(database)
        #expect(entries.map(\.kind) == Array(repeating: "reporter.read", count: 3) + ["reporter.read-refused"])
        #expect(entries.allSatisfy { $0.subject == case1 && $0.actor == ID(UUID(high: 0, low: 9)) })
        #expect(entries.allSatisfy { $0.data == Data(#"{"purpose":"handling"}"#.utf8) })
        // Somebody else, and the next day in Shanghai.
        #expect(try await look(database, 1, by: 8) == "who")
        let midnight = (Day(of: .saturdayMorning) + 1).start
        #expect(try await look(database, 7, at: midnight - 0.001) == nil)
        #expect(try await look(database, 8, at: midnight) == "who")
        entries = try await journal(database)
        #expect(entries.count == 6)
    }

    @Test(arguments: TestDatabase.available)
    func `a look that fails isn't counted and leaves no entry`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations + VaultSchema.migrations)
        let look = HiddenIdentity.Look(
            UUID(high: 1, low: 1), at: .reporter, of: case1, for: .review, by: ID(case1), now: .saturdayMorning)
        await #expect(throws: VaultError.tampered) {
            _ = try await database.write { db in
                try HiddenIdentity(db).open(look, budget: LookBudget(perDay: 1)) { _ in throw VaultError.tampered }
            }
        }
        #expect(try await journal(database).isEmpty)
    }

    @Test(arguments: TestDatabase.available)
    func `a page that is loaded again is the same look, for who looked and for as long as that holds`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(JournalSchema.migrations + VaultSchema.migrations)
        func look(_ number: UInt64, by viewer: UInt64 = 9, after seconds: TimeInterval) async throws -> String? {
            let look = HiddenIdentity.Look(
                UUID(high: viewer, low: number), at: .contact, of: case1, for: .handling,
                by: ID(UUID(high: 0, low: viewer)), now: .saturdayMorning + seconds)
            return try await database.write { db in
                try HiddenIdentity(db).open(look, budget: LookBudget(perDay: 1), sameFor: 600) { _ in "who" }
            }
        }
        for (number, seconds) in [(1, 0), (2, 1), (3, 599.9)] as [(UInt64, TimeInterval)] {
            #expect(try await look(number, after: seconds) == "who")
        }
        #expect(try await look(4, by: 8, after: 2) == "who", "somebody else's own look")
        #expect(try await look(5, after: 600) == nil, "another look, and the day's budget is used up")
        let kinds = try await journal(database).map(\.kind)
        #expect(kinds == ["contact.read", "contact.read", "contact.read-refused"])
    }

    /// What is checked and what is written are one transaction.
    @Test(arguments: TestDatabase.available)
    func `looks at the same moment don't exceed the budget together`(_ kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations + VaultSchema.migrations)
        let seen = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<12 as Range<UInt64> {
                group.addTask { try await look(database, number, budget: 5) != nil }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(seen == 5)
        #expect(try await journal(database).count == 6)
    }
}
