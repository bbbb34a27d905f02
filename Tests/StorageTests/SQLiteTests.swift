import Foundation
import SQLiteBackend
import Storage
import TestSupport
import Testing

/// What holds for SQLite only.
struct SQLiteTests {
    @Test func `every acknowledged write is synced to the disk`() async throws {
        let database = try open()
        // 2 is FULL; the log's own setting, NORMAL, loses the last writes in a power cut.
        #expect(try await database.setting("synchronous") == "2")
        #expect(try await database.setting("journal_mode") == "wal")
        #expect(try await database.setting("foreign_keys") == "1")
        _ = try await database.migrate([.places])
        try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')") }
        #expect(try await database.setting("synchronous") == "2", "still, after the log is in use")
    }

    @Test func `a database keeps its rows when it is closed and opened again`() async throws {
        let file = try temporaryFolder().appending(path: "a.sqlite").path
        do {
            let database = try SQLiteDatabase(path: file)
            try await database.migrate([.places])
            try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')") }
        }
        let again = try SQLiteDatabase(path: file)
        #expect(try await again.migrate([.places]).isEmpty)
        #expect(try await again.read { db in try db.value("SELECT name FROM place", as: String.self) } == "a")
    }

    /// B is inside its transaction, after A. Were each committed by itself, A would be there by now.
    @Test func `writers who wait together share one commit, and hear of it after it`() async throws {
        let database = try open()
        try await database.migrate([.places])
        let first = Door()
        let last = Door()
        let holder = Task { try await database.write { _ in first.stayInside() } }
        await first.somebodyIsInside()
        let heard = Flag()
        let a = Task.immediate {
            try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('a', 'a')") }
            heard.raise()
        }
        let b = Task.immediate {
            try await database.write { db in
                last.stayInside()
                return try db.value("SELECT COUNT(*) FROM place", as: Int.self)
            }
        }
        first.open()
        await last.somebodyIsInside()
        let seen = try await database.read { db in try db.value("SELECT COUNT(*) FROM place", as: Int.self) }
        #expect(seen == 0)
        #expect(!heard.isRaised)
        last.open()
        #expect(try await b.value == 1)
        try await a.value
        try await holder.value
        #expect(heard.isRaised)
    }

    @Test func `a full disk is said to be full, and harms nobody who found room`() async throws {
        let database = try open()
        try await database.migrate([.places])
        // Some 60 pages of 4 KiB: room for small rows, none for a large one.
        try await database.write { db in try db.execute("PRAGMA max_page_count = 60") }
        let large = String(repeating: "字", count: 200_000)
        let door = Door()
        let holder = Task { try await database.write { _ in door.stayInside() } }
        await door.somebodyIsInside()
        let small = (0..<5).map { number in
            Task.immediate {
                try await database.write { db in
                    try db.execute("INSERT INTO place (code, name) VALUES (\("\(number)"), 'a')")
                }
            }
        }
        let greedy = Task.immediate {
            try await database.write { db in
                try db.execute("INSERT INTO place (code, name) VALUES ('greedy', \(large))")
            }
        }
        door.open()
        try await holder.value
        await #expect(throws: StorageError.full) { _ = try await greedy.value }
        for writer in small { _ = try await writer.value }
        #expect(try await codes(in: database) == ["0", "1", "2", "3", "4"])
    }

    /// `OR ROLLBACK`, a full disk or a failing one can end the transaction of the whole group.
    @Test func `when one writer loses the group's transaction, the others get theirs`() async throws {
        let database = try open()
        try await database.migrate([.places])
        try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('x', 'a')") }
        let door = Door()
        let holder = Task { try await database.write { _ in door.stayInside() } }
        await door.somebodyIsInside()
        let writers = (0..<6).map { number in
            Task.immediate {
                try await database.write { db in
                    let code = number == 3 ? "x" : "\(number)"
                    return try db.execute("INSERT OR ROLLBACK INTO place (code, name) VALUES (\(code), 'a')")
                }
            }
        }
        door.open()
        try await holder.value
        for (number, writer) in writers.enumerated() where number != 3 {
            let changed = try await writer.value
            #expect(changed == 1)
        }
        await #expect(throws: StorageError.self) { _ = try await writers[3].value }
        #expect(try await codes(in: database) == ["0", "1", "2", "4", "5", "x"])
    }

    private func open() throws -> SQLiteDatabase {
        try SQLiteDatabase(path: temporaryFolder().appending(path: "test.sqlite").path)
    }

    private func codes(in database: SQLiteDatabase) async throws -> [String] {
        try await database.read { db in
            try db.rows("SELECT code FROM place ORDER BY code").map { try $0["code"] }
        }
    }
}
