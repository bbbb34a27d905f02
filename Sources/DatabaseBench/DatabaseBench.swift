import Foundation
import Kernel
import PostgresBackend
import SQLiteBackend
import Storage

/// How many single-row reads and writes a second go through the product's own storage, for `scripts/bench`, which compares
/// them with what the database's own tools do.
///
///     database-bench ADDRESS-OR-FILE CLIENTS SECONDS
///
/// It prints `read N` and `write N`, in one second each.
@main
struct DatabaseBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let clients = Int(arguments[2]), let seconds = Double(arguments[3]) else {
            print("usage: database-bench ADDRESS-OR-FILE CLIENTS SECONDS")
            exit(64)
        }
        let place = arguments[1]
        let database: any Database =
            place.hasPrefix("postgres")
            ? PostgresDatabase(try PostgresAddress(place), connections: clients) : try SQLiteDatabase(path: place)
        try await prepare(database)
        let bench = Bench(database: database, clients: clients, seconds: seconds)
        print("read \(try await bench.rate { _, chance in try await Self.read(database, chance) })")
        print("write \(try await bench.rate { number, chance in try await Self.write(database, number, chance) })")
    }

    static let rows = 100_000

    private static func prepare(_ database: any Database) async throws {
        try await database.write { db in
            try db.execute("CREATE TABLE IF NOT EXISTS bench (id BIGINT PRIMARY KEY, words TEXT NOT NULL)")
            try db.execute("CREATE TABLE IF NOT EXISTS bench_write (id \(.uuid) PRIMARY KEY, words TEXT NOT NULL)")
        }
        let count = try await database.read { db in try db.value("SELECT COUNT(*) FROM bench", as: Int.self) }
        for start in stride(from: count, to: rows, by: 1000) {
            try await database.write { db in
                let values: [SQL] = (start..<start + 1000).map { "(\($0), \("row \($0)"))" }
                try db.execute("INSERT INTO bench (id, words) VALUES \(values.joined(by: ", "))")
            }
        }
    }

    private static func read(_ database: any Database, _ chance: UInt64) async throws {
        let id = Int(chance % UInt64(rows))
        _ = try await database.rows("SELECT id, words FROM bench WHERE id = \(id)").first?[1] as String?
    }

    private static func write(_ database: any Database, _ number: Int, _ chance: UInt64) async throws {
        let id = UUID(high: chance, low: UInt64(number))
        try await database.execute(
            "INSERT INTO bench_write (id, words) VALUES (\(id), \("one row of the benchmark"))")
    }
}

/// Some clients that do the same again and again for a while.
private struct Bench {
    let database: any Database
    let clients: Int
    let seconds: Double

    func rate(_ work: @escaping @Sendable (Int, UInt64) async throws -> Void) async throws -> Int {
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<clients {
                group.addTask {
                    var done = 0
                    while ContinuousClock.now < end {
                        try await work(done, UInt64.random(in: 0 ... .max))
                        done += 1
                    }
                    return done
                }
            }
            return try await group.reduce(0, +)
        }
        return Int(Double(count) / ((ContinuousClock.now - start) / .seconds(1)))
    }
}
