import Foundation
import Kernel

/// A value that travels to or from a database.
package enum SQLValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes(Data)
    case uuid(UUID)
}

/// A type whose values can be bound in ``SQL``.
package protocol SQLBindable: Sendable {
    var sqlValue: SQLValue { get }
}

/// A type whose values can be read from a ``Row``.
package protocol SQLReadable: Sendable {
    init?(sqlValue: SQLValue)
}

package typealias SQLConvertible = SQLBindable & SQLReadable

extension String: SQLConvertible {
    package var sqlValue: SQLValue { .text(self) }
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self = text
    }
}

extension Int: SQLConvertible {
    package var sqlValue: SQLValue { .integer(Int64(self)) }
    package init?(sqlValue: SQLValue) {
        guard case .integer(let number) = sqlValue else { return nil }
        self = Int(number)
    }
}

extension Double: SQLConvertible {
    package var sqlValue: SQLValue { .real(self) }
    package init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .real(let number): self = number
        case .integer(let number): self = Double(number)
        default: return nil
        }
    }
}

extension Bool: SQLConvertible {
    package var sqlValue: SQLValue { .bool(self) }
    package init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .bool(let flag): self = flag
        case .integer(let number): self = number != 0
        default: return nil
        }
    }
}

extension Data: SQLConvertible {
    package var sqlValue: SQLValue { .bytes(self) }
    package init?(sqlValue: SQLValue) {
        guard case .bytes(let data) = sqlValue else { return nil }
        self = data
    }
}

extension UUID: SQLConvertible {
    package var sqlValue: SQLValue { .uuid(self) }
    package init?(sqlValue: SQLValue) {
        switch sqlValue {
        case .uuid(let uuid): self = uuid
        case .bytes(let bytes): self.init(bytes: bytes)
        default: return nil
        }
    }
}

extension ID: SQLConvertible {
    package var sqlValue: SQLValue { .uuid(uuid) }
    package init?(sqlValue: SQLValue) {
        guard let uuid = UUID(sqlValue: sqlValue) else { return nil }
        self.init(uuid)
    }
}

/// Instants are kept as whole milliseconds since 1970.
extension Date: SQLConvertible {
    package var sqlValue: SQLValue { .integer(Int64(milliseconds)) }
    package init?(sqlValue: SQLValue) {
        guard case .integer(let milliseconds) = sqlValue else { return nil }
        self.init(milliseconds: Int(milliseconds))
    }
}

/// Days are kept as text that sorts: `2026-11-21`.
extension Day: SQLConvertible {
    package var sqlValue: SQLValue { .text(description) }
    package init?(sqlValue: SQLValue) {
        guard case .text(let text) = sqlValue else { return nil }
        self.init(text)
    }
}

extension TerritoryCode: SQLConvertible {}
extension TerritoryPath: SQLConvertible {}
extension SectorPath: SQLConvertible {}

extension Optional: SQLReadable where Wrapped: SQLReadable {
    package init?(sqlValue: SQLValue) {
        if sqlValue == .null {
            self = .none
        } else if let wrapped = Wrapped(sqlValue: sqlValue) {
            self = wrapped
        } else {
            return nil
        }
    }
}

extension RawRepresentable where RawValue: SQLConvertible {
    package var sqlValue: SQLValue { rawValue.sqlValue }
    package init?(sqlValue: SQLValue) {
        guard let raw = RawValue(sqlValue: sqlValue) else { return nil }
        self.init(rawValue: raw)
    }
}
