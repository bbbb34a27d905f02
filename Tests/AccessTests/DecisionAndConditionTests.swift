import Access
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// The page of one thing and the list of all things ask the same policy in two ways: by a decision in the program, and by
/// a condition in the database. They must never differ.
struct DecisionAndConditionTests {
    @Test(arguments: TestDatabase.available, [1, 2, 3, 5, 8] as [UInt64])
    func `a random policy decides and lists the same`(on kind: TestDatabase, seed: UInt64) async throws {
        let compared = try await compare(World(seed: seed), on: kind, seed: seed)
        #expect(compared > 20_000)
    }

    @Test(arguments: TestDatabase.available, ["case", "report", "calendar", "account"])
    func `the policy that is shipped decides and lists the same`(on kind: TestDatabase, of thing: String) async throws {
        let world = World(seed: 20_261_121, policy: try .shipped, kind: thing)
        let compared = try await compare(world, on: kind, seed: 20_261_121)
        #expect(compared > 5_000)
    }

    /// Compares every decision of the world, and says how many there were.
    private func compare(_ world: World, on kind: TestDatabase, seed: UInt64) async throws -> Int {
        let database = try await kind.open()
        try await fill(database, with: world.subjects)
        var random = SeededGenerator(seed: seed)
        var compared = 0
        for caller in world.callers {
            for action in world.actions {
                // A kind may lack some of the columns: then nothing of the kind has an owner, an office…
                let has = (0..<4).map { _ in Int.random(in: 0..<6, using: &random) > 0 }
                for thing in world.kinds {
                    let columns = AccessColumns(
                        owner: has[0] ? "s.owner" : nil, assignee: has[1] ? "s.assignee" : nil,
                        office: has[2] ? "s.office" : nil, territory: has[3] ? "s.territory" : nil)
                    let listed = try await database.read { db in
                        let condition = world.policy.condition(for: caller, doing: action, on: thing, in: columns)
                        return try db.rows("SELECT s.number FROM subject s WHERE s.kind = \(thing) AND \(condition)")
                            .map { try $0["number"] as Int }
                    }
                    let decided = world.subjects.indices.filter { index in
                        var subject = world.subjects[index]
                        guard subject.kind == thing else { return false }
                        compared += 1
                        if !has[0] { subject.owner = nil }
                        if !has[1] { subject.assignee = nil }
                        if !has[2] { subject.office = nil }
                        if !has[3] { subject.territory = nil }
                        return world.policy.allows(caller, action, on: subject)
                    }
                    try #require(
                        listed.sorted() == decided,
                        "seed \(seed): \(caller) doing \(action) on \(thing), columns \(has)")
                }
            }
        }
        return compared
    }

    private func fill(_ database: any Database, with subjects: [Subject]) async throws {
        try await database.write { db in
            try db.execute(
                """
                CREATE TABLE subject (
                    number \(.integer) PRIMARY KEY, kind TEXT NOT NULL, owner \(.uuid), assignee \(.uuid),
                    office \(.uuid), territory \(.code)
                ) \(.strict)
                """)
            for (number, subject) in subjects.enumerated() {
                try db.execute(
                    """
                    INSERT INTO subject (number, kind, owner, assignee, office, territory) VALUES
                    (\(number), \(subject.kind), \(subject.owner), \(subject.assignee), \(subject.office), \(subject.territory))
                    """)
            }
        }
    }
}
