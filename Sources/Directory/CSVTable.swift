import Foundation

/// A table of comma-separated values (RFC 4180) with a line of headings, in UTF-8 with or without its mark.
package struct CSVTable: Sendable {
    let headings: [String]
    /// Each as long as ``headings``; shorter lines are filled with nothing.
    let rows: [[String]]

    package enum Fault: Error, Hashable {
        case notUTF8
        case noHeadings
        /// A quote without its partner, or text after one; or more values than headings. Lines count from 1.
        case malformed(line: Int)
    }

    /// The lines as they stand there, with their numbers from 1.
    package static func lines(_ data: Data) throws(Fault) -> [(number: Int, values: [String])] {
        let bytes = data.starts(with: [0xef, 0xbb, 0xbf]) ? data.dropFirst(3) : data
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8 }
        var reader = Reader(text)
        return try reader.lines()
    }

    init(_ data: Data) throws(Fault) {
        var lines = try Self.lines(data)
        guard let headings = lines.first?.values.map({ $0.trimmingCharacters(in: .whitespaces) }),
            headings.contains(where: { !$0.isEmpty })
        else { throw .noHeadings }
        lines.removeFirst()
        var rows: [[String]] = []
        for line in lines where line.values.contains(where: { !$0.isEmpty }) {
            guard line.values.count <= headings.count else { throw .malformed(line: line.number) }
            rows.append(line.values + Array(repeating: "", count: headings.count - line.values.count))
        }
        self.headings = headings
        self.rows = rows
    }

    private struct Reader {
        private let characters: [Unicode.Scalar]
        private var offset = 0
        private var line = 1

        init(_ text: String) {
            characters = Array(text.unicodeScalars)
        }

        mutating func lines() throws(Fault) -> [(number: Int, values: [String])] {
            var lines: [(number: Int, values: [String])] = []
            while offset < characters.count {
                let number = line
                var values: [String] = []
                repeat { values.append(try value()) } while take(",")
                _ = take("\r")
                guard take("\n") || offset == characters.count else { throw .malformed(line: line) }
                line += 1
                lines.append((number, values))
            }
            return lines
        }

        private mutating func value() throws(Fault) -> String {
            var value = String.UnicodeScalarView()
            guard take("\"") else {
                while offset < characters.count, !",\r\n\"".unicodeScalars.contains(characters[offset]) {
                    value.append(characters[offset])
                    offset += 1
                }
                return String(value)
            }
            while offset < characters.count {
                let character = characters[offset]
                offset += 1
                if character == "\"" {
                    guard take("\"") else { return String(value) }
                } else if character == "\n" {
                    line += 1
                }
                value.append(character)
            }
            throw .malformed(line: line)
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard offset < characters.count, characters[offset] == character else { return false }
            offset += 1
            return true
        }
    }
}
