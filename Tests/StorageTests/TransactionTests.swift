import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// All of a piece of work happens, or none of it; and its errors have the same names on every database.
struct TransactionTests {
    private struct Stopped: Error {}

    @Test(arguments: TestDatabase.available)
    func `work that throws leaves nothing behind`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        await #expect(throws: Stopped.self) {
            try await database.write { db in
                try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')")
                try db.execute("CREATE TABLE half (a TEXT) \(.strict)")
                throw Stopped()
            }
        }
        #expect(try await count(in: database) == 0)
        await #expect(throws: StorageError.self) { try await database.read { db in try db.rows("SELECT a FROM half") } }
    }

    @Test(arguments: TestDatabase.available)
    func `a statement that fails takes the work before it along`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        await #expect(throws: StorageError.self) {
            try await database.write { db in
                try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')")
                try db.execute("INSERT INTO place (code, name) VALUES ('2', 'b'), ('1', 'c')")
            }
        }
        #expect(try await count(in: database) == 0)
    }

    @Test(arguments: TestDatabase.available)
    func `an error says which kind of rule was broken`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')") }

        #expect(await error(of: "INSERT INTO place (code, name) VALUES ('1', 'b')", in: database) == "unique")
        #expect(
            await error(of: "INSERT INTO visit (id, place) VALUES (\(UUID(high: 1, low: 1)), '9')", in: database)
                == "foreign key")
        #expect(await error(of: "INSERT INTO place (code, name) VALUES ('2', '')", in: database) == "check")
        #expect(await error(of: "UPDATE place SET count = count - 1", in: database) == "check")
        #expect(await error(of: "INSERT INTO place (code) VALUES ('2')", in: database) == "other")
        #expect(await error(of: "INSERT INTO nowhere VALUES (1)", in: database) == "other")
        #expect(await error(of: "SELEKT 1", in: database) == "other")
        #expect(
            await error(of: "INSERT INTO place (code, name, count) VALUES ('2', 'b', 'many')", in: database) == "other")
        #expect(await error(of: "INSERT INTO place (code, name) VALUES ('2', 'b')", in: database) == "none")
    }

    @Test(arguments: TestDatabase.available)
    func `what is referred to can't be deleted`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        try await database.write { db in
            try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')")
            try db.execute("INSERT INTO visit (id, place) VALUES (\(UUID(high: 1, low: 1)), '1')")
        }
        #expect(await error(of: "DELETE FROM place", in: database) == "foreign key")
    }

    @Test(arguments: TestDatabase.available)
    func `an error tells no values, so that it may be logged`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let secret = "13800138000"
        try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES (\(secret), 'a')") }
        let error = await #expect(throws: StorageError.self) {
            try await database.write { db in
                try db.execute("INSERT INTO place (code, name) VALUES (\(secret), 'b')")
            }
        }
        #expect(!"\(try #require(error))".contains(secret))
    }

    @Test(arguments: TestDatabase.available)
    func `a reader can't write`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        await #expect(throws: StorageError.self) {
            try await database.read { db in
                _ = try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')")
            }
        }
        #expect(try await count(in: database) == 0)
    }

    @Test(arguments: TestDatabase.available)
    func `work sees what it did itself`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let seen = try await database.write { db in
            try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')")
            return try db.value("SELECT COUNT(*) FROM place", as: Int.self)
        }
        #expect(seen == 1)
    }

    @Test(arguments: TestDatabase.available)
    func `a reader sees what is committed, and nothing before`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let door = Door()
        let writing = Task {
            try await database.write { db in
                try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')")
                door.stayInside()
            }
        }
        await door.somebodyIsInside()
        #expect(try await count(in: database) == 0)
        door.open()
        try await writing.value
        #expect(try await count(in: database) == 1)
    }

    @Test(arguments: TestDatabase.available)
    func `a reader keeps its view while others write`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let door = Door()
        let reading = Task {
            try await database.read { db in
                let before = try db.value("SELECT COUNT(*) FROM place", as: Int.self)
                door.stayInside()
                return (before, try db.value("SELECT COUNT(*) FROM place", as: Int.self))
            }
        }
        await door.somebodyIsInside()
        try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')") }
        door.open()
        let seen = try await reading.value
        #expect(seen == (0, 0))
        #expect(try await count(in: database) == 1)
    }
}

private func count(in database: any Database) async throws -> Int {
    try await database.read { db in try db.value("SELECT COUNT(*) FROM place") }
}

/// The kind of error in a word.
private func error(of statement: SQL, in database: any Database) async -> String {
    do {
        try await database.write { db in try db.execute(statement) }
        return "none"
    } catch StorageError.uniqueViolation {
        return "unique"
    } catch StorageError.foreignKeyViolation {
        return "foreign key"
    } catch StorageError.checkViolation {
        return "check"
    } catch StorageError.other {
        return "other"
    } catch {
        return "\(error)"
    }
}
