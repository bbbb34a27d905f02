import Foundation
import Kernel
import Web

/// A file of offices, JSON (`{"offices": […]}`) or CSV by its content, as written: ``checked(against:)`` looks at what it
/// means.
///
/// Both have the columns `code, kind, name, nameEn, territory, parent, dutyDesk, hotline, hours, duties`. In JSON `duties`
/// is a list of `{"categories": […], "territories": […], "priority": 1}`; in CSV the columns `categories` and `territories`
/// are lists with semicolons, `priority` a number. The category `*` means all of them; without territories the office's
/// own is meant.
package struct OfficeFile: Sendable {
    struct Entry: Sendable {
        var row: Int
        var code = ""
        var kind = ""
        var name = ""
        var englishName = ""
        var territory = ""
        var parent = ""
        var dutyDesk = ""
        var hotline = ""
        var hours = ""
        var duties: [DutyEntry] = []
    }

    struct DutyEntry: Sendable {
        let categories: [String]
        let territories: [String]
        let priority: String
    }

    let entries: [Entry]
    package let problems: [ImportProblem]

    package init(_ file: Data) {
        let first = file.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        do {
            var problems: [ImportProblem] = []
            entries =
                first == UInt8(ascii: "{")
                ? try Self.json(file, problems: &problems) : try Self.csv(file, problems: &problems)
            self.problems = problems
        } catch {
            entries = []
            problems = [ImportProblem(reading: error, otherwise: "not-an-office-file")]
        }
    }

    private static let columns: Set = [
        "code", "kind", "name", "nameEn", "territory", "parent", "dutyDesk", "hotline", "hours",
    ]
    private static let dutyColumns: Set = ["categories", "territories", "priority"]

    private struct NotAnOfficeFile: Error {}
}

extension OfficeFile {
    private static func json(_ file: Data, problems: inout [ImportProblem]) throws -> [Entry] {
        guard let items = try JSONValue(parsing: file)["offices"].items else { throw NotAnOfficeFile() }
        var entries: [Entry] = []
        for (offset, item) in items.enumerated() {
            var entry = Entry(row: offset + 1)
            guard case .object(let members) = item else {
                problems.append(ImportProblem(row: entry.row, field: "", "not-an-object"))
                continue
            }
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                if columns.contains(key), let text = value.scalar {
                    entry.set(key, text)
                } else if key == "duties", let duties = value.items?.map(duty), !duties.contains(where: { $0 == nil }) {
                    entry.duties = duties.compactMap { $0 }
                } else {
                    let known = columns.contains(key) || key == "duties"
                    problems.append(
                        ImportProblem(
                            row: entry.row, code: item["code"].text, field: key,
                            known ? "wrong-type" : "unknown-column"))
                }
            }
            entries.append(entry)
        }
        return entries
    }

    private static func duty(_ value: JSONValue) -> DutyEntry? {
        guard case .object(let members) = value, dutyColumns.isSuperset(of: members.keys) else { return nil }
        func texts(_ key: String) -> [String]? {
            guard let items = members[key] else { return [] }
            guard let texts = items.items?.map(\.text), !texts.contains(nil) else { return nil }
            return texts.compactMap { $0 }
        }
        guard let categories = texts("categories"), let territories = texts("territories"),
            let priority = (members["priority"] ?? .null).scalar
        else { return nil }
        return DutyEntry(categories: categories, territories: territories, priority: priority)
    }

    private static func csv(_ file: Data, problems: inout [ImportProblem]) throws -> [Entry] {
        let table = try CSVTable(file)
        guard table.headings.contains("code"), table.headings.contains("kind") else { throw NotAnOfficeFile() }
        for heading in table.headings where !columns.union(dutyColumns).contains(heading) {
            problems.append(ImportProblem(row: 1, field: heading, "unknown-column"))
        }
        return table.rows.enumerated().map { offset, values in
            // Row 1 of the sheet has the headings.
            var entry = Entry(row: offset + 2)
            var lists: [String: String] = [:]
            for (heading, value) in zip(table.headings, values) {
                let text = value.trimmingCharacters(in: .whitespacesAndNewlines)
                if dutyColumns.contains(heading) { lists[heading] = text } else { entry.set(heading, text) }
            }
            let categories = list(lists["categories"])
            if !categories.isEmpty {
                entry.duties = [
                    DutyEntry(
                        categories: categories, territories: list(lists["territories"]),
                        priority: lists["priority"] ?? "")
                ]
            }
            return entry
        }
    }

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(whereSeparator: { $0 == ";" || $0 == "；" })
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

extension OfficeFile.Entry {
    fileprivate mutating func set(_ column: String, _ text: String) {
        switch column {
        case "code": code = text
        case "kind": kind = text
        case "name": name = text
        case "nameEn": englishName = text
        case "territory": territory = text
        case "parent": parent = text
        case "dutyDesk": dutyDesk = text
        case "hotline": hotline = text
        case "hours": hours = text
        default: break
        }
    }
}

extension JSONValue {
    /// A text, a whole number, yes, no or nothing, as a table would have it; `nil` for lists and objects.
    fileprivate var scalar: String? {
        switch self {
        case .null: ""
        case .bool(let flag): flag ? "true" : "false"
        case .number(let number):
            number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : String(number)
        case .string: text
        case .array, .object: nil
        }
    }
}
