import Access
import Foundation
import Journal
import Kernel
import People
import Storage
import Web

/// What entries say, in words: staff by their names, for answering for what they did is why they stand there; riders by their
/// pseudonym and nothing else; cases by their number.
struct EntryWords: Sendable {
    let t: Strings
    private let names: [ID<Account>: String]
    private let numbers: [UUID: String]

    init(
        _ entries: some Collection<JournalEntry>, also accounts: [ID<Account>] = [], t: Strings, in db: any Transaction
    )
        throws
    {
        self.t = t
        let people = entries.flatMap { entry in
            [entry.actor, Self.isAboutAccount(entry.kind) ? ID<Account>(entry.subject) : nil].compactMap(\.self)
        }
        names = try ColleagueStore(db).names(of: Set(people + accounts))
        let cases = entries.filter { Self.isAboutCase($0.kind) }.map(\.subject)
        numbers = try EntryStore(db).caseNumbers(of: Set(cases))
    }

    /// Who it was. Whoever isn't staff is a pseudonym: nothing here could say more of a rider.
    enum Who: Sendable, Hashable {
        case product
        case staff(String)
        case pseudonym(String)
    }

    func who(_ account: ID<Account>?) -> Who {
        guard let account else { return .product }
        if let name = names[account] { return .staff(name) }
        return .pseudonym(Self.short(account.uuid))
    }

    func name(of account: ID<Account>?) -> String {
        switch who(account) {
        case .product: t("journal.who.product")
        case .staff(let name): name
        case .pseudonym(let short): t("journal.who.pseudonym", ["short": short])
        }
    }

    func kind(_ kind: String) -> String { Self.kind(kind, t) }

    /// A kind that has no words yet is called by its code.
    static func kind(_ kind: String, _ t: Strings) -> String {
        let key = "journal.kind.\(kind)"
        return t.has(key) ? t(key) : kind
    }

    /// What it happened to.
    func subject(of entry: JournalEntry) -> String {
        if let number = numbers[entry.subject] { return number }
        if Self.isAboutAccount(entry.kind) { return name(of: ID(entry.subject)) }
        if entry.kind.hasPrefix("incident."), let named: Numbered = try? entry.decoded() { return named.number }
        return Self.short(entry.subject)
    }

    private struct Numbered: Decodable {
        let number: String
    }

    /// The number of a case; `nil` for what isn't one.
    func number(of subject: UUID) -> String? { numbers[subject] }

    /// `AC:A2:31:5B`, the end of an identity: enough to tell two apart on a page. Those that were made at the same time begin
    /// alike.
    static func short(_ id: UUID) -> String {
        id.bytes.suffix(4).map { String(format: "%02X", $0) }.joined(separator: ":")
    }

    private static func isAboutAccount(_ kind: String) -> Bool {
        ["account.", "session.", "consent.", "data.", "enrolment.", "search.", "reporter.hidden"].contains {
            kind.hasPrefix($0)
        }
    }

    private static func isAboutCase(_ kind: String) -> Bool {
        (kind.hasPrefix("case.") || kind == "access.refused" || kind.contains(".read")) && !isAboutAccount(kind)
    }
}
