import Foundation
import Storage
import TestSupport
import Testing

struct OrderTests {
    @Test(arguments: TestDatabase.available)
    func `text can be sorted and compared byte by byte, whatever its column says`(on kind: TestDatabase) async throws {
        let database = try await kind.open()
        let words = ["b", "B", "a", "_", "张", "李", "é", "", "🐀", "a b", "ab"]
        let (sorted, after) = try await database.write { db in
            try db.execute("CREATE TABLE word (word TEXT NOT NULL) \(.strict)")
            for word in words { try db.execute("INSERT INTO word (word) VALUES (\(word))") }
            return (
                try db.rows("SELECT word FROM word ORDER BY word \(.byBytes)").map { try $0[0] as String },
                try db.rows("SELECT word FROM word WHERE (word \(.byBytes)) > (\("a")) ORDER BY word \(.byBytes)").map {
                    try $0[0] as String
                }
            )
        }
        let expected = words.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(sorted == expected)
        #expect(after == Array(expected.drop { $0 != "a" }.dropFirst()))
    }

    @Test(arguments: TestDatabase.available)
    func `a value can be read and bound as it is`(on kind: TestDatabase) async throws {
        let database = try await kind.open()
        let (values, found) = try await database.write { db in
            try db.execute("CREATE TABLE kept (id \(.uuid) PRIMARY KEY, number \(.integer), word TEXT) \(.strict)")
            try db.execute("INSERT INTO kept (id, number, word) VALUES (\(UUID.zero), 7, NULL)")
            let row = try #require(try db.row("SELECT id, number, word FROM kept"))
            let values = try (0..<3).map { try row[$0] as SQLValue }
            return (values, try db.rows("SELECT number FROM kept WHERE id = \(values[0])").count)
        }
        #expect(UUID(sqlValue: values[0]) == .zero)
        #expect(values[1...] == [.integer(7), .null])
        #expect(found == 1)
    }
}

extension UUID {
    fileprivate static let zero = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))
}
