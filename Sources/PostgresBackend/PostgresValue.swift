import CPostgres
import Foundation
import Kernel
import Storage

// Values travel in PostgreSQL's binary format: nothing is lost on the way, and nothing has to be read from text.

/// The types this product uses, by the numbers that PostgreSQL gives them (`pg_type.dat`; they never change).
enum PostgresType {
    static let boolean: Oid = 16
    static let bytes: Oid = 17
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let float4: Oid = 700
    static let float8: Oid = 701
    static let numeric: Oid = 1700
    static let void: Oid = 2278
    static let uuid: Oid = 2950
    static let texts: Set<Oid> = [text, 18, 19, 114, 705, 1042, 1043]  // char, name, json, unknown, bpchar, varchar
}

extension SQLValue {
    /// The type to declare for a value; 0 lets the server tell it from the place where it stands.
    var postgresType: Oid {
        switch self {
        case .null: 0
        case .bool: PostgresType.boolean
        case .integer: PostgresType.int8
        case .real: PostgresType.float8
        case .text: PostgresType.text
        case .bytes: PostgresType.bytes
        case .uuid: PostgresType.uuid
        }
    }

    init(postgres bytes: UnsafeRawBufferPointer, type: Oid) throws {
        switch type {
        case PostgresType.int8: self = .integer(Int64(bitPattern: bytes.bigEndian()))
        case PostgresType.int4: self = .integer(Int64(Int32(bitPattern: bytes.bigEndian())))
        case PostgresType.int2: self = .integer(Int64(Int16(bitPattern: bytes.bigEndian())))
        case PostgresType.boolean: self = .bool(bytes.first == 1)
        case PostgresType.float8: self = .real(Double(bitPattern: bytes.bigEndian()))
        case PostgresType.float4: self = .real(Double(Float(bitPattern: bytes.bigEndian())))
        case PostgresType.bytes: self = .bytes(Data(bytes))
        case PostgresType.uuid: self = UUID(bytes: Data(bytes)).map(SQLValue.uuid) ?? .null
        case PostgresType.numeric: self = Self.numeric(bytes)
        case PostgresType.void: self = .null
        case _ where PostgresType.texts.contains(type): self = .text(String(decoding: bytes, as: UTF8.self))
        default: throw PostgresFailure.refused(.other(code: "type", message: "type \(type) has no value here"))
        }
    }

    /// The sum of whole numbers is a `numeric`: groups of four decimal digits, the first one weighted by 10,000^weight.
    private static func numeric(_ bytes: UnsafeRawBufferPointer) -> SQLValue {
        func short(_ place: Int) -> Int {
            Int(Int16(bitPattern: UnsafeRawBufferPointer(rebasing: bytes[(2 * place)...]).bigEndian()))
        }
        let count = short(0)
        let weight = short(1)
        let isNegative = short(2) == 0x4000
        let scale = short(3)
        if scale == 0, weight < 5 {
            var whole: Int64 = 0
            for place in 0...max(weight, 0) where weight >= 0 {
                let (times, overflow) = whole.multipliedReportingOverflow(by: 10_000)
                let (sum, carried) = times.addingReportingOverflow(place < count ? Int64(short(4 + place)) : 0)
                if overflow || carried { return .real(approximate(count, weight, isNegative, digit: short)) }
                whole = sum
            }
            return .integer(isNegative ? -whole : whole)
        }
        return .real(approximate(count, weight, isNegative, digit: short))
    }

    private static func approximate(_ count: Int, _ weight: Int, _ isNegative: Bool, digit: (Int) -> Int) -> Double {
        var number = 0.0
        for place in 0..<count { number += Double(digit(4 + place)) * pow(10_000, Double(weight - place)) }
        return isNegative ? -number : number
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func bigEndian<Number: FixedWidthInteger>(_ type: Number.Type = Number.self) -> Number {
        Number(bigEndian: loadUnaligned(as: Number.self))
    }
}

/// The values of a statement, laid out as libpq takes them.
struct PostgresParameters {
    private var bytes: [UInt8] = []
    private var places: [Int?] = []
    private var lengths: [Int32] = []

    init(_ values: [SQLValue]) {
        places.reserveCapacity(values.count)
        lengths.reserveCapacity(values.count)
        for value in values {
            let start = bytes.count
            switch value {
            case .null:
                places.append(nil)
                lengths.append(0)
                continue
            case .bool(let flag): bytes.append(flag ? 1 : 0)
            case .integer(let number): append(UInt64(bitPattern: number))
            case .real(let number): append(number.bitPattern)
            case .text(let text): bytes.append(contentsOf: text.utf8)
            case .bytes(let data): bytes.append(contentsOf: data)
            case .uuid(let uuid): bytes.append(contentsOf: uuid.bytes)
            }
            places.append(start)
            lengths.append(Int32(bytes.count - start))
        }
        bytes.append(0)  // so that the last value, be it empty, has an address
    }

    private mutating func append(_ number: UInt64) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    typealias Pointers = UnsafePointer<UnsafePointer<CChar>?>

    func withPointers<Value>(
        _ body: (Int32, Pointers, UnsafePointer<Int32>, UnsafePointer<Int32>) throws -> Value
    ) rethrows -> Value {
        let formats = [Int32](repeating: 1, count: max(places.count, 1))
        return try bytes.withUnsafeBytes { buffer in
            let base = buffer.bindMemory(to: CChar.self).baseAddress
            let pointers = places.map { place in place.flatMap { base?.advanced(by: $0) } } + [nil]
            return try body(Int32(places.count), pointers, lengths + [0], formats)
        }
    }
}
