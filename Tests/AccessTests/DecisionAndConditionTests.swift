import Access
import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// The page of one thing and the list of all things ask the same policy in two ways: by a decision in the program, and by
/// a condition in the database. They must never differ.
struct DecisionAndConditionTests {
    /// Two million decisions on each database.
    @Test(arguments: TestDatabase.available)
    func `random policies decide and list the same`(on kind: TestDatabase) async throws {
        let database = try await kind.open()
        var compared = 0
        var seed: UInt64 = 0
        while compared < 2_000_000 {
            seed += 1
            compared += try await compare(World(seed: seed, things: 4000), in: database, seed: seed)
        }
    }

    @Test(arguments: TestDatabase.available, try Policy.shipped.kinds.map(\.kind))
    func `the policy that is shipped decides and lists the same`(on kind: TestDatabase, of thing: String) async throws {
        let world = World(seed: 20_261_121, policy: try .shipped, kind: thing)
        let compared = try await compare(world, in: try await kind.open(), seed: 20_261_121)
        #expect(compared > 5_000)
    }

    /// Compares every decision of the world, and says how many there were.
    private func compare(_ world: World, in database: any Database, seed: UInt64) async throws -> Int {
        try await Self.fill(database, with: world.subjects)
        var random = SeededGenerator(seed: seed)
        var compared = 0
        for caller in world.callers {
            // A kind may lack some of the columns: then nothing of the kind has an owner, an office…
            let has = Columns(using: &random)
            let columns = has.columns
            let subjects = world.subjects.map(has.visible)
            for action in world.actions {
                for thing in world.kinds {
                    let decider = world.policy.decider(for: caller, doing: action, on: thing)
                    let condition = decider.condition(in: columns)
                    let listed = try await database.rows(
                        "SELECT number FROM subject WHERE kind = \(thing) AND \(condition) ORDER BY number"
                    ).map { try $0[0] as Int }
                    var decided: [Int] = []
                    for (number, subject) in subjects.enumerated() where subject.kind == thing {
                        compared += 1
                        if decider.view(of: subject) != nil { decided.append(number) }
                    }
                    try #require(listed == decided, "seed \(seed): \(caller) doing \(action) on \(thing), \(has)")
                }
            }
        }
        return compared
    }

    private static func fill(_ database: any Database, with subjects: [Subject]) async throws {
        try await database.write { db in
            try db.execute("DROP TABLE IF EXISTS subject")
            try db.execute(
                """
                CREATE TABLE subject (
                    number \(.integer) PRIMARY KEY, kind TEXT NOT NULL, owner \(.uuid), assignee \(.uuid),
                    office \(.uuid), organisation \(.uuid), territory \(.code), sector \(.code), about TEXT NOT NULL,
                    asked_by \(.uuid), approved TEXT NOT NULL
                ) \(.strict)
                """)
            for start in stride(from: 0, to: subjects.count, by: 500) {
                let rows: [SQL] = subjects.indices[start..<min(start + 500, subjects.count)].map { number in
                    let subject = subjects[number]
                    let about = subject.about.map(\.text).sorted().joined(separator: " ")
                    let approved = subject.approved.map(\.text).sorted().joined(separator: " ")
                    return """
                        (\(number), \(subject.kind), \(subject.owner), \(subject.assignee), \(subject.office),
                        \(subject.organisation), \(subject.territory), \(subject.sector), \(about),
                        \(subject.did["ask"]), \(approved))
                        """
                }
                try db.execute("INSERT INTO subject VALUES \(rows.joined(by: ", "))")
            }
        }
    }
}

/// Which of the columns a kind has.
private struct Columns: CustomStringConvertible {
    private let has: [Bool]

    init(using random: inout SeededGenerator) {
        has = (0..<9).map { _ in Int.random(in: 0..<6, using: &random) > 0 }
    }

    var description: String { "columns \(has)" }

    var columns: AccessColumns {
        var columns = AccessColumns()
        if has[0] { columns.owner = "owner" }
        if has[1] { columns.assignee = "assignee" }
        if has[2] { columns.office = "office" }
        if has[3] { columns.organisation = "organisation" }
        if has[4] { columns.territory = "territory" }
        if has[5] { columns.did = ["ask": "asked_by"] }
        if has[6] { columns.isInSector = { sector in .starts("sector", with: sector.rawValue) } }
        if has[7] {
            columns.isAbout = { ids in ids.map { id -> SQL in Self.holds("about", id.text) }.any }
        }
        if has[8] { columns.isApproved = { id in Self.holds("approved", id.text) } }
        return columns
    }

    private static func holds(_ column: SQL, _ text: String) -> SQL {
        let pattern = "%\(text)%"
        return "\(column) LIKE \(pattern)"
    }

    /// The subject as a kind with these columns knows it.
    func visible(_ whole: Subject) -> Subject {
        Subject(
            kind: whole.kind, owner: has[0] ? whole.owner : nil, assignee: has[1] ? whole.assignee : nil,
            office: has[2] ? whole.office : nil, organisation: has[3] ? whole.organisation : nil,
            territory: has[4] ? whole.territory : nil, sector: has[6] ? whole.sector : nil,
            about: has[7] ? whole.about : [], did: has[5] ? whole.did : [:], approved: has[8] ? whole.approved : [])
    }
}
