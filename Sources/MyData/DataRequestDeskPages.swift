import Deadlines
import Foundation
import Hummingbird
import Kernel
import People
import Web

/// `/work/data-requests`: what waits and what was answered, without anything of whose it is.
struct DataRequestDeskPage: Page {
    static let template = "mydata/desk"

    struct Figure: Sendable {
        let number: String
        let name: String
    }

    struct Item: Sendable {
        let url: String
        let name: String
        let state: String
        let tone: String
        /// When it was asked and is due, or was answered and by whom.
        let line: String
        /// How long it has waited; of an answered one whether it was in time.
        let more: String?
        let moreTone: String?
    }

    let figures: [Figure]
    let waiting: [Item]
    let isEmpty: Bool
    let answered: [Item]
    let hasAnswered: Bool

    func title(_ t: Strings) -> String { t("mydata.desk.title") }
}

extension DataRequestDeskPage.Figure {
    static func all(_ counts: DataRequestStore.Counts, _ t: Strings) -> [Self] {
        let withoutDay = counts.withoutDay > 0 ? [("without-day", counts.withoutDay)] : []
        let all = [
            ("open", counts.open), ("late", counts.late), ("answered", counts.answered), ("in-time", counts.inTime),
        ]
        return (all + withoutDay).map { Self(number: "\($0.1)", name: t("mydata.desk.figure.\($0.0)")) }
    }
}

extension DataRequestDeskPage.Item {
    init(waiting request: DataRequest, today: Day, t: Strings) {
        let words = DataRequestWords(request, today: today, t: t)
        url = "/work/data-requests/\(request.id)"
        name = t("mydata.request.\(request.kind.rawValue)")
        (state, tone) = (words.state, words.tone)
        line = [words.asked, words.due].joined(separator: " · ")
        more = words.waiting
        moreTone = nil
    }

    init(answered request: DataRequest, by names: [ID<Account>: String], today: Day, t: Strings) {
        let words = DataRequestWords(request, today: today, t: t)
        url = "/work/data-requests/\(request.id)"
        name = t("mydata.request.\(request.kind.rawValue)")
        (state, tone) = (words.state, words.tone)
        let by = request.answeredBy.flatMap { names[$0] } ?? t("mydata.desk.by-nobody")
        line = [words.asked, words.answered, by].compactMap(\.self).joined(separator: " · ")
        more = words.inTime
        moreTone = request.isInTime == false ? "late" : nil
    }
}

/// States and days of a request in words, as whoever answers reads them.
struct DataRequestWords: Sendable {
    let state: String
    let tone: String
    let asked: String
    let due: String
    let waiting: String
    let answered: String?
    let inTime: String?

    init(_ request: DataRequest, today: Day, t: Strings) {
        let days = DayWords(t)
        let left = request.due.map { $0 - today }
        switch (request.state, left) {
        case (.open, let left?) where left < 0:
            (state, tone) = (t("mydata.desk.late", count: -left), "late")
        case (.open, 0): (state, tone) = (t("mydata.desk.today"), "warn")
        case (.open, let left?): (state, tone) = (t("mydata.desk.left", count: left), left <= 3 ? "warn" : "calm")
        case (.open, nil), (.held, _): (state, tone) = (t("mydata.request.state.\(request.state.rawValue)"), "calm")
        case (.done, _): (state, tone) = (t("mydata.request.state.done"), "good")
        case (.refused, _), (.takenBack, _): (state, tone) = (t("mydata.request.state.\(request.state.rawValue)"), "")
        }
        asked = t("mydata.desk.asked", ["day": days.short(Day(of: request.askedAt))])
        due =
            request.due.map { t("mydata.request.due", ["day": days.short($0)]) } ?? t("mydata.request.due-unknown")
        waiting = t("mydata.desk.waiting", count: max(0, today - Day(of: request.askedAt)))
        answered = request.answeredAt.map { t("mydata.desk.answered", ["day": days.short(Day(of: $0))]) }
        inTime = request.isInTime.map { t($0 ? "mydata.desk.in-time" : "mydata.desk.too-late") }
    }
}

