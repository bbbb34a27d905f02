import Foundation
import Kernel

/// What a file says of one year, before anything of it is believed.
struct CalendarDraft: Sendable {
    enum Kind: String, Sendable {
        case off, makeUp, statutory
    }

    struct Entry: Sendable {
        let place: CalendarFinding.Place
        let text: String
        let kind: Kind
    }

    /// Where the year begins: for what is wrong with it as a whole.
    var place: CalendarFinding.Place
    var year: Int?
    var document: String?
    var published: String?
    var safeUntil: String?
    var entries: [Entry] = []
}

/// Something wrong with a calendar that is to be imported. Its words live under `field.<name>`.
package struct CalendarFinding: Sendable, Hashable {
    package enum Place: Sendable, Hashable {
        /// Of a table, from 1, with its heading.
        case line(Int)
        /// Of a JSON document, such as `years[0].off[3]`.
        case member(String)

        /// `line 5` or `years[0].off[3]`, as programs get it.
        package var name: String {
            switch self {
            case .line(let number): "line \(number)"
            case .member(let path): path
            }
        }

        func member(_ name: String) -> Place {
            guard case .member(let path) = self else { return self }
            return .member(path.isEmpty ? name : "\(path).\(name)")
        }
    }

    package let place: Place
    /// What stands there.
    package let value: String
    package let name: String
    package let details: [String: String]

    init(_ place: Place, _ value: String, _ name: String, _ details: [String: String] = [:]) {
        self.place = place
        self.value = String(value.prefix(40))
        self.name = name
        self.details = details
    }

    package var problem: FieldProblem { FieldProblem(place.name, name, details: details) }

    /// The finding as one line of JSON, as `nuanxin import calendar --dry-run` prints it.
    package var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    /// Whether the document has the wrong shape, rather than a value that can't be.
    package var isAboutShape: Bool {
        ["unknown", "duplicate", "not-text", "not-a-number", "calendar-not-a-list", "calendar-not-a-year-list"]
            .contains(name)
    }
}

extension CalendarFinding: Encodable {
    private enum CodingKeys: String, CodingKey {
        case row, field, problem, value, details
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch place {
        case .line(let number): try values.encode(number, forKey: .row)
        case .member(let path): try values.encode(path, forKey: .field)
        }
        try values.encode(name, forKey: .problem)
        try values.encode(value, forKey: .value)
        try values.encode(details, forKey: .details)
    }
}

extension CalendarDraft {
    /// The year, when nothing is wrong with it.
    func checked(_ findings: inout [CalendarFinding]) -> CalendarYear? {
        let before = findings.count
        guard let year, (2000...2100).contains(year) else {
            findings.append(
                CalendarFinding(place.member("year"), self.year.map(String.init) ?? "", "calendar-no-year"))
            return nil
        }
        let document = document ?? ""
        if !(1...80).contains(document.count) {
            findings.append(CalendarFinding(place.member("document"), document, "calendar-no-document"))
        }
        let published = date(published, "published", &findings)
        let safeUntil = date(safeUntil, "safeUntil", &findings)
        if let safeUntil, safeUntil.year != year {
            findings.append(
                CalendarFinding(place.member("safeUntil"), "\(safeUntil)", "calendar-other-year", ["year": "\(year)"]))
        }
        let days = checkedEntries(of: year, &findings)
        if !(7...80).contains(days[.off]?.count ?? 0) {
            findings.append(
                CalendarFinding(
                    place.member("off"), "\(days[.off]?.count ?? 0)", "calendar-too-few",
                    ["year": "\(year)", "low": "7", "high": "80"]))
        }
        guard findings.count == before else { return nil }
        return CalendarYear(
            year: year, document: document, published: published, off: days[.off] ?? [], makeUp: days[.makeUp] ?? [],
            statutory: days[.statutory] ?? [], safeUntil: safeUntil)
    }

    private func date(_ text: String?, _ member: String, _ findings: inout [CalendarFinding]) -> Day? {
        guard let text else { return nil }
        guard let day = Day(text) else {
            findings.append(CalendarFinding(place.member(member), text, "not-a-day"))
            return nil
        }
        return day
    }

    private func checkedEntries(of year: Int, _ findings: inout [CalendarFinding]) -> [Kind: [Day]] {
        let allowed = CalendarYear.days(of: year)
        let off = Set(entries.filter { $0.kind == .off }.compactMap { Day($0.text) })
        var days: [Kind: [Day]] = [:]
        var seen: Set<String> = []
        for entry in entries {
            func found(_ name: String, _ details: [String: String] = [:]) {
                findings.append(CalendarFinding(entry.place, entry.text, name, details))
            }
            guard let day = Day(entry.text) else {
                found("not-a-day")
                continue
            }
            guard seen.insert("\(entry.kind.rawValue) \(day)").inserted else {
                found("calendar-twice")
                continue
            }
            guard allowed.contains(day) else {
                found("calendar-other-year", ["year": "\(year)"])
                continue
            }
            switch entry.kind {
            case .makeUp where off.contains(day): found("calendar-off-and-make-up")
            case .makeUp where !day.isWeekend: found("calendar-make-up-on-weekday")
            case .statutory where !off.contains(day): found("calendar-statutory-not-off")
            default: days[entry.kind, default: []].append(day)
            }
        }
        return days
    }
}
