import Foundation
import Journal
import Kernel

/// Entries as a file: lines of JSON for programs, or a table that a spreadsheet opens.
enum EntryFile: String, Sendable, CaseIterable {
    case csv, jsonl

    var contentType: String {
        switch self {
        case .csv: "text/csv; charset=utf-8"
        case .jsonl: "application/x-ndjson; charset=utf-8"
        }
    }

    /// What stands before the first entry. The mark tells spreadsheets that the text is UTF-8.
    var head: String {
        switch self {
        case .csv: "\u{feff}" + Self.row(Self.columns)
        case .jsonl: ""
        }
    }

    func line(_ entry: JournalEntry, seal: JournalSeal?, words: EntryWords) -> String {
        let (kind, name): (String, String) =
            switch words.who(entry.actor) {
            case .product: ("product", "")
            case .staff(let name): ("staff", name)
            case .pseudonym: ("pseudonym", "")
            }
        let hash = seal?.hash.map { String(format: "%02x", $0) }.joined() ?? ""
        let data = String(decoding: entry.data, as: UTF8.self)
        let actor = entry.actor?.text ?? ""
        let number = words.number(of: entry.subject) ?? ""
        switch self {
        case .csv:
            return Self.row([
                "\(entry.sequence)", entry.at.secondText, entry.at.rfc3339, entry.kind, words.kind(entry.kind),
                kind, actor, name, ID<Account>(entry.subject).text, number, data, seal.map { "\($0.number)" } ?? "",
                hash,
            ])
        case .jsonl:
            let texts: [(String, String?)] = [
                ("at", entry.at.rfc3339), ("kind", entry.kind), ("actorKind", kind),
                ("actor", actor.isEmpty ? nil : actor), ("actorName", name.isEmpty ? nil : name),
                ("subject", ID<Account>(entry.subject).text), ("case", number.isEmpty ? nil : number),
                ("hash", hash.isEmpty ? nil : hash),
            ]
            let members =
                ["\"sequence\":\(entry.sequence)"]
                + texts.compactMap { key, text in text.map { "\"\(key)\":\(Self.quoted($0))" } }
                + (seal.map { ["\"seal\":\($0.number)"] } ?? []) + ["\"data\":\(data)"]
            return "{\(members.joined(separator: ","))}\n"
        }
    }

    private static let columns = [
        "number", "time_shanghai", "time_utc", "kind", "kind_in_words", "actor_kind", "actor", "actor_name", "subject",
        "case_number", "data", "seal", "seal_hash",
    ]

    static func row(_ values: [String]) -> String { values.map(cell).joined(separator: ",") + "\r\n" }

    /// A value in quotes. One that a spreadsheet would take for a formula gets an apostrophe first; spreadsheets in Chinese
    /// read the wide signs too (CWE-1236).
    static func cell(_ value: String) -> String {
        let isFormula = value.unicodeScalars.first.map { formulas.contains($0) } ?? false
        return "\"" + (isFormula ? "'" : "") + value.replacing("\"", with: "\"\"") + "\""
    }

    private static let formulas: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\t", "\r", "\n", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}",
    ]

    private static func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
