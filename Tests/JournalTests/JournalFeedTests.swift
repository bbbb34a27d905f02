import Foundation
import Journal
import Kernel
import Logging
import Storage
import Synchronization
import TestSupport
import Testing

struct JournalFeedTests {
    @Test(arguments: TestDatabase.available)
    func `each entry is handled once, in order, however often the feed catches up`(on kind: TestDatabase) async throws {
        let (database, feed, _) = try await open(on: kind)
        for round in 0..<3 {
            try await note(round * 3 + 1...round * 3 + 3, in: database)
            #expect(await feed.catchUp() == 3)
            #expect(await feed.catchUp() == 0)
        }
        #expect(try await effects(in: database) == Array(1...9))
    }

    @Test(arguments: TestDatabase.available)
    func `more entries than fit into one piece of work are all handled`(on kind: TestDatabase) async throws {
        let (database, feed, _) = try await open(on: kind)
        try await note(1...250, in: database)
        #expect(await feed.catchUp() == 250)
        #expect(try await effects(in: database) == Array(1...250))
    }

    @Test(arguments: TestDatabase.available)
    func `an effect that fails halfway is undone, and the entry is tried again`(on kind: TestDatabase) async throws {
        let (database, feed, trouble) = try await open(on: kind)
        try await note(1...5, in: database)
        trouble.set([4])
        await feed.catchUp()
        await feed.catchUp()
        #expect(
            try await effects(in: database) == [1, 2, 3],
            "those before it aren't held up, those after it wait")
        #expect(try await place(in: database) == 3)
        trouble.set([])
        #expect(await feed.catchUp() == 2)
        #expect(try await effects(in: database) == Array(1...5), "each once")
        #expect(try await place(in: database) == 5)
    }

    /// What a crash between the effect and the moving of the cursor would leave: nothing of either.
    @Test(arguments: TestDatabase.available)
    func `an effect isn't doubled when the work dies after it`(on kind: TestDatabase) async throws {
        let (database, _, _) = try await open(on: kind)
        try await note(1...3, in: database)
        let dying = DyingDatabase(database)
        let feed = JournalFeed(database: dying, consumers: [Collector()], logger: Logger(label: "test"))
        for _ in 0..<3 { await feed.catchUp() }
        #expect(try await effects(in: database).isEmpty)
        #expect(dying.deaths > 0)
        await JournalFeed(database: database, consumers: [Collector()], logger: Logger(label: "test")).catchUp()
        #expect(try await effects(in: database) == [1, 2, 3])
    }

    @Test(arguments: TestDatabase.available)
    func `trouble of one consumer is no trouble of another`(on kind: TestDatabase) async throws {
        let (database, _, trouble) = try await open(on: kind)
        trouble.set([1])
        try await note(1...3, in: database)
        let feed = JournalFeed(
            database: database, consumers: [Collector(name: "sick", trouble: trouble), Collector(name: "well")],
            logger: Logger(label: "test"))
        await feed.catchUp()
        #expect(try await effects(in: database, by: "sick").isEmpty)
        #expect(try await effects(in: database, by: "well") == [1, 2, 3])
    }

    @Test(arguments: TestDatabase.available)
    func `two feeds at once don't handle an entry twice`(on kind: TestDatabase) async throws {
        let (database, feed, _) = try await open(on: kind)
        try await note(1...120, in: database)
        let handled = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { await feed.catchUp() } }
            return await group.reduce(0, +)
        }
        #expect(handled == 120)
        #expect(try await effects(in: database) == Array(1...120))
    }

    @Test(arguments: TestDatabase.available)
    func `what a consumer writes down itself is handled too`(on kind: TestDatabase) async throws {
        let (database, _, _) = try await open(on: kind)
        try await note(1...1, in: database)
        let feed = JournalFeed(
            database: database, consumers: [Collector(followUps: true)], logger: Logger(label: "test"))
        #expect(await feed.catchUp() == 4)
        #expect(try await effects(in: database) == [1, 2, 3, 4])
    }

    @Test(arguments: TestDatabase.available)
    func `a running feed handles what comes, until it is stopped`(on kind: TestDatabase) async throws {
        let (database, feed, _) = try await open(on: kind)
        let running = Task { try await feed.run() }
        try await note(1...2, in: database)
        while try await effects(in: database).count < 2 { await Task.yield() }
        running.cancel()
        try await running.value
        #expect(try await effects(in: database) == [1, 2])
    }

    /// Digests of what has shipped: a schema goes forward by new steps.
    @Test func `the journal's schema is as it was shipped`() {
        #expect(
            JournalSchema.migrations.map { "\($0.name) \($0.digest)" } == [
                "journal-1-create df2b0991d2ab2e76", "journal-2-order 291e2f7f84bbefbf",
                "journal-3-heartbeat 4f0ece605f5f1d29", "journal-4-seals c6296b97b101cce3",
                "journal-5-search edf73d9306fca631",
            ])
    }
}

private func open(on kind: TestDatabase) async throws -> (any Database, JournalFeed, Trouble) {
    let effects = Migration(
        "test-effects",
        "CREATE TABLE effect (place \(.serial), consumer TEXT NOT NULL, number \(.integer) NOT NULL) \(.strict)")
    let database = try await kind.open(JournalSchema.migrations + [effects])
    let trouble = Trouble()
    let feed = JournalFeed(
        database: database, consumers: [Collector(trouble: trouble)], logger: Logger(label: "test"))
    return (database, feed, trouble)
}

private func note(_ numbers: ClosedRange<Int>, in database: any Database) async throws {
    try await database.write { db in
        for number in numbers { try JournalStore(db).note(number) }
    }
}

private func effects(in database: any Database, by consumer: String = "collector") async throws -> [Int] {
    try await database.read { db in
        try db.rows("SELECT number FROM effect WHERE consumer = \(consumer) ORDER BY place").map { try $0["number"] }
    }
}

private func place(in database: any Database) async throws -> Int {
    try await database.read { db in try JournalStore(db).cursor(of: "collector").sequence }
}

/// Keeps the numbers it was told, and throws after keeping one that is in trouble.
private struct Collector: JournalConsumer {
    var name = "collector"
    var trouble = Trouble()
    var followUps = false

    func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        let number = try entry.decoded(as: Noted.self).number
        try db.execute("INSERT INTO effect (consumer, number) VALUES (\(name), \(number))")
        if followUps, number < 4 { try JournalStore(db).note(number + 1) }
        if trouble.has(number) { throw Trouble.Found() }
    }
}

/// The numbers that can't be handled just now.
private final class Trouble: Sendable {
    struct Found: Error {}

    private let numbers = Mutex<Set<Int>>([])

    func set(_ wanted: Set<Int>) { numbers.withLock { $0 = wanted } }
    func has(_ number: Int) -> Bool { numbers.withLock { $0.contains(number) } }
}

/// A database whose every writer dies when its work is done and not yet kept.
private final class DyingDatabase: Database {
    private struct Died: Error {}
    private let database: any Database
    private let count = Mutex(0)

    init(_ database: any Database) { self.database = database }

    var signals: Signals { database.signals }
    var deaths: Int { count.withLock { $0 } }

    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        try await database.read(work)
    }

    func write<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        count.withLock { $0 += 1 }
        return try await database.write { db in
            _ = try work(db)
            throw Died()
        }
    }
}
