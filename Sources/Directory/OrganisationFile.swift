import Foundation
import Kernel
import Web

/// A file of organisations, JSON (`{"organisations": […]}`) or CSV by its content, with the columns
/// `code, kind, name, territory, parent`.
package struct OrganisationFile: Sendable {
    /// An organisation as the file describes it.
    package struct Draft: Sendable, Hashable {
        package let code: String
        package let kind: Organisation.Kind
        package let name: String
        package let territory: TerritoryCode
        /// A code.
        package let parent: String?
    }

    fileprivate struct Entry {
        let row: Int
        let values: [String: String]

        subscript(_ column: String) -> String { values[column] ?? "" }
        var code: String { self["code"].uppercased() }
    }

    private let entries: [Entry]
    private let problems: [ImportProblem]

    package init(_ file: Data) {
        let first = file.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        var problems: [ImportProblem] = []
        do {
            entries =
                first == UInt8(ascii: "{")
                ? try Self.json(file, problems: &problems) : try Self.csv(file, problems: &problems)
        } catch {
            entries = []
            problems = [ImportProblem(reading: error, otherwise: "not-a-file-of-organisations")]
        }
        self.problems = problems
    }

    private struct NotOrganisations: Error {}

    private static let columns: Set = ["code", "kind", "name", "territory", "parent"]

    private static func json(_ file: Data, problems: inout [ImportProblem]) throws -> [Entry] {
        guard let items = try JSONValue(parsing: file)["organisations"].items else { throw NotOrganisations() }
        return items.enumerated().compactMap { offset, item in
            guard case .object(let members) = item else {
                problems.append(ImportProblem(row: offset + 1, field: "", "not-an-object"))
                return nil
            }
            var values: [String: String] = [:]
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                if columns.contains(key), let text = value.text {
                    values[key] = text.trimmingCharacters(in: .whitespacesAndNewlines)
                } else {
                    problems.append(
                        ImportProblem(
                            row: offset + 1, code: item["code"].text, field: key,
                            columns.contains(key) ? "wrong-type" : "unknown-column"))
                }
            }
            return Entry(row: offset + 1, values: values)
        }
    }

    private static func csv(_ file: Data, problems: inout [ImportProblem]) throws -> [Entry] {
        let table = try CSVTable(file)
        guard table.headings.contains("code"), table.headings.contains("kind") else { throw NotOrganisations() }
        for heading in table.headings where !columns.contains(heading) {
            problems.append(ImportProblem(row: 1, field: heading, "unknown-column"))
        }
        return table.rows.enumerated().map { offset, values in
            let pairs = zip(table.headings, values).map { ($0, $1.trimmingCharacters(in: .whitespacesAndNewlines)) }
            // Row 1 of the sheet has the headings.
            return Entry(row: offset + 2, values: Dictionary(pairs) { $1 })
        }
    }
}

// MARK: - What it means

extension OrganisationFile {
    /// The territories that have to be looked up before ``checked(territories:organisations:)``.
    package var territories: Set<TerritoryCode> { Set(entries.map { TerritoryCode(rawValue: $0["territory"]) }) }

    /// The file against what is known: those of its ``territories`` that exist, and the codes of the organisations that
    /// exist already with their parents' codes. Parents come before their children.
    package func checked(
        territories: Set<TerritoryCode>, organisations existing: [String: String?]
    ) -> (drafts: [Draft], problems: [ImportProblem]) {
        var problems = problems
        var drafts: [(row: Int, draft: Draft)] = []
        let known = Set(existing.keys).union(entries.map(\.code))
        var seen: Set<String> = []
        for entry in entries {
            let faults =
                entry.faults(territories: territories, organisations: known)
                + (seen.insert(entry.code).inserted ? [] : [("code", "duplicate-code")])
            problems += faults.map { ImportProblem(row: entry.row, code: entry.code, field: $0.0, $0.1) }
            guard faults.isEmpty, let kind = Organisation.Kind(rawValue: entry["kind"]) else { continue }
            let parent = entry["parent"].isEmpty ? nil : entry["parent"].uppercased()
            drafts.append(
                (
                    entry.row,
                    Draft(
                        code: entry.code, kind: kind, name: entry["name"],
                        territory: TerritoryCode(rawValue: entry["territory"]), parent: parent)
                ))
        }
        let tree = ImportedTree(existing, changedBy: drafts.map { ($0.draft.code, $0.draft.parent) })
        for (row, draft) in drafts where tree.isCircular(at: draft.code) {
            problems.append(ImportProblem(row: row, code: draft.code, field: "parent", "circle"))
        }
        return (
            drafts.map(\.draft).sorted { (tree.height(of: $0.code), $0.code) < (tree.height(of: $1.code), $1.code) },
            problems.sorted { $0.row < $1.row }
        )
    }
}

extension OrganisationFile.Entry {
    fileprivate func faults(
        territories: Set<TerritoryCode>, organisations: Set<String>
    ) -> [(field: String, name: String)] {
        var faults: [(String, String)] = []
        let isCode = code.count == 18 ? CreditCode(code) != nil : code.wholeMatch(of: /[A-Z0-9-]{2,40}/) != nil
        if !isCode { faults.append(("code", code.count == 18 ? "bad-credit-code" : "bad-code")) }
        if Organisation.Kind(rawValue: self["kind"]) == nil { faults.append(("kind", "no-such-kind")) }
        if !(1...80).contains(self["name"].count) { faults.append(("name", "no-name")) }
        if !territories.contains(TerritoryCode(rawValue: self["territory"])) {
            faults.append(("territory", "unknown-territory"))
        }
        if !self["parent"].isEmpty, !organisations.contains(self["parent"].uppercased()) {
            faults.append(("parent", "unknown-organisation"))
        }
        return faults
    }
}
