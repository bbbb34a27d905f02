import Foundation
import Kernel
import Web

/// Holiday notices read from a file: JSON in the form of `Data/calendar.json` (or one of its years alone), or a table of
/// `date,kind`. Nothing is imported unless ``findings`` is empty.
package struct CalendarImport: Sendable {
    /// What a table of days can't say of itself. A table may say it in lines before its heading: `# year: 2027`.
    package struct Notice: Sendable, Hashable {
        package var year: String?
        package var document: String?
        package var published: String?

        package init(year: String? = nil, document: String? = nil, published: String? = nil) {
            self.year = year
            self.document = document
            self.published = published
        }
    }

    /// Only the years with which nothing is wrong.
    package let years: [CalendarYear]
    package let findings: [CalendarFinding]

    package init(_ text: String, notice: Notice = Notice()) {
        let text = text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
        let isJSON = text.first { !$0.isWhitespace } == "{"
        var findings: [CalendarFinding] = []
        let drafts = isJSON ? CalendarJSON.drafts(text, &findings) : CalendarTable.drafts(text, notice, &findings)
        self.init(drafts, findings)
    }

    /// A document that was parsed before, such as the body of a request.
    package init(_ document: JSONValue) {
        var findings: [CalendarFinding] = []
        let drafts = CalendarJSON.drafts(document, &findings)
        self.init(drafts, findings)
    }

    private init(_ drafts: [CalendarDraft], _ findings: [CalendarFinding]) {
        var findings = findings
        var years: [CalendarYear] = []
        for draft in drafts {
            guard let year = draft.checked(&findings) else { continue }
            if years.contains(where: { $0.year == year.year }) {
                findings.append(CalendarFinding(draft.place.member("year"), "\(year.year)", "calendar-year-twice"))
            } else {
                years.append(year)
            }
        }
        if drafts.isEmpty, findings.isEmpty {
            findings.append(CalendarFinding(.line(1), "", "calendar-empty"))
        }
        self.years = years
        self.findings = findings
    }
}

extension CalendarYear: Encodable {
    private enum CodingKeys: String, CodingKey {
        case year, document, published, off, makeUp, statutory, safeUntil
    }

    /// As it stands in `Data/calendar.json`.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(year, forKey: .year)
        try values.encode(document, forKey: .document)
        try values.encodeIfPresent(published, forKey: .published)
        try values.encode(off, forKey: .off)
        try values.encode(makeUp, forKey: .makeUp)
        try values.encode(statutory, forKey: .statutory)
        try values.encode(safeUntil, forKey: .safeUntil)
    }
}

private enum CalendarTable {
    static func drafts(
        _ text: String, _ notice: CalendarImport.Notice, _ findings: inout [CalendarFinding]
    ) -> [CalendarDraft] {
        var draft = CalendarDraft(place: .line(1))
        var notice = notice
        var heading: [String]?
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !line.isEmpty else { continue }
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(cell)
            if line.hasPrefix("#") {
                note(line, in: &notice)
            } else if let columns = heading {
                draft.entries += entries(cells, columns, .line(index + 1), &findings)
            } else if cells.contains("date"), cells.contains("kind") {
                heading = cells
            } else {
                findings.append(CalendarFinding(.line(index + 1), line, "calendar-no-heading"))
                return []
            }
        }
        guard heading != nil else { return [] }
        draft.year = notice.year.flatMap { Int($0) }
        draft.document = notice.document
        draft.published = notice.published
        return [draft]
    }

    private static func cell(_ text: Substring) -> String {
        let text = text.trimmingCharacters(in: .whitespaces)
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast())
    }

    /// `# document: 国办发明电〔2025〕7号`. What the person has typed beside the table wins.
    private static func note(_ line: String, in notice: inout CalendarImport.Notice) {
        let halves = line.dropFirst().split(separator: ":", maxSplits: 1).map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        guard halves.count == 2 else { return }
        switch halves[0] {
        case "year": notice.year = notice.year ?? halves[1]
        case "document": notice.document = notice.document ?? halves[1]
        case "published": notice.published = notice.published ?? halves[1]
        default: break
        }
    }

    private static func entries(
        _ cells: [String], _ columns: [String], _ place: CalendarFinding.Place, _ findings: inout [CalendarFinding]
    ) -> [CalendarDraft.Entry] {
        let row = Dictionary(zip(columns, cells)) { first, _ in first }
        let date = row["date"] ?? ""
        // A statutory holiday is a day off too.
        let kinds: [CalendarDraft.Kind]? =
            switch row["kind"] ?? "" {
            case "off", "放假": [.off]
            case "makeUp", "上班": [.makeUp]
            case "statutory", "法定节假日": [.off, .statutory]
            default: nil
            }
        guard let kinds else {
            findings.append(CalendarFinding(place, row["kind"] ?? "", "calendar-no-such-kind"))
            return []
        }
        return kinds.map { CalendarDraft.Entry(place: place, text: date, kind: $0) }
    }
}
