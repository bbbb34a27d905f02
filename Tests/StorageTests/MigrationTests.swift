import Foundation
import Kernel
import Storage
import Synchronization
import TestSupport
import Testing

struct MigrationTests {
    private static let first = Migration("places-1-create", "CREATE TABLE place (code TEXT PRIMARY KEY) \(.strict)")
    private static let second = Migration(
        "places-2-name", "ALTER TABLE place ADD COLUMN name TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX place_by_name ON place (name)")

    @Test(arguments: TestDatabase.available)
    func `a schema goes forward step by step, and each step once`(on kind: TestDatabase) async throws {
        let database = try await kind.open()
        #expect(try await database.migrate([Self.first]) == ["places-1-create"])
        try await database.write { db in try db.execute("INSERT INTO place (code) VALUES ('1')") }
        #expect(try await database.migrate([Self.first, Self.second]) == ["places-2-name"])
        #expect(try await database.migrate([Self.first, Self.second]).isEmpty)
        #expect(try await database.read { db in try db.value("SELECT name FROM place", as: String.self) } == "")
    }

    @Test(arguments: TestDatabase.available)
    func `a step that was edited after it was taken is refused`(on kind: TestDatabase) async throws {
        let database = try await kind.open([Self.first])
        let edited = Migration("places-1-create", "CREATE TABLE place (code TEXT PRIMARY KEY, more TEXT) \(.strict)")
        await #expect(throws: MigrationError.edited("places-1-create")) {
            try await database.migrate([edited, Self.second])
        }
        #expect(try await database.migrate([Self.first, Self.second]) == ["places-2-name"], "nothing was taken before")
    }

    @Test(arguments: TestDatabase.available)
    func `a database from which a newer version took something away is refused`(on kind: TestDatabase) async throws {
        let contracted = Migration(
            "places-3-short", phase: .contract, "DROP INDEX place_by_name", "ALTER TABLE place DROP COLUMN name")
        let database = try await kind.open([Self.first, Self.second, contracted])
        await #expect(throws: MigrationError.unknown("places-3-short")) {
            try await database.migrate([Self.first, Self.second])
        }
        #expect(try await database.migrate([Self.first, Self.second, contracted]).isEmpty)
    }

    /// A rolling upgrade: a node of the version before works all the while, and can even be started again afterwards.
    @Test(arguments: TestDatabase.available)
    func `the version before goes on working while a newer one adds something, and after`(
        on kind: TestDatabase
    ) async throws {
        let database = try await kind.open([Self.first])
        try await withThrowingTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    for number in 0..<40 {
                        let code = "\(writer)/\(number)"
                        try await database.write { db in try db.execute("INSERT INTO place (code) VALUES (\(code))") }
                        let found = try await database.read { db in
                            try db.rows("SELECT code FROM place WHERE code = \(code)").count
                        }
                        #expect(found == 1)
                    }
                }
            }
            group.addTask { _ = try await database.migrate([Self.first, Self.second]) }
            try await group.waitForAll()
        }
        #expect(try await database.migrate([Self.first]).isEmpty)
        try await database.write { db in try db.execute("INSERT INTO place (code) VALUES ('old')") }
        let (all, named) = try await database.read { db in
            (try db.rows("SELECT code FROM place").count, try db.rows("SELECT code FROM place WHERE name = ''").count)
        }
        #expect(all == 161 && named == 161)
    }

    @Test(arguments: TestDatabase.available)
    func `a step that fails leaves nothing half done, and can be taken when it is mended`(
        on kind: TestDatabase
    ) async throws {
        let database = try await kind.open([Self.first])
        let broken = Migration(
            "places-2-name", "CREATE TABLE half (a TEXT) \(.strict)", "INSERT INTO place (code) VALUES ('1'), ('1')")
        await #expect(throws: StorageError.self) {
            try await database.migrate([
                Self.first, Migration("other-1", "CREATE TABLE other (a TEXT) \(.strict)"), broken,
            ])
        }
        for table in ["half", "other"] {
            await #expect(throws: StorageError.self) {
                try await database.read { db in try db.rows("SELECT a FROM \(identifier: table)") }
            }
        }
        #expect(try await database.read { db in try db.rows("SELECT code FROM place").isEmpty })
        #expect(try await database.migrate([Self.first, Self.second]) == ["places-2-name"])
    }

    @Test(arguments: TestDatabase.available)
    func `two servers that start at once take each step once`(on kind: TestDatabase) async throws {
        let database = try await kind.open()
        let taken = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<6 {
                group.addTask { try await database.migrate([Self.first, Self.second]) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken == ["places-1-create", "places-2-name"])
    }

    private static func marked(
        _ work: @escaping @Sendable (any Transaction, Migration.Preparation.Pass) throws -> Int
    )
        -> Migration
    {
        Migration(
            "places-3-marked", phase: .contract, after: .init(locking: "place", work: work), "DROP INDEX place_by_name")
    }

    @Test(arguments: TestDatabase.available)
    func `old rows are worked through in batches before a step, and once more in its own transaction`(
        on kind: TestDatabase
    ) async throws {
        let database = try await kind.open([Self.first, Self.second])
        try await database.write { db in
            for number in 1...1200 { try db.execute("INSERT INTO place (code) VALUES (\("\(10_000 + number)"))") }
        }
        let passes = Passes()
        let step = Self.marked { db, pass in
            passes.add(pass)
            guard case .batch(let size) = pass else { return 0 }
            return try db.execute(
                """
                UPDATE place SET name = 'x' WHERE code IN (
                    SELECT code FROM place WHERE name = '' ORDER BY code LIMIT \(size))
                """)
        }
        #expect(try await database.migrate([Self.first, Self.second, step]) == ["places-3-marked"])
        #expect(passes.all.last == .last && passes.all.dropLast().allSatisfy { $0 == .batch(500) })
        #expect(passes.all.count == 5, "500, 500, 200, none, last")
        let left = try await database.read { db in
            try db.value("SELECT COUNT(*) FROM place WHERE name = ''", as: Int.self)
        }
        #expect(left == 0)
        #expect(try await database.migrate([Self.first, Self.second, step]).isEmpty)
        #expect(passes.all.count == 5)
    }

    @Test(arguments: TestDatabase.available)
    func `batches that are done stay when a later one fails, and the step isn't taken`(
        on kind: TestDatabase
    ) async throws {
        let database = try await kind.open([Self.first, Self.second])
        try await database.write { db in try db.execute("INSERT INTO place (code) VALUES ('1'), ('2')") }
        let broken = Self.marked { db, _ in
            let done = try db.execute(
                "UPDATE place SET name = 'x' WHERE code = (SELECT MIN(code) FROM place WHERE name = '')")
            guard try db.row("SELECT code FROM place WHERE name = ''") != nil else { throw StorageError.full }
            return done
        }
        await #expect(throws: StorageError.full) { try await database.migrate([Self.first, Self.second, broken]) }
        let names: [String] = try await database.read { db in
            try db.rows("SELECT name FROM place ORDER BY code").map { try $0[0] }
        }
        #expect(names == ["x", ""])
        #expect(try await database.migrate([Self.first, Self.second]).isEmpty, "the version before starts")
    }

    @Test func `a digest tells of every edit, also of a value and of one database's spelling`() {
        let digests = [
            Migration("a", "CREATE TABLE t (a TEXT)"), Migration("a", "CREATE TABLE t (b TEXT)"),
            Migration("a", "CREATE TABLE t (a TEXT) \(.strict)"), Migration("a", "INSERT INTO t VALUES (\(1))"),
            Migration("a", "INSERT INTO t VALUES (\(2))"), Migration("a", "INSERT INTO t VALUES (\("1"))"),
            Migration("a", "CREATE TABLE t (a \(.uuid))"), Migration("a", "CREATE TABLE t (a \(.bytes))"),
        ].map(\.digest)
        #expect(Set(digests).count == digests.count)
        #expect(Migration("b", "CREATE TABLE t (a TEXT)").digest == digests[0])
    }

    /// Databases out there have digests in them: how they are reckoned can't change.
    @Test func `a digest is the same for good`() {
        #expect(Self.first.digest == "5701d65da243eba8")
        #expect(Self.second.digest == "d1c71a25b39a6079")
    }
}

private final class Passes: Sendable {
    private let passes = Mutex<[Migration.Preparation.Pass]>([])
    var all: [Migration.Preparation.Pass] { passes.withLock(\.self) }
    func add(_ pass: Migration.Preparation.Pass) { passes.withLock { $0.append(pass) } }
}
