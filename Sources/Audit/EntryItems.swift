import Access
import Foundation
import Journal
import Kernel
import Web

// From entries and searches to what pages show of them.

extension EntryItem {
    init(_ entry: JournalEntry, words: EntryWords) {
        let who = words.who(entry.actor)
        url = "/admin/journal/entries/\(entry.sequence)"
        number = "\(entry.sequence)"
        time = entry.at.secondText
        kind = words.kind(entry.kind)
        self.who = words.name(of: entry.actor)
        whoURL = entry.actor.map { "/admin/journal?\(JournalSearch(actor: $0).query)" }
        isProduct = who == .product
        if case .pseudonym = who { isPseudonym = true } else { isPseudonym = false }
        subject = words.subject(of: entry)
        subjectURL = "/admin/journal?\(JournalSearch(subject: entry.subject).query)"
    }
}

extension SearchForm {
    init(
        _ search: JournalSearch, sent: SentSearch?, login: String?, number: String?, kinds: [String], words: EntryWords,
        t: Strings
    ) {
        from = sent?.from ?? search.from?.description ?? ""
        until = sent?.until ?? search.until?.description ?? ""
        self.login = sent?.login ?? login ?? search.actor?.text ?? ""
        self.number = sent?.number ?? number ?? search.subject.map { ID<Never>($0).text } ?? ""
        let kind = sent?.kind ?? search.kind
        let role = sent?.role ?? search.role?.rawValue
        // What was asked for stays in the list, also when there is no entry of it.
        let all = Set(kinds).union(search.kind.map { [$0] } ?? []).sorted()
        self.kinds = all.map { ChoiceItem(value: $0, name: EntryWords.kind($0, t), isChosen: $0 == kind) }
        roles = JournalSearch.roles.map {
            ChoiceItem(value: $0.rawValue, name: t("role.\($0.rawValue)"), isChosen: $0.rawValue == role)
        }
        query = search.query
        isNarrowed = !search.isEmpty || sent != nil
        actor = search.actor.map { words.name(of: $0) }
        errorList = (sent?.problems ?? []).map { FormFault($0, t) }
        errors = errorList.reduce(into: [:]) { $0[$1.field] = $1.detail }
    }
}

extension EntryPage {
    init(_ entry: JournalEntry, place: JournalPlace, hash: Data?, signedAt: Date?, words: EntryWords) {
        let t = words.t
        let item = EntryItem(entry, words: words)
        number = item.number
        facts = [
            Fact(name: t("journal.time"), value: "\(item.time) · \(entry.at.rfc3339)", url: nil),
            Fact(
                name: t("journal.kind-of-act"), value: item.kind,
                url: "/admin/journal?\(JournalSearch(kind: entry.kind).query)"),
            Fact(name: t("journal.who"), value: item.who, url: item.whoURL),
            Fact(name: t("journal.subject"), value: item.subject, url: item.subjectURL),
            Fact(name: t("journal.entry.subject-id"), value: ID<Never>(entry.subject).text, url: nil),
        ]
        data = Self.members(of: entry.data)
        hasData = !data.isEmpty
        self.hash = hash.map { $0.map { String(format: "%02x", $0) }.joined() }
        switch place {
        case .waiting: (chain, tone) = (t("journal.place.waiting"), "calm")
        case .whole(let number): (chain, tone) = (t("journal.place.whole", ["number": "\(number)"]), "good")
        case .broken(let number): (chain, tone) = (t("journal.place.broken", ["number": "\(number)"]), "late")
        }
        signed = place.number.map { _ in
            signedAt.map { t("journal.place.signed", ["time": $0.secondText]) } ?? t("journal.place.unsigned")
        }
    }

    /// The particulars one by one; what isn't a text is shown as the JSON that it is.
    private static func members(of data: Data) -> [Member] {
        guard case .object(let members)? = try? JSONValue(parsing: data) else { return [] }
        return members.sorted { $0.key < $1.key }.map { name, value in
            Member(name: name, value: plain(value))
        }
    }

    private static func plain(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key): \(plain($0.value))" }.joined(separator: ", ")
        case .array(let items): items.map(plain).joined(separator: ", ")
        case .bool(let flag): "\(flag)"
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
        case .null: "—"
        }
    }
}
