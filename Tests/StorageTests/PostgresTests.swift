import Foundation
import Kernel
import PostgresBackend
import Storage
import Synchronization
import TestSupport
import Testing

/// What only a database behind a network can meet: sessions that die, servers that are away, other nodes.
@Suite(.enabled(if: TestDatabase.chosen == .postgres))
struct PostgresTests {
    @Test func `sessions that died while idle are noticed by nobody`() async throws {
        let (database, address) = try await open()
        for _ in 0..<3 {
            try await database.write { db in try db.execute("UPDATE place SET count = count + 1") }
            try await endSessions(of: address)
            #expect(try await database.read { db in try db.value("SELECT COUNT(*) FROM place", as: Int.self) } == 1)
            try await endSessions(of: address)
            #expect(try await database.rows("SELECT code FROM place").count == 1)
        }
        #expect(try await count(in: database) == 3)
    }

    @Test func `work whose session dies in the middle is done again, and kept once`() async throws {
        let (database, address) = try await open()
        let tries = Counter()
        let door = Door()
        let work = Task {
            try await database.write { db in
                try db.execute("UPDATE place SET count = count + 1")
                tries.count()
                door.stayInside()
                try db.execute("UPDATE place SET count = count + 1")
            }
        }
        await door.somebodyIsInside()
        try await endSessions(of: address)
        door.open()
        try await work.value
        #expect(tries.value == 2)
        #expect(try await count(in: database) == 2)
    }

    @Test func `when no server is there, work says so in time and nothing hangs`() async throws {
        let database = PostgresDatabase(
            try PostgresAddress("postgres://nobody@127.0.0.1:1/nowhere"), connections: 2, patience: .milliseconds(300))
        await withTaskGroup { group in
            for _ in 0..<6 {
                group.addTask {
                    await #expect(throws: StorageError.self) { try await database.read { _ in 1 } }
                    await #expect(throws: StorageError.unavailable) { try await database.rows("SELECT 1") }
                }
            }
        }
        await #expect(throws: StorageError.unavailable) { try await database.write(alone: "x") { _ in 1 } }
        #expect(await database.leadership(of: "x") == nil)
        #expect(database.census.free == 2, "every turn was given back")
    }

    @Test func `when all sessions are in use for too long, a writer is told that it is busy`() async throws {
        let (_, address) = try await open()
        let database = PostgresDatabase(
            try PostgresAddress(address), connections: 1, patience: .milliseconds(200))
        let door = Door()
        let long = Task {
            try await database.read { db in
                _ = try db.rows("SELECT 1")
                door.stayInside()
            }
        }
        await door.somebodyIsInside()
        await #expect(throws: StorageError.busy) { try await database.write { db in try db.execute("SELECT 1") } }
        door.open()
        try await long.value
        #expect(try await database.read { db in try db.value("SELECT 1", as: Int.self) } == 1)
    }

    @Test func `work that is called off ends at once and leaves nothing`() async throws {
        let (database, address) = try await open()
        let work = Task {
            try await database.write { db in
                try db.execute("UPDATE place SET count = 99")
                _ = try db.rows("SELECT pg_sleep(600)")
            }
        }
        // A call that comes between two statements stops neither.
        try await eventually("the statement runs") {
            try await TestDatabase.server.rows(
                """
                SELECT 1 FROM pg_stat_activity WHERE application_name = \(name(of: address)) AND state = 'active'
                AND wait_event = 'PgSleep'
                """
            ).count == 1
        }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(try await count(in: database) == 0)
    }

