import Foundation
import Journal
import Kernel
import Logging
import Storage
import TestSupport
import Testing

/// A copy that is late or away costs freshness and nothing else. The copy of these tests is a database of its own, so that
/// the answer tells where it came from.
struct ReadReplicaTests {
    private let clock = TestClock()

    @Test(arguments: TestDatabase.available)
    func `what is read comes from the copy while it is fresh, else from the database itself`(
        on kind: TestDatabase
    ) async throws {
        let (primary, copy) = (try await named("primary", on: kind), try await named("copy", on: kind))
        let replica = ReadReplica(primary: primary, copy: copy, longestLag: 10, now: { clock.now })
        #expect(try await name(in: replica) == "primary", "the copy has never been heard of")
        try await copy.write { db in try HeartbeatStore(db).beat("copies", at: clock.now) }
        #expect(try await name(in: replica) == "copy")
        clock.advance(by: 10)
        #expect(try await name(in: replica) == "copy")
        clock.advance(by: 1)
        #expect(try await name(in: replica) == "primary")
    }

    @Test(arguments: TestDatabase.available)
    func `a copy that is away is no trouble, and a mistake of the reader is his own`(on kind: TestDatabase) async throws
    {
        struct Mistake: Error {}
        let primary = try await named("primary", on: kind)
        let replica = ReadReplica(primary: primary, copy: Away(signals: Signals()))
        #expect(try await name(in: replica) == "primary")
        await #expect(throws: Mistake.self) { try await replica.read { _ in throw Mistake() } }
    }

    @Test(arguments: TestDatabase.available)
    func `the heart beats while it runs`(on kind: TestDatabase) async throws {
        let database = try await named("primary", on: kind)
        let heart = Heart(database, logger: Logger(label: "test"), now: { clock.now })
        let running = Task { try await heart.run() }
        while try await database.read({ try HeartbeatStore($0).last("copies") }) != clock.now { await Task.yield() }
        running.cancel()
        try await running.value
    }

    private func named(_ name: String, on kind: TestDatabase) async throws -> any Database {
        let database = try await kind.open(JournalSchema.migrations)
        try await database.write { db in
            try db.execute("CREATE TABLE self (name TEXT NOT NULL) \(.strict)")
            try db.execute("INSERT INTO self (name) VALUES (\(name))")
        }
        return database
    }

    private func name(in replica: ReadReplica) async throws -> String {
        try await replica.read { db in try db.value("SELECT name FROM self") }
    }
}

private struct Away: Database {
    let signals: Signals

    func read<Value: Sendable>(_ work: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        throw StorageError.unavailable
    }

    func write<Value: Sendable>(_ work: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
        throw StorageError.unavailable
    }
}
