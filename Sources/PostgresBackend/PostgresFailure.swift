import CPostgres
import Foundation
import Storage

/// What went wrong on a session, in the terms that decide what to do next.
enum PostgresFailure: Error {
    /// A statement is at fault, or the data; doing it again would not help.
    case refused(StorageError)
    /// Others were in the way: the whole piece of work can be done again.
    case conflict
    /// Something was to be written where nothing can be: by a reader, or on a server that has just become a standby.
    case readOnly
    /// The session can't be used any more: another one may succeed.
    case lost(String)

    enum Field {
        static let severity = Int32(UInt8(ascii: "V"))
        static let state = Int32(UInt8(ascii: "C"))
        static let message = Int32(UInt8(ascii: "M"))
        static let table = Int32(UInt8(ascii: "t"))
        static let column = Int32(UInt8(ascii: "c"))
        static let constraint = Int32(UInt8(ascii: "n"))
    }

    init(_ result: RawResult) {
        guard let state = result.field(Field.state) else {
            self = .lost("the server is gone")
            return
        }
        let place = [Field.table, Field.column, Field.constraint].compactMap(result.field).joined(separator: ".")
        switch state {
        case "23505": self = .refused(.uniqueViolation(place))
        case "23503": self = .refused(.foreignKeyViolation(place))
        case "23514": self = .refused(.checkViolation(place))
        case "40001", "40P01": self = .conflict
        case "25006": self = .readOnly
        case "53100": self = .refused(.full)
        case "55P03", "57014": self = .refused(.busy)
        // A plan made before the tables changed.
        case "0A000", "26000": self = .lost("a prepared statement is out of date")
        case _ where state.hasPrefix("08") || state.hasPrefix("57P") || state.hasPrefix("53") || state == "25P03":
            self = .lost(state)
        default:
            // Messages of class 42 speak of the statement, which is ours; those of other classes can quote a value.
            let message = state.hasPrefix("42") ? result.field(Field.message) ?? "" : place
            self = .refused(.other(code: state, message: message))
        }
    }

    var whenLost: PostgresFailure? {
        if case .lost = self { self } else { nil }
    }

    /// What libpq says of a connection that failed, on one line; it names hosts and users, never a password.
    static func reason(_ connection: OpaquePointer?) -> String {
        String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: "; ")
    }
}