    @Test func `a statement that takes too long is stopped`() async throws {
        let (_, address) = try await open()
        // Enough for what is innocent, also on a machine that has much else to do.
        let hurried = address.replacing("statement_timeout%3D600s", with: "statement_timeout%3D1500ms")
        #expect(hurried != address)
        let database = try node(at: hurried, connections: 1)
        await #expect(throws: StorageError.busy) {
            try await database.read { db in try db.rows("SELECT pg_sleep(600)") }
        }
        #expect(try await database.read { db in try db.value("SELECT 7", as: Int.self) } == 7)
    }

    @Test func `a signal of one node wakes another, once the work is kept`() async throws {
        let (one, address) = try await open()
        let other = try node(at: address)
        // The first wait starts to listen; then every signal arrives.
        await other.signals.wait(for: "news", after: other.signals.mark("news"), atMost: .milliseconds(1))
        try await eventually("a signal arrives") {
            let mark = other.signals.mark("news")
            try await one.write { db in
                try db.execute("UPDATE place SET count = count + 1")
                db.signal("news")
            }
            await other.signals.wait(for: "news", after: mark, atMost: .milliseconds(200))
            return other.signals.mark("news") > mark
        }
    }

    @Test func `work that fails signals nothing`() async throws {
        struct Stopped: Error {}
        let (database, _) = try await open()
        let mark = database.signals.mark("news")
        await #expect(throws: Stopped.self) {
            try await database.write { db in
                db.signal("news")
                try db.execute("UPDATE place SET count = 1")
                throw Stopped()
            }
        }
        #expect(database.signals.mark("news") == mark)
    }

    @Test func `one node leads, and another can when the first is gone`() async throws {
        let (_, address) = try await open()
        var first: PostgresDatabase? = try node(at: address)
        let second = try node(at: address)
        var leadership = await first?.leadership(of: "work")
        #expect(await leadership?.confirm() == true)
        #expect(await second.leadership(of: "work") == nil)
        let elsewhere = try #require(await second.leadership(of: "other work"))
        #expect(await elsewhere.confirm())
        leadership = nil
        first = nil
        try await eventually("the other leads") { await second.leadership(of: "work")?.confirm() == true }
    }

    @Test func `a leader whose session died leads no longer`() async throws {
        let (database, address) = try await open()
        let leadership = try #require(await database.leadership(of: "work"))
        try await endSessions(of: address)
        #expect(await !leadership.confirm())
        // The client hears of a session's end a little before its locks are given back.
        try await eventually("it can lead again") { await database.leadership(of: "work") != nil }
    }

    @Test func `work done alone waits for others of its name and for no one else`() async throws {
        let (_, address) = try await open()
        let nodes = try (0..<4).map { _ in try node(at: address) }
        try await withThrowingTaskGroup { group in
            for node in nodes {
                group.addTask {
                    for _ in 0..<3 {
                        try await node.write(alone: "counting") { db in
                            let count = try db.value("SELECT count FROM place", as: Int.self)
                            Thread.sleep(forTimeInterval: 0.005)
                            try db.execute("UPDATE place SET count = \(count + 1)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await count(in: nodes[0]) == 12)
    }

    @Test(arguments: ["", "nonsense", "mysql://a@b/c", "postgres://a@b/c?nonsense=1"])
    func `an address that isn't one is refused without being repeated`(text: String) {
        let error = #expect(throws: PostgresAddressError.self) { try PostgresAddress(text) }
        #expect(text.isEmpty || error.map { "\($0)" }?.contains(text) == false)
    }

    // MARK: -

    /// A database with one place whose count is 0, and its address.
    private func open() async throws -> (PostgresDatabase, String) {
        let address = try await TestDatabase.newAddress()
        let database = try node(at: address, connections: 3)
        try await database.migrate([.places])
        try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')") }
        return (database, address)
    }

    /// A node with as much patience as it takes.
    private func node(at address: String, connections: Int = 2) throws -> PostgresDatabase {
        PostgresDatabase(try PostgresAddress(address), connections: connections, patience: .seconds(600))
    }

    /// Asks until it is so, however long that takes; not much longer than everything else, though.
    private func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        while try await !isSo() {
            try #require(start.duration(to: clock.now) < .seconds(300), "\(what)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func name(of address: String) throws -> String {
        try #require(address.split(separator: "=").last.map(String.init))
    }

    private func count(in database: PostgresDatabase) async throws -> Int {
        try await database.read { db in try db.value("SELECT count FROM place") }
    }

    /// Ends all sessions that came by this address, as a restart of the server would.
    private func endSessions(of address: String) async throws {
        let schema = try name(of: address)
        try await TestDatabase.server.read { db in
            _ = try db.rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(schema)")
        }
    }
}

private final class Counter: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    func count() { number.withLock { $0 += 1 } }
}
