import Foundation
import Kernel
import Web

/// Which members a file of `Data` has. Decoding alone takes a misspelt optional member for a missing one, and nobody learns
/// that a step tells nothing or a clock never pauses.
indirect enum FactShape: Sendable {
    case value
    case list(FactShape)
    /// Members that the file itself names, such as stop questions, all of one shape.
    case named(FactShape)
    case members([String: FactShape])

    /// What people write down for each other; it may stand anywhere.
    private static let remarks: Set = ["note", "source", "date"]

    /// One sentence for each member that nobody reads, with its place in the file and what may have been meant.
    func faults(in value: JSONValue, at place: String = "") -> [String] {
        switch (self, value) {
        case (.list(let shape), .array(let items)):
            return items.enumerated().flatMap { index, item in
                shape.faults(in: item, at: "\(place)[\(Self.name(of: item) ?? "\(index)")]")
            }
        case (.named(let shape), .object(let members)):
            return members.sorted { $0.key < $1.key }.flatMap { name, item in
                shape.faults(in: item, at: Self.join(place, name))
            }
        case (.members(let known), .object(let members)):
            return members.sorted { $0.key < $1.key }.flatMap { name, item -> [String] in
                if let shape = known[name] { return shape.faults(in: item, at: Self.join(place, name)) }
                if Self.remarks.contains(name) { return [] }
                return ["\(Self.join(place, name)) is unknown\(known.keys.hint(insteadOf: name))"]
            }
        // A value of another kind: decoding says so.
        default: return []
        }
    }

    private static func join(_ place: String, _ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

    /// How people call an entry of a list: by its name or code.
    private static func name(of item: JSONValue) -> String? {
        guard case .object(let members) = item else { return nil }
        for member in ["name", "code", "key"] {
            if case .string(let name) = members[member] { return name }
        }
        return nil
    }
}

extension FactShape {
    /// The files with facts that are decoded; `calendar.json` is read by its import, which names what it doesn't know.
    static let files: [String: FactShape] = [
        "looks.json": .values("perDay"), "searches.json": .values("perHour", "perDay"),
        "unusual.json": .values(
            "baselineDays", "looksBound", "looksTimesMean", "looksAtLeast", "hoursFrom", "hoursUntil",
            "evidenceBound", "outsideBound"),
        "incidents.json": .members([
            "reportWithinHours": .value, "reportTo": .words, "reportLaw": .words, "reportContents": .list(.words),
            "personsLaw": .words, "personsContents": .list(.words), "kinds": .list(.values("code", words: "name")),
            "levels": .list(.values("code", "mustReport", words: "name")),
        ]),
        "policy.json": .members([
            "kinds": .list(.values("kind", "protection")), "approvals": .list(.values("kind", "actions", "of")),
            "fields": .list(.values("kind", "view", "fields")),
            "rules": .list(.values("role", "kind", "actions", "scope", "view")),
        ]),
        "clocks.json": .members([
            "settings": .values("keepsFormerRules", "rollsPlainWeekends"),
            "rules": .list(
                .values(
                    "name", "code", "version", "effectiveFrom", "former", "kind", "unit", "period", "extension",
                    "rolls", "warnsBefore", words: "title", "from", "pauses", "basis")),
        ]),
        "sectors.json": .members(["sectors": .list(.values("path", words: "name"))]),
        "workflow.json": .members([
            "version": .value, "reopenWithinDays": .value,
            "states": .list(.values("name", "open", words: "title", "rider")),
            "steps": .list(
                .values(
                    "name", "from", "to", "needs", "may", "tells", "meets", "starts", "stops", "outcome", "aside",
                    words: "title")),
            "reasons": .named(.list(.values("code", words: "title"))),
        ]),
        "categories.json": .members([
            "stops": .named(
                .members(["question": .words, "numbers": .list(.values("number", words: "name"))])),
            "groups": .list(
                .members([
                    "code": .value, "name": .words, "icon": .value,
                    "categories": .list(
                        .values(
                            "code", "severity", "clocks", "duty", "private", "duplicateRadius", "stop", "keywords",
                            "sector", words: "name", "department")),
                ])),
        ]),
        "purposes.json": .members([
            "purposes": .list(
                .values(
                    "key", "version", "since", "basis", "asking", words: "name", "text", "law", "kept", "keptFor",
                    "withdrawal"))
        ]),
        "retention.json": .members([
            "hour": .value,
            "kinds": .list(.values("kind", "span", "basis", "atLeast", words: "name", "from", "left", "rule")),
        ]),
        "open311.json": .members([
            "changeset": .value, "contact": .words, "keyService": .words, "jurisdiction": .value, "shown": .value,
            "fewest": .value,
            "questions": .list(
                .members([
                    "category": .value, "code": .value, "datatype": .value, "required": .value,
                    "description": .words, "values": .list(.values("key", words: "name")),
                ])),
        ]),
        "bodies.json": .list(.values("code", "phones", "categories", words: "name", "duty")),
    ]

    /// A text in each language.
    private static let words = values("zh-Hans", "en")

    private static func values(_ names: String..., words texts: String...) -> FactShape {
        var members = names.reduce(into: [String: FactShape]()) { $0[$1] = .value }
        for text in texts { members[text] = words }
        return .members(members)
    }
}
