import Kernel
import Web

/// Reads notices from JSON, with a finding for each member that has the wrong shape.
enum CalendarJSON {
    static func drafts(_ text: String, _ findings: inout [CalendarFinding]) -> [CalendarDraft] {
        do {
            return drafts(try JSONValue(parsing: text.utf8), &findings)
        } catch let problem as JSONProblem {
            let before = Array(text.utf8.prefix(problem.offset))
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            findings.append(
                CalendarFinding(.line(line), "", "calendar-bad-json", ["reason": problem.reason.rawValue]))
        } catch {
            findings.append(CalendarFinding(.line(1), "", "calendar-bad-json", ["reason": "unexpected"]))
        }
        return []
    }

    static func drafts(_ document: JSONValue, _ findings: inout [CalendarFinding]) -> [CalendarDraft] {
        guard case .object(let members) = document else {
            findings.append(CalendarFinding(.member(""), "", "calendar-not-a-year-list"))
            return []
        }
        guard let years = members["years"] else { return [draft(members, at: .member(""), &findings)] }
        refuse(members, but: ["source", "date", "note", "years"], at: .member(""), &findings)
        guard case .array(let items) = years, (1...50).contains(items.count) else {
            findings.append(CalendarFinding(.member("years"), "", "calendar-not-a-year-list"))
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard case .object(let members) = item else {
                findings.append(CalendarFinding(.member("years[\(index)]"), "", "calendar-not-a-year-list"))
                return nil
            }
            return draft(members, at: .member("years[\(index)]"), &findings)
        }
    }

    private static func draft(
        _ members: [String: JSONValue], at place: CalendarFinding.Place, _ findings: inout [CalendarFinding]
    ) -> CalendarDraft {
        refuse(
            members,
            but: ["year", "document", "published", "off", "makeUp", "statutory", "safeUntil", "source", "note"],
            at: place, &findings)
        var draft = CalendarDraft(place: place)
        switch members["year"] {
        case .number(let number): draft.year = Int(exactly: number)
        case nil: break
        default: findings.append(CalendarFinding(place.member("year"), "", "not-a-number"))
        }
        draft.document = text(members, "document", at: place, &findings)
        draft.published = text(members, "published", at: place, &findings)
        draft.safeUntil = text(members, "safeUntil", at: place, &findings)
        for kind in [CalendarDraft.Kind.off, .makeUp, .statutory] {
            draft.entries += entries(members[kind.rawValue], kind, at: place.member(kind.rawValue), &findings)
        }
        return draft
    }

    private static func entries(
        _ value: JSONValue?, _ kind: CalendarDraft.Kind, at place: CalendarFinding.Place,
        _ findings: inout [CalendarFinding]
    ) -> [CalendarDraft.Entry] {
        guard let value else { return [] }
        guard case .array(let items) = value, items.count <= 100 else {
            findings.append(CalendarFinding(place, "", "calendar-not-a-list"))
            return []
        }
        return items.enumerated().compactMap { index, item in
            let place = CalendarFinding.Place.member("\(place.name)[\(index)]")
            guard case .string(let text) = item else {
                findings.append(CalendarFinding(place, "", "not-text"))
                return nil
            }
            return CalendarDraft.Entry(place: place, text: text, kind: kind)
        }
    }

    private static func text(
        _ members: [String: JSONValue], _ name: String, at place: CalendarFinding.Place,
        _ findings: inout [CalendarFinding]
    ) -> String? {
        switch members[name] {
        case .string(let text): return text.contains("\0") ? nil : text
        case nil: return nil
        default:
            findings.append(CalendarFinding(place.member(name), "", "not-text"))
            return nil
        }
    }

    private static func refuse(
        _ members: [String: JSONValue], but known: Set<String>, at place: CalendarFinding.Place,
        _ findings: inout [CalendarFinding]
    ) {
        for name in members.keys.sorted() where !known.contains(name) {
            findings.append(CalendarFinding(place.member(name), "", "unknown"))
        }
    }
}
