import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// What a statement does, on every database.
struct StatementTests {
    @Test(arguments: TestDatabase.available)
    func `text from a form can't become part of a statement`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let hostile = "x'); DELETE FROM place; --"
        let (names, found) = try await database.write { db in
            try db.execute("INSERT INTO place (code, name) VALUES ('1', \(hostile)), ('2', 'other')")
            return (
                try db.rows("SELECT name FROM place ORDER BY code").map { try $0["name"] as String },
                try db.rows("SELECT code FROM place WHERE name = \("' OR '1'='1")").count
            )
        }
        #expect(names == [hostile, "other"])
        #expect(found == 0)
    }

    @Test(arguments: TestDatabase.available)
    func `an empty list holds nothing, and a list holds what is in it`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let (none, notNone, some) = try await database.write { db in
            try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a'), ('2', 'b'), ('3', 'c')")
            let empty: [String] = []
            return (
                try db.rows("SELECT code FROM place WHERE code IN (\(each: empty))").count,
                try db.rows("SELECT code FROM place WHERE NOT (code IN (\(each: empty)))").count,
                try db.rows("SELECT code FROM place WHERE code IN (\(each: ["3", "1", "9"])) ORDER BY code").map {
                    try $0["code"] as String
                }
            )
        }
        #expect(none == 0)
        // Nor does its opposite hold: `NOT IN ()` must not be read as "everything".
        #expect(notNone == 0)
        #expect(some == ["1", "3"])
    }

    @Test(arguments: TestDatabase.available)
    func `no conditions pick every row, and any of none picks no row`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let counts = try await database.write { db in
            try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a'), ('2', 'b')")
            return try [[SQL]().all, [SQL]().any].map { condition in
                try db.value("SELECT COUNT(*) FROM place WHERE \(condition)", as: Int.self)
            }
        }
        #expect(counts == [2, 0])
    }

    @Test(
        arguments: TestDatabase.available,
        [
            ("/3301/", ["/3301/", "/3301/330102/", "/3301/zz/"]),
            ("/33", ["/3301/", "/3301/330102/", "/3301/zz/", "/33010/"]),
            ("", names), ("100%", ["100% sure"]), ("a_b", ["a_b"]), ("a\\", ["a\\b"]), ("电", ["电梯", "电𠮷"]),
            ("电𠮷", ["电𠮷"]),
            ("/3301/x", []), ("A", ["A"]),
        ])
    func `what starts with a text starts with just that`(
        on kind: TestDatabase, example: (prefix: String, found: [String])
    ) async throws {
        let found = try await names(on: kind) { .starts("name", with: example.prefix) }
        #expect(found == example.found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test(
        arguments: TestDatabase.available,
        [
            ("%", ["100% sure"]), ("_", ["a_b"]), ("\\", ["a\\b"]), ("0%", ["100% sure"]), ("%%", []), ("梯", ["电梯"]),
            ("𠮷", ["电𠮷"]), ("A", ["100% sure"].filter { $0.contains("a") } + ["A", "a_b", "a\\b", "axb"]),
            ("SURE", ["100% sure"]),
            ("'", ["it's"]), ("zz", ["/3301/zz/"]), ("nowhere", []), ("", names),
        ])
    func `what contains a text contains just that, in small or capital letters`(
        on kind: TestDatabase, example: (text: String, found: [String])
    ) async throws {
        let found = try await names(on: kind) { .contains("name", example.text) }
        #expect(found == example.found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    @Test(arguments: TestDatabase.available)
    func `a statement says how many rows it changed`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let changed = try await database.write { db in
            [
                try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a'), ('2', 'b'), ('3', 'c')"),
                try db.execute("UPDATE place SET name = 'd' WHERE code > '1'"),
                try db.execute("UPDATE place SET name = 'd' WHERE code = '9'"),
                try db.execute("INSERT INTO place (code, name) VALUES ('1', 'x') ON CONFLICT DO NOTHING"),
                try db.execute("DELETE FROM place"),
            ]
        }
        #expect(changed == [3, 2, 0, 0, 3])
    }

    @Test(arguments: TestDatabase.available)
    func `an insert can give back what the database made of it`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let given = try await database.write { db in
            try db.execute("CREATE TABLE counted (number \(.serial), word TEXT NOT NULL) \(.strict)")
            return try ["a", "b"].map { word in
                try db.value("INSERT INTO counted (word) VALUES (\(word)) RETURNING number", as: Int.self)
            }
        }
        #expect(given == [1, 2])
    }
}

private let names = [
    "/3301/", "/3301/330102/", "/3301/zz/", "/33010/", "100% sure", "A", "a_b", "a\\b", "axb", "it's", "电梯", "电𠮷",
]

private func names(on kind: TestDatabase, where condition: @escaping @Sendable () -> SQL) async throws -> [String] {
    let database = try await kind.open()
    return try await database.write { db in
        try db.execute("CREATE TABLE named (name \(.code) NOT NULL) \(.strict)")
        for name in names {
            try db.execute("INSERT INTO named (name) VALUES (\(name))")
        }
        return try db.rows("SELECT name FROM named WHERE \(condition()) ORDER BY name").map { try $0["name"] }
    }
}

extension Migration {
    /// Two tables that know each other, as every schema has.
    static let places = Migration(
        "places-1-create",
        """
        CREATE TABLE place (
            code  TEXT PRIMARY KEY,
            name  TEXT NOT NULL CHECK (LENGTH(name) > 0),
            count \(.integer) NOT NULL DEFAULT 0 CHECK (count >= 0)
        ) \(.strict)
        """,
        """
        CREATE TABLE visit (
            id    \(.uuid) PRIMARY KEY,
            place TEXT NOT NULL REFERENCES place (code)
        ) \(.strict)
        """
    )
}
