import Foundation
import Journal
import Kernel
import Storage
import TestSupport
import Testing

@testable import Vault

/// Keys are changed while people go on working.
struct KeyRotationTests {
    private static let table = SealedTable(
        "secret", key: "id", of: .contact, columns: [.init("word", index: "word_index"), .init("more")])
    private static let migrations =
        JournalSchema.migrations + VaultSchema.migrations + [
            Migration(
                "secret-1-create",
                """
                CREATE TABLE secret (
                    id \(.uuid) PRIMARY KEY, word \(.bytes), word_index \(.bytes) UNIQUE, more \(.bytes),
                    key_id \(.uuid) NOT NULL, index_key_id \(.uuid)
                ) \(.strict)
                """)
        ]

    private static func word(_ number: Int) -> Data { Data("word \(number)".utf8) }

    private static func keep(_ number: Int, in db: any Transaction) throws {
        let (seals, id) = (try db.seals, UUID(high: 1, low: UInt64(number)))
        try db.execute(
            """
            INSERT INTO secret (id, word, word_index, more, key_id, index_key_id) VALUES (\(id),
                \(try seals.seal(word(number), of: .contact, at: table.place("word", id))),
                \(try table.index(word(number), in: "word_index", seals)),
                \(number.isMultiple(of: 2) ? try seals.seal(word(0), of: .contact, at: table.place("more", id)) : nil),
                \(try seals.key(.contact, .seal)), \(try seals.key(.contact, .index)))
            """)
    }

    /// Finds a word by its index, and opens it.
    private static func find(_ number: Int, in db: any Transaction) throws -> Data? {
        let indexes = try table.indexes(word(number), in: "word_index", db.seals)
        let row = try db.row("SELECT id, word FROM secret WHERE word_index IN (\(each: indexes))")
        return try row.map { try db.seals.open($0[1], at: table.place("word", $0[0])) }
    }

    private static func rotation(_ database: any Database, batchSize: Int = 7) -> KeyRotation {
        KeyRotation(database, vault: .test, tables: [table], batchSize: batchSize)
    }

    @Test(arguments: TestDatabase.available)
    func `after a rotation nothing lies under the old key, everything is found and opens`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(Self.migrations)
        try await database.write { db in for number in 1...40 { try Self.keep(number, in: db) } }
        let rotation = Self.rotation(database)
        let before = try await rotation.list()
        #expect(before.map(\.count) == [40, 40] && before.allSatisfy { $0.state == .current })
        try await rotation.renew([.contact])
        #expect(
            try await database.read { db in try (1...40).allSatisfy { try Self.find($0, in: db) == Self.word($0) } })
        #expect(try await rotation.reseal() == 40)
        let after = try await rotation.list()
        #expect(after.filter { $0.state == .current }.map(\.count) == [40, 40])
        #expect(Set(after.filter { $0.state == .retired }.map(\.id)) == Set(before.map(\.id)))
        #expect(after.filter { $0.state == .retired }.allSatisfy { $0.count == 0 })
        #expect(
            try await database.read { db in try (1...40).allSatisfy { try Self.find($0, in: db) == Self.word($0) } })
        let kinds = try await database.read { db in try JournalStore(db).allEntries(limit: 100).map(\.kind) }
        #expect(kinds == ["key.renewed", "key.renewed", "key.retired", "key.retired"])
        #expect(try await rotation.reseal() == 0)
    }

    @Test(arguments: TestDatabase.available)
    func `a rotation that was cut off goes on, and a second one may come before the first has ended`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(Self.migrations)
        try await database.write { db in for number in 1...40 { try Self.keep(number, in: db) } }
        let rotation = Self.rotation(database)
        for _ in 0..<2 {
            try await rotation.renew(KeyClass.allCases)
            await #expect(throws: CutOff.self) { try await rotation.reseal { _, _ in throw CutOff() } }
        }
        #expect(try await rotation.list().filter { $0.state == .older && $0.count > 0 }.count >= 2)
        #expect(try await Self.rotation(database).reseal() > 0)
        #expect(
            try await rotation.list().filter { $0.state != .current }.allSatisfy {
                $0.state == .retired && $0.count == 0
            })
        #expect(
            try await database.read { db in try (1...40).allSatisfy { try Self.find($0, in: db) == Self.word($0) } })
    }

    /// The goal of issue 4: no error, nothing lost, nothing left under the old key.
    @Test(arguments: TestDatabase.available, [1, 2] as [UInt64])
    func `rotations under load: no error, nothing lost, nothing left behind`(
        _ kind: TestDatabase, seed: UInt64
    ) async throws {
        let database = try await kind.open(Self.migrations)
        let base = try #require(database as? VaultDatabase).base
        // Each writer is a node of its own, which learns of new keys from the database alone.
        let found = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    let node = VaultDatabase(base, vault: .test)
                    var generator = SeededGenerator(seed: seed &* 100 &+ UInt64(writer))
                    var found = 0
                    for step in 0..<60 {
                        let number = 1 + writer * 1000 + step
                        try await node.write { db in try Self.keep(number, in: db) }
                        let earlier = 1 + writer * 1000 + Int.random(in: 0...step, using: &generator)
                        let word = try await node.read { db in try Self.find(earlier, in: db) }
                        if word == Self.word(earlier) { found += 1 }
                    }
                    return found
                }
            }
            group.addTask {
                let rotation = Self.rotation(VaultDatabase(base, vault: .test), batchSize: 10)
                for _ in 0..<4 {
                    try await rotation.renew([.contact])
                    try await rotation.reseal()
                }
                return 0
            }
            return try await group.reduce(0, +)
        }
        #expect(found == 240)
        let rotation = Self.rotation(database, batchSize: 50)
        try await rotation.reseal()
        let keys = try await rotation.list()
        #expect(keys.filter { $0.state == .current }.map(\.count) == [240, 240])
        #expect(keys.filter { $0.state != .current }.allSatisfy { $0.count == 0 && $0.state == .retired })
        let all = try await database.read { db in
            try (0..<4).allSatisfy { writer in
                try (0..<60).allSatisfy {
                    try Self.find(1 + writer * 1000 + $0, in: db) == Self.word(1 + writer * 1000 + $0)
                }
            }
        }
        #expect(all)
    }

    @Test(arguments: TestDatabase.available)
    func `the master key is changed without touching a value, and the one before isn't needed any more`(
        _ kind: TestDatabase
    ) async throws {
        let database = try await kind.open(Self.migrations)
        let base = try #require(database as? VaultDatabase).base
        try await database.write { db in try Self.keep(1, in: db) }
        let both = MasterKeys(current: .test("second"), older: [.test("first")])
        let successor = VaultDatabase(base, vault: .test(both))
        let rotation = KeyRotation(successor, vault: .test(both), tables: [Self.table])
        #expect(try await rotation.rewrap() == 2)
        #expect(try await rotation.rewrap() == 0)
        #expect(try await rotation.list().allSatisfy { $0.master == "second" && $0.count == 1 })
        let alone = VaultDatabase(base, vault: .test(MasterKeys(current: .test("second"))))
        #expect(try await alone.read { db in try Self.find(1, in: db) } == Self.word(1))
    }
}

private struct CutOff: Error {}
