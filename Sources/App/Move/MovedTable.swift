import Crypto
import Foundation
import Kernel
import Storage

/// A table as it is moved: its columns with the types of the target, and by what its rows are told apart.
struct MovedTable: Sendable {
    enum Kind: String, Sendable {
        case uuid, boolean, text
        case bytes = "bytea"
        case integer = "bigint"
        case real = "double precision"
    }

    struct Column: Sendable {
        let name: String
        let kind: Kind
    }

    let name: String
    let columns: [Column]
    /// The columns of the key, by their places in `columns`.
    let key: [Int]
    /// The column that points to another row of the same table.
    let parent: Int?

    func key(of row: [SQLValue]) -> [SQLValue] { key.map { row[$0] } }

    /// A row of the source as the target keeps it.
    func converted(_ row: [SQLValue]) throws -> [SQLValue] {
        try zip(columns, row).map { column, value in
            guard let value = column.kind.value(of: value) else {
                throw MoveError.badValue(table: name, column: column.name)
            }
            return value
        }
    }

    /// Rows as a text in JSON that PostgreSQL reads into this table.
    func json(_ rows: [[SQLValue]]) -> String {
        let names = columns.map { "\(Self.quoted($0.name)):" }
        let objects = rows.map { row in
            "{" + zip(names, row).map { name, value in name + Self.json(value) }.joined(separator: ",") + "}"
        }
        return "[" + objects.joined(separator: ",") + "]"
    }

    private static func json(_ value: SQLValue) -> String {
        switch value {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): "\(number)"
        case .real(let number): number.isFinite ? "\(number)" : number < 0 ? "\"-Infinity\"" : "\"Infinity\""
        case .text(let text): quoted(text)
        case .bytes(let data): "\"\\\\x" + data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\""
        case .uuid(let uuid): "\"\(uuid.uuidString)\""
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: quoted += Array("\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: quoted.append(byte)
            }
        }
        return String(decoding: quoted + [UInt8(ascii: "\"")], as: UTF8.self)
    }
}

extension MovedTable.Kind {
    /// The value in this type; nothing when it has no place there.
    fileprivate func value(of value: SQLValue) -> SQLValue? {
        switch (self, value) {
        case (_, .null): .null
        case (.uuid, .bytes(let bytes)): UUID(sqlValue: .bytes(bytes)).map(SQLValue.uuid)
        case (.boolean, .integer(0)): .bool(false)
        case (.boolean, .integer(1)): .bool(true)
        case (.real, .integer(let number)): .real(Double(number))
        case (.text, .text(let text)): text.utf8.contains(0) ? nil : value
        case (.uuid, .uuid), (.boolean, .bool), (.real, .real), (.integer, .integer), (.bytes, .bytes): value
        default: nil
        }
    }
}

/// What a table holds, in 32 bytes: the same on any database that holds the same rows.
struct TableDigest: Sendable, Hashable {
    private(set) var rows = 0
    private var hash = SHA256()

    /// Takes the rows in the order of their keys.
    mutating func add(_ row: [SQLValue]) {
        rows += 1
        var bytes = Data()
        for value in row { Self.append(value, to: &bytes) }
        hash.update(data: bytes)
    }

    var digest: Data { Data(hash.finalize()) }

    static func == (one: Self, other: Self) -> Bool { one.rows == other.rows && one.digest == other.digest }

    func hash(into hasher: inout Hasher) { hasher.combine(rows) }

    /// A byte for the type, then the value: no two rows have the same bytes.
    private static func append(_ value: SQLValue, to bytes: inout Data) {
        func number(_ number: UInt64) -> Data { withUnsafeBytes(of: number.bigEndian) { Data($0) } }
        func sized(_ data: Data) -> Data { number(UInt64(data.count)) + data }
        switch value {
        case .null: bytes.append(0)
        case .bool(let flag): bytes += [1, flag ? 1 : 0]
        case .integer(let value): bytes += [2] + number(UInt64(bitPattern: value))
        case .real(let value): bytes += [3] + number(value.bitPattern)
        case .text(let text): bytes += [4] + sized(Data(text.utf8))
        case .bytes(let data): bytes += [5] + sized(data)
        case .uuid(let uuid): bytes += [6] + uuid.bytes
        }
    }
}
