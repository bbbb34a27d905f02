/// The names of a result's columns, shared by all of its rows.
package final class Columns: Sendable {
    let names: [String]
    private let positions: [String: Int]

    package init(_ names: [String]) {
        self.names = names
        positions = Dictionary(zip(names, names.indices)) { first, _ in first }
    }

    func position(of name: String) -> Int? { positions[name] }
}

/// One row of a result.
package struct Row: Sendable {
    private let columns: Columns
    private let values: [SQLValue]

    /// Every value, in the order of the `SELECT`: for comparing with another reading.
    package var all: [SQLValue] { values }

    package init(_ columns: Columns, _ values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    /// The value of a column, as the type that the caller expects.
    package subscript<Value: SQLReadable>(column: String) -> Value {
        get throws {
            guard let position = columns.position(of: column) else { throw RowError.noSuchColumn(column) }
            return try self[position]
        }
    }

    /// The value at a position in the `SELECT`, which is what hot paths use.
    package subscript<Value: SQLReadable>(position: Int) -> Value {
        get throws {
            guard let value = Value(sqlValue: values[position]) else {
                throw RowError.unexpectedValue(column: columns.names[position], wanted: "\(Value.self)")
            }
            return value
        }
    }
}

/// A row that isn't what the code expects: a mistake in a statement, never something a person did.
package enum RowError: Error {
    case noSuchColumn(String)
    case unexpectedValue(column: String, wanted: String)
}
