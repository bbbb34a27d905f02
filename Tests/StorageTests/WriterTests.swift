import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// Many writers at the same time.
struct WriterTests {
    private struct Stopped: Error {}

    @Test(arguments: TestDatabase.available)
    func `what was acknowledged is there`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let acknowledged = await withTaskGroup(of: String?.self) { group in
            for number in 0..<400 {
                group.addTask {
                    let code = "\(number % 300)"  // a hundred of them come second
                    let saved: Void? = try? await database.write { db in
                        try db.execute("INSERT INTO place (code, name) VALUES (\(code), 'a')")
                    }
                    return saved == nil ? nil : code
                }
            }
            return await group.reduce(into: [String]()) { codes, code in if let code { codes.append(code) } }
        }
        let kept = try await database.read { db in
            try db.rows("SELECT code FROM place").map { try $0["code"] as String }
        }
        #expect(acknowledged.sorted() == kept.sorted())
        #expect(kept.count == 300)
    }

    /// All of them wait behind a first one, so that they come to the database together.
    @Test(arguments: TestDatabase.available)
    func `what one of many writers does wrong harms no other`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        let door = Door()
        let first = Task {
            try await database.write { db in
                try db.execute("INSERT INTO place (code, name) VALUES ('first', 'a')")
                door.stayInside()
            }
        }
        await door.somebodyIsInside()
        let others = (0..<60).map { number in
            Task.immediate {
                try await database.write { db in
                    try db.execute("INSERT INTO place (code, name) VALUES (\("\(number)"), 'a')")
                    switch number % 6 {
                    case 1: try db.execute("INSERT INTO place (code, name) VALUES ('first', 'a')")
                    case 2: try db.execute("INSERT INTO visit (id, place) VALUES (\(UUID(high: 1, low: 1)), 'nowhere')")
                    case 3: throw Stopped()
                    case 4: try db.execute("SELEKT 1")
                    default: break
                    }
                    return number
                }
            }
        }
        door.open()
        try await first.value
        for (number, other) in others.enumerated() {
            switch (number % 6, await other.result) {
            case (0, .success(let answer)), (5, .success(let answer)): #expect(answer == number, "its own answer")
            case (1, .failure(StorageError.uniqueViolation)), (2, .failure(StorageError.foreignKeyViolation)): break
            case (3, .failure(is Stopped)), (4, .failure(StorageError.other)): break
            case (_, let result): Issue.record("writer \(number) was told \(result)")
            }
        }
        let kept = try await database.read { db in
            try db.rows("SELECT code FROM place WHERE code <> 'first'").map { Int(try $0["code"] as String) ?? -1 }
        }
        #expect(kept.sorted() == (0..<60).filter { $0 % 6 == 0 || $0 % 6 == 5 })
    }

    @Test(arguments: TestDatabase.available)
    func `no step of a counter is lost when eight count at once`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        try await database.write { db in try db.execute("INSERT INTO place (code, name) VALUES ('1', 'a')") }
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<5 {
                        try await database.write { db in
                            let count = try db.value("SELECT count FROM place", as: Int.self)
                            Thread.sleep(forTimeInterval: 0.005)  // so that others could have read the same count
                            try db.execute("UPDATE place SET count = \(count + 1)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.read { db in try db.value("SELECT count FROM place", as: Int.self) } == 40)
    }

    @Test(arguments: TestDatabase.available)
    func `a balance can't be spent twice`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        try await database.write { db in try db.execute("INSERT INTO place (code, name, count) VALUES ('1', 'a', 50)") }
        let spent = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let paid: Bool? = try? await database.write { db in
                        let left = try db.value("SELECT count FROM place", as: Int.self)
                        Thread.sleep(forTimeInterval: 0.02)  // so that all of them could have read the balance
                        guard left >= 50 else { return false }
                        try db.execute("UPDATE place SET count = \(left - 50)")
                        return true
                    }
                    return paid ?? false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(spent == 1)
        #expect(try await database.read { db in try db.value("SELECT count FROM place", as: Int.self) } == 0)
    }

    @Test(arguments: TestDatabase.available)
    func `readers and writers side by side always see whole pieces of work`(on kind: TestDatabase) async throws {
        let database = try await kind.open([.places])
        try await database.write { db in
            try db.execute("INSERT INTO place (code, name, count) VALUES ('1', 'a', 1000), ('2', 'b', 1000)")
        }
        try await withThrowingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<40 {
                        if task % 2 == 0 {
                            try await database.write { db in
                                try db.execute("UPDATE place SET count = count - \(step) WHERE code = '1'")
                                try db.execute("UPDATE place SET count = count + \(step) WHERE code = '2'")
                            }
                        } else {
                            let sum = try await database.read { db in
                                try db.rows("SELECT count FROM place").map { try $0["count"] as Int }.reduce(0, +)
                            }
                            try #require(sum == 2000)
                        }
                    }
                }
            }
            // 4 × (0 + … + 39) is more than the first has: the last steps must fail, and only those.
            do { try await group.waitForAll() } catch StorageError.checkViolation {}
        }
    }
}
