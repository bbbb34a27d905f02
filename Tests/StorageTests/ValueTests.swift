import Foundation
import Kernel
import Storage
import TestSupport
import Testing

/// What is put into a database comes out of it as it was, on every database.
struct ValueTests {
    @Test(arguments: TestDatabase.available)
    func `whole numbers come back up to the edges of 64 bits`(on kind: TestDatabase) async throws {
        try await expectRoundTrip(
            of: [0, 1, -1, Int.min, Int.max, Int(Int32.max) + 1, 9_007_199_254_740_993], in: .integer, on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `measured numbers come back to the last bit`(on kind: TestDatabase) async throws {
        let numbers = [
            0, 0.1, -123.456_789_012_345_67, 41.79, .pi, 1e308, .leastNonzeroMagnitude, -.greatestFiniteMagnitude, 3,
        ]
        try await expectRoundTrip(of: numbers, in: .real, on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `text of any script comes back byte by byte`(on kind: TestDatabase) async throws {
        let texts = [
            "", " ", "暖新", "𠮷野家", "👨‍👩‍👧", "é", "e\u{301}", "\u{FEFF}a", "'\"`;--\\", "%_", "a\nb\tc\r\n", "\u{10FFFD}",
            "מזל", String(repeating: "字", count: 100_000),
        ]
        try await expectRoundTrip(of: texts.map { ByteText($0) }, in: "TEXT", on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `bytes come back, also when there are none`(on kind: TestDatabase) async throws {
        let everyByte = Data((0...255).map { UInt8($0) })
        try await expectRoundTrip(of: [Data(), Data([0]), everyByte, Data(count: 100_000)], in: .bytes, on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `yes and no come back, and can be asked for`(on kind: TestDatabase) async throws {
        try await expectRoundTrip(of: [true, false], in: .boolean, on: kind)
        let database = try await kind.open()
        let (holds, holdsNot) = try await database.write { db in
            try db.execute("CREATE TABLE t (flag \(.boolean) NOT NULL) \(.strict)")
            try db.execute("INSERT INTO t (flag) VALUES (\(true)), (\(true)), (\(false))")
            return (
                try db.value("SELECT COUNT(*) FROM t WHERE flag", as: Int.self),
                try db.value("SELECT COUNT(*) FROM t WHERE flag = \(false)", as: Int.self)
            )
        }
        #expect(holds == 2)
        #expect(holdsNot == 1)
    }

    @Test(arguments: TestDatabase.available)
    func `identities come back and sort as in the program`(on kind: TestDatabase) async throws {
        var generator = SeededGenerator(seed: 21)
        var ids = (0..<50).map { ID<Account>(.version7(at: Date(milliseconds: $0 * 977), using: &generator)) }
        ids += try ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"].map {
            try #require(ID<Account>($0))
        }
        try await expectRoundTrip(of: ids, in: .uuid, on: kind)
        try await expectOrder(of: ids.sorted(), in: .uuid, on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `instants come back to the millisecond and sort`(on kind: TestDatabase) async throws {
        var generator = SeededGenerator(seed: 22)
        let instants = (0..<500).map { _ in
            Date(milliseconds: .random(in: -2_208_988_800_000...7_258_118_400_000, using: &generator))
        }
        try await expectRoundTrip(of: instants, in: .integer, on: kind)
        try await expectOrder(of: instants.sorted(), in: .integer, on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `days come back and sort`(on kind: TestDatabase) async throws {
        let days = [-719_162, -1, 0, 11_016, 20_778, 20_779, 2_932_896].map { Day(number: $0) }
        try await expectRoundTrip(of: days, in: "TEXT", on: kind)
        try await expectOrder(of: days, in: "TEXT", on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `a word of an enumeration and a code come back as such`(on kind: TestDatabase) async throws {
        enum State: String, SQLConvertible { case received, closed }
        try await expectRoundTrip(of: [State.received, .closed], in: "TEXT", on: kind)
        try await expectRoundTrip(of: [TerritoryPath(rawValue: "/21/2101/"), TerritoryPath([])], in: .code, on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `a missing value is missing, never nought or empty`(on kind: TestDatabase) async throws {
        try await expectRoundTrip(of: [nil, 0, nil, 1] as [Int?], in: .integer, on: kind)
        try await expectRoundTrip(of: [nil, ByteText("")] as [ByteText?], in: "TEXT", on: kind)
        try await expectRoundTrip(of: [nil, Data()] as [Data?], in: .bytes, on: kind)
        try await expectRoundTrip(of: [nil, false] as [Bool?], in: .boolean, on: kind)
        try await expectRoundTrip(of: [nil, Day(number: 0)] as [Day?], in: "TEXT", on: kind)
    }

    @Test(arguments: TestDatabase.available)
    func `a value of another type than the code expects is an error, not a guess`(on kind: TestDatabase) async throws {
        let database = try await kind.open()
        let row = try #require(try await database.read { db in try db.row("SELECT 'x' AS word, NULL AS missing") })
        #expect(throws: RowError.self) { try row["word"] as Int }
        #expect(throws: RowError.self) { try row["word"] as Date }
        #expect(throws: RowError.self) { try row["word"] as Day }
        #expect(throws: RowError.self) { try row["missing"] as String }
        #expect(throws: RowError.self) { try row["elsewhere"] as String? }
        #expect(try row["missing"] as String? == nil)
        #expect(try row[0] as String == "x")
    }
}

/// Text that is equal only when its bytes are: `é` isn't `é`.
private struct ByteText: SQLBindable, SQLReadable, Equatable {
    let text: String

    init(_ text: String) { self.text = text }

    var sqlValue: SQLValue { text.sqlValue }

    init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        self.text = text
    }

    static func == (left: ByteText, right: ByteText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
}

private func expectRoundTrip<Value: SQLBindable & SQLReadable & Equatable>(
    of values: [Value], in type: SQL, on kind: TestDatabase, at location: SourceLocation = #_sourceLocation
) async throws {
    try await expectRoundTrip(of: values.map(Optional.some), in: type, on: kind, at: location)
}

private func expectRoundTrip<Value: SQLBindable & SQLReadable & Equatable>(
    of values: [Value?], in type: SQL, on kind: TestDatabase, at location: SourceLocation = #_sourceLocation
) async throws {
    let database = try await kind.open()
    try await database.write { db in
        try db.execute("CREATE TABLE kept (place \(.integer) NOT NULL, value \(type)) \(.strict)")
        for (place, value) in values.enumerated() {
            try db.execute("INSERT INTO kept (place, value) VALUES (\(place), \(value))")
        }
    }
    let read = try await database.read { db in
        try db.rows("SELECT value FROM kept ORDER BY place").map { try $0["value"] as Value? }
    }
    #expect(read == values, sourceLocation: location)
    for value in values.compactMap(\.self) {
        let found = try await database.read { db in
            try db.value("SELECT COUNT(*) FROM kept WHERE value = \(value)", as: Int.self)
        }
        #expect(found > 0, "\(value) isn't found by itself", sourceLocation: location)
    }
}

private func expectOrder<Value: SQLBindable & SQLReadable & Equatable>(
    of sorted: [Value], in type: SQL, on kind: TestDatabase, at location: SourceLocation = #_sourceLocation
) async throws {
    let database = try await kind.open()
    var generator = SeededGenerator(seed: 23)
    let shuffled = sorted.shuffled(using: &generator)
    let read = try await database.write { db in
        try db.execute("CREATE TABLE kept (value \(type) NOT NULL) \(.strict)")
        for value in shuffled {
            try db.execute("INSERT INTO kept (value) VALUES (\(value))")
        }
        return try db.rows("SELECT value FROM kept ORDER BY value").map { try $0["value"] as Value }
    }
    #expect(read == sorted, sourceLocation: location)
}
