import Foundation
import Web

/// What is wrong with one row of a file that somebody wants to import: one line of JSON in a dry run.
package struct ImportProblem: Sendable, Hashable, Encodable {
    /// The row of the file, from 1; 0 for the file as a whole.
    package let row: Int
    /// The code that the row carries, when it has one.
    package let code: String?
    package let field: String
    /// Which problem it is. Its words live under `directory.import.<name>`.
    package let name: String
    package let details: [String: String]

    package init(row: Int, code: String? = nil, field: String, _ name: String, _ details: [String: String] = [:]) {
        self.row = row
        self.code = code
        self.field = field
        self.name = name
        self.details = details
    }

    /// Why a file couldn't be read at all; `name` when it was read and is something else.
    init(reading error: any Error, otherwise name: String) {
        switch error {
        case let error as JSONProblem:
            self.init(
                row: 0, field: "file", "malformed-json",
                ["offset": "\(error.offset)", "reason": error.reason.rawValue])
        case CSVTable.Fault.malformed(let line):
            self.init(row: line, field: "file", "malformed-csv")
        case CSVTable.Fault.notUTF8:
            self.init(row: 0, field: "file", "not-utf8")
        default:
            self.init(row: 0, field: "file", name)
        }
    }

    private enum CodingKeys: String, CodingKey {
        case row, code, field, details
        case name = "problem"
    }

    /// The problem as one line, as `nuanxin import --dry-run` prints it.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

/// What an import did, or in a dry run would do.
package struct ImportReport: Sendable, Hashable, Encodable {
    package var added = 0
    package var changed = 0
    package var unchanged = 0
    /// What is kept here and isn't in the file. It stays: matters may refer to it.
    package var absent = 0
    /// When there is one, nothing was stored.
    package var problems: [ImportProblem] = []
    /// Whether something was stored: not in a dry run, not with problems, not when all is there already.
    package var isStored = false

    package init() {}

    /// Whether storing the file leaves everything as it was.
    package var changesNothing: Bool { added == 0 && changed == 0 }

    /// Counts one thing of the file.
    package mutating func count<Value: Equatable>(_ value: Value, before: Value?) {
        if let before {
            if before == value { unchanged += 1 } else { changed += 1 }
        } else {
            added += 1
        }
    }
}
