import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// `/admin/journal`
struct JournalPage: Page {
    static let template = "audit/journal"
    let form: SearchForm
    let items: [EntryItem]
    let isEmpty: Bool
    let nextURL: String?
    let nextWords: String
    /// Said when the page stopped before it had found enough.
    let looked: String?
    let firstURL: String?
    let exportURL: String
    let status: HTTPResponse.Status

    init(
        form: SearchForm, items: [EntryItem], next: String?, lookedBackTo: String?, isFirst: Bool,
        status: HTTPResponse.Status, t: Strings
    ) {
        self.form = form
        self.items = items
        isEmpty = items.isEmpty
        nextURL = next
        nextWords = t(lookedBackTo == nil ? "journal.older" : "journal.go-on")
        looked = lookedBackTo.map { t("journal.looked", ["time": $0]) }
        firstURL = isFirst ? nil : "/admin/journal" + (form.query.isEmpty ? "" : "?\(form.query)")
        exportURL = "/admin/journal/export" + (form.query.isEmpty ? "" : "?\(form.query)")
        self.status = status
    }

    func title(_ t: Strings) -> String { t("journal.title") }
}

/// The form that searches, as it stands filled in.
struct SearchForm: Sendable {
    let from: String
    let until: String
    let login: String
    let number: String
    let kinds: [ChoiceItem]
    let roles: [ChoiceItem]
    let query: String
    let isNarrowed: Bool
    /// Whom it was narrowed to, by name or pseudonym; said besides the field when that is empty.
    let actor: String?
    let errorList: [FormFault]
    let errors: [String: String]
}

/// One entry in a list.
struct EntryItem: Sendable {
    let url: String
    let number: String
    let time: String
    let kind: String
    let who: String
    let whoURL: String?
    let isProduct: Bool
    let isPseudonym: Bool
    let subject: String
    let subjectURL: String
}

/// `/admin/journal/entries/:entry`
struct EntryPage: Page {
    static let template = "audit/entry"

    struct Fact: Sendable {
        let name: String
        let value: String
        let url: String?
    }

    struct Member: Sendable {
        let name: String
        let value: String
    }

    let number: String
    let facts: [Fact]
    let data: [Member]
    let hasData: Bool
    let chain: String
    let tone: String
    let hash: String?
    let signed: String?

    func title(_ t: Strings) -> String { t("journal.entry.title", ["number": number]) }
}

/// `/admin/journal/chain`
struct ChainPage: Page {
    static let template = "audit/chain"
    let sealed: String
    let waiting: String
    let signed: String
    let signedTone: String
    let kept: String
    let keptTone: String
    let signer: String
    let most: String
    /// What came out of the last reckoning, when one was asked for.
    let result: String?
    let resultTone: String

    func title(_ t: Strings) -> String { t("journal.chain.title") }
}

/// `/admin/journal/export`
struct EntryFilePage: Page {
    static let template = "audit/export"
    let filters: [EntryPage.Member]
    let hasFilters: Bool
    let hidden: [EntryPage.Member]
    let limit: String
    let found: String
    let isTooMany: Bool
    let from: String
    let until: String
    let formats: [ChoiceItem]
    let purposes: [ChoiceItem]
    let errorList: [FormFault]
    let errors: [String: String]
    let status: HTTPResponse.Status

    func title(_ t: Strings) -> String { t("journal.export.title") }
}

/// `/admin/journal/unusual`
struct UnusualPage: Page {
    static let template = "audit/unusual"

    struct Note: Sendable {
        let text: String
        let by: String
    }

    struct Line: Sendable {
        let id: String
        let rule: String
        let ruleName: String
        let why: String
        let who: String
        let actor: String
        let day: String
        let dayWords: String
        let url: String
        let notes: [Note]
        let isExamined: Bool
        let isOpen: Bool
        let note: String
        let error: String?
    }

    struct Rule: Sendable {
        let name: String
        let text: String
    }

    let chips: [Chip]
    let lines: [Line]
    let isEmpty: Bool
    let open: String
    let isCut: Bool
    let unknownDays: String?
    let rules: [Rule]
    let status: HTTPResponse.Status

    struct Chip: Sendable {
        let name: String
        let url: String
        let isCurrent: Bool
    }

    func title(_ t: Strings) -> String { t("journal.unusual.title") }
}
