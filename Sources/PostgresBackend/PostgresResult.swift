import CPostgres
import Foundation
import Kernel
import Storage

/// A result as libpq hands it over; freed with the last reference.
final class RawResult {
    private let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit { PQclear(pointer) }

    var rowCount: Int32 { PQntuples(pointer) }
    /// What the server says it did, such as `COMMIT` or `INSERT 0 1`.
    var tag: String { String(cString: PQcmdStatus(pointer)) }
    var changedRows: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    var columns: Columns {
        Columns((0..<PQnfields(pointer)).map { String(cString: PQfname(pointer, $0)) })
    }

    var types: [Oid] { (0..<PQnfields(pointer)).map { PQftype(pointer, $0) } }

    func field(_ code: Int32) -> String? {
        PQresultErrorField(pointer, code).map { String(cString: $0) }
    }

    func value(row: Int32, column: Int32, type: Oid) throws -> SQLValue {
        guard PQgetisnull(pointer, row, column) == 0 else { return .null }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
        return try SQLValue(postgres: bytes, type: type)
    }
}

/// The rows that a statement gave, or the number of those it changed.
struct PostgresResult {
    private let raw: RawResult
    private let shape: PreparedStatement

    init(_ raw: RawResult, shape: PreparedStatement) {
        self.raw = raw
        self.shape = shape
    }

    var changedRows: Int { raw.changedRows }

    func rows() throws -> [Row] {
        let columns = shape.columns
        return try (0..<raw.rowCount).map { row in
            var values: [SQLValue] = []
            values.reserveCapacity(shape.types.count)
            for (column, type) in shape.types.enumerated() {
                values.append(try raw.value(row: row, column: Int32(column), type: type))
            }
            return Row(columns, values)
        }
    }
}
