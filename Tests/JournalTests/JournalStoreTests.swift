import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing

struct JournalStoreTests {
    @Test(arguments: TestDatabase.available)
    func `an entry is kept as it was written down`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        let subject = UUID(high: 7, low: 7)
        let later = Date(milliseconds: Date.saturdayMorning.milliseconds + 1)
        let mei = ID<Account>(UUID(high: 1, low: 1))
        try await database.write { db in
            let journal = JournalStore(db)
            try journal.append(
                "case.step", subject: subject, by: mei, at: .saturdayMorning,
                data: Step(step: "close", reason: "已处理 𠮷 \"ok\" </script>", times: 2))
            try journal.append(
                "case.overdue", subject: subject, by: nil, at: later, data: [String]())
        }
        let entries = try await database.read { db in try JournalStore(db).allEntries(limit: 10) }
        #expect(entries.map(\.sequence) == [1, 2])
        #expect(entries.map(\.kind) == ["case.step", "case.overdue"])
        #expect(entries.map(\.actor) == [mei, nil])
        #expect(entries.map(\.subject) == [subject, subject])
        #expect(entries.map(\.at) == [.saturdayMorning, later])
        let step = try entries[0].decoded(as: Step.self)
        #expect(step == Step(step: "close", reason: "已处理 𠮷 \"ok\" </script>", times: 2))
    }

    @Test(arguments: TestDatabase.available)
    func `entries come in the order in which they were written`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        for number in 1...9 {
            try await database.write { db in try JournalStore(db).note(number) }
        }
        // On a server that others use, entries are handed out once no older transaction is open.
        while try await database.read({ try JournalStore($0).entries(after: .start, limit: 9).count }) < 9 {
            try await Task.sleep(for: .milliseconds(20))
        }
        try await database.read { db throws in
            let journal = JournalStore(db)
            #expect(try journal.allEntries(limit: 4).map(\.number) == [1, 2, 3, 4])
            let entries = try journal.allEntries(limit: 100)
            #expect(try journal.entries(after: entries[3].position, limit: 100).map(\.number) == [5, 6, 7, 8, 9])
            #expect(try journal.entries(after: entries[8].position, limit: 100).isEmpty)
            #expect(try journal.entries(after: .start, limit: 0).isEmpty)
        }
    }

    @Test(arguments: TestDatabase.available)
    func `what happened to one thing is told without the rest`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        let told = try await database.write { db in
            let journal = JournalStore(db)
            for number in 1...6 { try journal.note(number, about: UUID(high: UInt64(number % 2), low: 0)) }
            return try journal.entries(about: UUID(high: 1, low: 0)).map(\.number)
        }
        #expect(told == [1, 3, 5])
    }

    @Test(arguments: TestDatabase.available)
    func `an entry goes with the work that it tells of`(on kind: TestDatabase) async throws {
        struct Stopped: Error {}
        let database = try await kind.open(JournalSchema.migrations)
        await #expect(throws: Stopped.self) {
            try await database.write { db in
                try JournalStore(db).note(1)
                throw Stopped()
            }
        }
        #expect(try await database.read { db in try JournalStore(db).allEntries(limit: 9).isEmpty })
    }

    @Test(.enabled(if: TestDatabase.chosen == .postgres))
    func `a journal from another cluster keeps its order and its consumers their places`() async throws {
        let database = try await TestDatabase.chosen.open(JournalSchema.migrations)
        for number in 1...6 { try await database.write { db in try JournalStore(db).note(number) } }
        // There, many more transactions had been; the fifth entry was kept before the fourth.
        try await database.write { db in
            let far = 1 << 50
            for (number, xact) in [(1, 1), (2, 2), (3, 3), (4, 5), (5, 4), (6, 6)] {
                try db.execute("UPDATE journal_entry SET xact = \(far + xact) WHERE sequence = \(number)")
            }
            try JournalStore(db).moveCursor(of: "notices", to: JournalPosition(transaction: far + 3, sequence: 3))
        }
        #expect(try await database.write { db in try JournalStore(db).adopt() })
        #expect(try await database.write { db in try !JournalStore(db).adopt() }, "once is enough")
        try await database.write { db in try JournalStore(db).note(7) }
        func numbers(after consumer: String) async throws -> [Int] {
            try await database.read { db in
                let journal = JournalStore(db)
                return try journal.entries(after: journal.cursor(of: consumer), limit: 9).compactMap(\.number)
            }
        }
        while try await numbers(after: "notices").count < 4 { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await numbers(after: "notices") == [5, 4, 6, 7])
        #expect(try await numbers(after: "nobody as yet") == [1, 2, 3, 5, 4, 6, 7])
    }

    @Test(arguments: TestDatabase.available)
    func `each consumer has a place of its own`(on kind: TestDatabase) async throws {
        let database = try await kind.open(JournalSchema.migrations)
        try await database.write { db in
            let journal = JournalStore(db)
            #expect(try journal.cursor(of: "notices") == .start)
            try journal.moveCursor(of: "notices", to: JournalPosition(transaction: 7, sequence: 3))
            try journal.moveCursor(of: "figures", to: JournalPosition(transaction: 0, sequence: 1))
            try journal.moveCursor(of: "notices", to: JournalPosition(transaction: 8, sequence: 2))
            #expect(try journal.cursor(of: "notices") == JournalPosition(transaction: 8, sequence: 2))
            #expect(try journal.cursor(of: "figures") == JournalPosition(transaction: 0, sequence: 1))
        }
    }
}

private struct Step: Codable, Equatable {
    let step: String
    let reason: String
    let times: Int
}