/// `/work/data-requests/:request`
struct DataRequestPage: Page {
    static let template = "mydata/request"

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    let name: String
    let state: String
    let tone: String
    let facts: [Fact]
    let why: [String]
    let isOpened: Bool
    let text: String?
    let contacts: [Fact]
    let hasContacts: Bool
    /// Why who asked isn't shown.
    let looksUsed: String?
    /// What a deletion waits for.
    let deletion: [String]
    let answer: String?
    let isOwn: Bool
    let mayAnswer: Bool
    let isLostPhone: Bool
    let url: String
    let form: DeskForm
    let typed: String
    let outcomes: [ChoiceItem]
    let isIdentityChecked: Bool
    /// What was typed for a request that can't be answered any more.
    let unsent: String?
    let errorList: [FormFault]

    var status: HTTPResponse.Status { form.status }
    func title(_ t: Strings) -> String { name }

    static let fields = ["outcome", "words", "identityChecked"]

    init(_ file: DataRequestFile, form: DeskForm, today: Day, t: Strings, _ language: Language) {
        let request = file.request
        let words = DataRequestWords(request, today: today, t: t)
        name = t("mydata.request.\(request.kind.rawValue)")
        (state, tone) = (words.state, words.tone)
        func fact(_ key: String, _ value: String?) -> Fact? {
            value.map { Fact(name: t("mydata.desk.\(key)"), value: $0) }
        }
        let days = DayWords(t)
        let isOpen = request.state.isOpen
        facts = [
            fact("fact.asked", days.day(Day(of: request.askedAt))),
            fact("fact.due", file.deadline?.due.words(t) ?? t("mydata.request.due-unknown")),
            isOpen ? fact("fact.waiting", words.waiting) : nil,
            fact("fact.answered", request.answeredAt.map { days.day(Day(of: $0)) }),
            isOpen || !request.kind.needsAnswer
                ? nil : fact("fact.by", file.answeredBy ?? t("mydata.desk.by-nobody")),
            isOpen ? nil : fact("fact.in-time", words.inTime),
        ].compactMap(\.self)
        why = file.deadline?.why(t, language) ?? []
        isOpened = file.isOpened
        text = file.words?.text
        contacts = [
            fact("phone.name", file.person.map { $0.profile.name ?? t("mydata.desk.phone.no-name") }),
            fact("phone.old", file.person?.phone?.masked),
            fact("phone.new", file.words?.phone),
        ].compactMap(\.self)
        hasContacts = !contacts.isEmpty
        looksUsed = file.looksUsed.map { t("mydata.desk.looks-used", ["limit": "\($0)"]) }
        deletion = request.kind == .deletion && isOpen ? Self.deletion(file, days, t) : []
        answer = file.answer
        isOwn = file.isOwn && isOpen && request.kind.needsAnswer
        mayAnswer = file.mayAnswer
        isLostPhone = request.kind == .lostPhone
        url = "/work/data-requests/\(request.id)"
        self.form = form
        typed = form.values["words"] ?? ""
        outcomes = [DataRequest.State.done, .refused].map {
            ChoiceItem(
                value: $0.rawValue, name: t("mydata.desk.outcome.\($0.rawValue)"),
                isChosen: form.values["outcome"] == $0.rawValue)
        }
        isIdentityChecked = form.values["identityChecked"] == "yes"
        unsent = file.mayAnswer || typed.isEmpty ? nil : typed
        let labels = [
            "outcome": t("mydata.desk.outcome"), "words": t("mydata.desk.reply"),
            "identityChecked": t("mydata.desk.phone.checked"), "totp": t("staff.code"),
        ]
        errorList =
            file.mayAnswer
            ? form.errorList(Self.fields + ["totp"]).map { fault in
                let detail = t("mydata.desk.fault", ["field": labels[fault.field] ?? "", "detail": fault.detail])
                return FormFault(field: fault.field, detail: detail)
            } : []
    }

    private static func deletion(_ file: DataRequestFile, _ days: DayWords, _ t: Strings) -> [String] {
        let from = t("mydata.desk.deletion.from", ["day": days.short(Day(of: file.request.carriedOutFrom))])
        let held = t("mydata.desk.deletion.cases", count: file.openCases)
        if file.request.state == .held { return [t("mydata.desk.deletion.held"), held] }
        return [from] + (file.openCases > 0 ? [held] : [])
    }
}
