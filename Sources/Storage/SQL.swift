/// A piece of SQL together with the values bound to it.
///
/// Write it as a string literal. An interpolated value is bound, never pasted, so text from a form can't become part of
/// a statement:
///
///     let open: SQL = "SELECT id FROM matter WHERE state = \(state)"
///
/// A piece can hold another piece:
///
///     let newest: SQL = "\(open) ORDER BY received_at DESC LIMIT \(20)"
///
/// The same piece runs on every database. Where they differ, see `SQL+Dialect.swift`.
package struct SQL: Sendable, Hashable {
    enum Part: Sendable, Hashable {
        case text(String)
        case value(SQLValue)
        case choice(sqlite: String, postgres: String)
    }

    var parts: [Part]

    /// The text to send to a database of the given dialect, and the values for its placeholders.
    package func rendered(for dialect: SQLDialect) -> (text: String, values: [SQLValue]) {
        var text = ""
        var values: [SQLValue] = []
        for part in parts {
            switch part {
            case .text(let literal):
                text += literal
            case .choice(let sqlite, let postgres):
                text += dialect == .sqlite ? sqlite : postgres
            case .value(let value):
                values.append(value)
                text += dialect.placeholder(at: values.count)
            }
        }
        return (text, values)
    }
}

extension SQL: ExpressibleByStringInterpolation {
    package init(stringLiteral text: String) {
        parts = [.text(text)]
    }

    package init(stringInterpolation: StringInterpolation) {
        parts = stringInterpolation.parts
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(2 * interpolationCount + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            parts.append(.text(literal))
        }

        /// Binds a value.
        package mutating func appendInterpolation(_ value: some SQLBindable) {
            parts.append(.value(value.sqlValue))
        }

        /// Binds a value that may be missing.
        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            parts.append(.value(value?.sqlValue ?? .null))
        }

        /// Splices another piece of SQL, with its values.
        package mutating func appendInterpolation(_ piece: SQL) {
            parts += piece.parts
        }

        /// Names a table or a column that the statement can't spell out, in quotes.
        package mutating func appendInterpolation(identifier name: String) {
            parts.append(.text("\"" + name.replacing("\"", with: "\"\"") + "\""))
        }

        /// Binds each value, for `IN (…)`. An empty list matches nothing.
        package mutating func appendInterpolation(each values: [some SQLBindable]) {
            guard !values.isEmpty else { return parts.append(.text("NULL")) }
            appendInterpolation(values.map { "\($0)" }.joined(by: ", "))
        }
    }
}

extension [SQL] {
    /// The pieces one after another, with `separator` between them.
    package func joined(by separator: SQL) -> SQL {
        var parts: [SQL.Part] = []
        for (index, piece) in enumerated() {
            if index > 0 { parts += separator.parts }
            parts += piece.parts
        }
        return SQL(parts: parts)
    }

    /// All of the conditions; true when there are none.
    package var all: SQL { isEmpty ? "TRUE" : "(\(joined(by: " AND ")))" }

    /// Any of the conditions; false when there are none.
    package var any: SQL { isEmpty ? "FALSE" : "(\(joined(by: " OR ")))" }
}
