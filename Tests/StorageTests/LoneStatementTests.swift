import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// Statements that run by themselves share their way to the database with others, and nothing else.
struct LoneStatementTests {
    @Test(arguments: TestDatabase.available)
    func `look-ups that travel together each get their own rows`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        try await database.write { db in
            for number in 0..<50 {
                try db.execute("INSERT INTO place (code, name, count) VALUES (\("\(number)"), 'a', \(number))")
            }
        }
        let found = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let rows = try await database.rows("SELECT count FROM place WHERE code = \("\(number % 50)")")
                    return try rows.map { try $0[0] as Int } == [number % 50]
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(found.count == 400)
        #expect(!found.contains(false))
    }

    @Test(arguments: TestDatabase.available)
    func `a look-up that fails harms none of those beside it`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let answers = await withTaskGroup(of: String.self) { group in
            for number in 0..<90 {
                group.addTask {
                    do {
                        let rows =
                            switch number % 3 {
                            case 0: try await database.rows("SELECT nothing FROM nowhere")
                            // Known to the server, and wrong only for some of the rows.
                            case 1: try await database.rows("SELECT \(7) / (SELECT COUNT(*) FROM place)")
                            default: try await database.rows("SELECT \(number)")
                            }
                        return rows.count == 1 ? "rows" : "none"
                    } catch {
                        return error is StorageError ? "refused" : "\(error)"
                    }
                }
            }
            return await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
        }
        // SQLite divides by zero without a word.
        #expect(answers == (kind == .sqlite ? ["rows": 60, "refused": 30] : ["rows": 30, "refused": 60]))
    }

    @Test(arguments: TestDatabase.available)
    func `a look-up sees what was kept before it, and changes nothing`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        for number in 1...20 {
            try await database.execute("INSERT INTO place (code, name) VALUES (\("\(number)"), 'a')")
            let rows = try await database.rows("SELECT COUNT(*) FROM place")
            #expect(try rows.first?[0] == number)
        }
        await #expect(throws: StorageError.self) { try await database.rows("DELETE FROM place RETURNING code") }
        #expect(try await database.rows("SELECT code FROM place").count == 20)
    }

    @Test(arguments: TestDatabase.available)
    func `a statement by itself says how many rows it changed, and what was wrong with it`(
        on kind: TestDatabase
    ) async throws {
        let database = try await kind.open([.places])
        try await database.execute("INSERT INTO place (code, name) VALUES ('1', 'a'), ('2', 'b')")
        #expect(try await database.execute("UPDATE place SET count = 1") == 2)
        #expect(try await database.execute("UPDATE place SET count = 1 WHERE code = 'none'") == 0)
        do {
            try await database.execute("INSERT INTO place (code, name) VALUES ('3', 'c'), ('1', 'd')")
            Issue.record("a code can't be there twice")
        } catch StorageError.uniqueViolation {}
        #expect(try await database.rows("SELECT code FROM place").count == 2)
    }

    @Test(arguments: TestDatabase.available)
    func `statements by themselves happen one after another, however many come at once`(
        on kind: TestDatabase
    ) async throws {
        let database = try await kind.open([.places])
        try await database.execute("INSERT INTO place (code, name) VALUES ('1', 'a')")
        try await withThrowingTaskGroup { group in
            for _ in 0..<60 {
                group.addTask {
                    // On PostgreSQL under serializable isolation, all but one of those that meet are done again.
                    try await database.execute("UPDATE place SET count = (SELECT MAX(count) FROM place) + 1")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.rows("SELECT count FROM place").first?[0] == 60)
    }
}
