import Deadlines
import Foundation
import Hummingbird
import Kernel
import People
import Web

/// `/me/data`: all doors to one's own data, and what one has asked.
struct OverviewPage: Page {
    static let template = "mydata/overview"

    struct Asked: Sendable {
        let name: String
        let state: String
        let tone: String
        let asked: String
        let due: String?
        let answer: String?
        let takeBackURL: String?
    }

    let frame: String
    let isStaff: Bool
    /// How many posts can see something of the account.
    let seers: String
    let looks: String
    let consents: String
    let isAsked: Bool
    let requests: [Asked]
    let hasRequests: Bool

    func title(_ t: Strings) -> String { t("mydata.title") }
}

extension OverviewPage.Asked {
    init(_ request: DataRequest, answer: String?, today: Day, t: Strings) {
        let days = DayWords(t)
        name = t("mydata.request.\(request.kind.rawValue)")
        let isLate = request.isOverdue(on: today)
        state = t(isLate ? "mydata.request.state.late" : "mydata.request.state.\(request.state.rawValue)")
        tone =
            switch request.state {
            case .open, .held: isLate ? "late" : "calm"
            case .takenBack, .refused: ""
            default: "good"
            }
        asked = days.short(Day(of: request.askedAt))
        due =
            request.state.isOpen
            ? request.due.map { t("mydata.request.due", ["day": days.short($0)]) } ?? t("mydata.request.due-unknown")
            : nil
        self.answer = answer
        takeBackURL = request.state == .open ? "/me/data/requests/\(request.id)/take-back" : nil
    }
}

/// One post in a list of those who see something.
struct SeerLine: Sendable {
    let unit: String
    let role: String
    let what: String
    let tone: String

    init(_ line: Visibility.Line, of kind: String, words: VisibilityWords) {
        unit = words.unit(of: line)
        role = words.role(of: line)
        what = words.what(line, of: kind)
        tone = line.seesReporter ? "warn" : ""
    }
}

/// One post in a list of what a choice changes.
struct ChangeLine: Sendable {
    let unit: String
    let role: String
    let before: String
    let after: String

    /// In the order of the change; those that can't be named are none.
    static func all(of change: VisibilityChange, kind: String, words: VisibilityWords, t: Strings) -> [ChangeLine] {
        change.items.compactMap { item in
            guard let line = item.after ?? item.before else { return nil }
            let nothing = t("visibility.others-what")
            return ChangeLine(
                unit: words.unit(of: line), role: words.role(of: line),
                before: item.before.map { words.what($0, of: kind) } ?? nothing,
                after: item.after.map { words.what($0, of: kind) } ?? nothing)
        }
    }
}

/// `/me/data/visibility`
struct VisibilityPage: Page {
    static let template = "mydata/visibility"

    struct Report: Sendable {
        let number: String
        let title: String
        let url: String
        let identity: String
        let lines: [SeerLine]
    }

    let frame: String
    let isStaff: Bool
    let account: [SeerLine]
    /// What is shown of a report unless somebody chooses otherwise, and what the other choice would change.
    let isNamed: Bool
    let place: String?
    let report: [SeerLine]
    let otherwise: [ChangeLine]
    let reports: [Report]
    let hasReports: Bool

    func title(_ t: Strings) -> String { t("visibility.title") }
}

/// `/me/data/consents`
struct ConsentsPage: Page {
    static let template = "mydata/consents"

    struct Item: Sendable {
        let name: String
        let text: String
        let law: String
        let kept: String
        let keptFor: String
        let after: String
        let state: String
        let tone: String
        let isAnew: Bool
        let version: String
        let url: String
        let mayGive: Bool
        let mayWithdraw: Bool
    }

    let asked: [Item]
    let needed: [Item]

    func title(_ t: Strings) -> String { t("mydata.consents.title") }
}

extension ConsentsPage.Item {
    init(_ purpose: Purpose, _ consents: Consents, t: Strings, _ language: Language) {
        name = purpose.name(language)
        text = purpose.text(language)
        law = purpose.law(language)
        kept = purpose.kept(language)
        keptFor = purpose.keptFor(language)
        after = purpose.withdrawal(language)
        version = purpose.version
        url = "/me/data/consents/\(purpose.key)"
        let answer = consents.answer(to: purpose)
        let days = DayWords(t)
        func said(_ key: String, _ at: Date) -> String { t(key, ["day": days.short(Day(of: at))]) }
        switch answer {
        case .open: (state, tone) = (t("mydata.consents.open"), "")
        case .given(let at): (state, tone) = (said("mydata.consents.given", at), "good")
        case .withdrawn(let at): (state, tone) = (said("mydata.consents.withdrawn", at), "")
        case .outdated(let at): (state, tone) = (said("mydata.consents.outdated", at), "warn")
        }
        isAnew = tone == "warn"
        let isGiven = tone == "good"
        mayGive = purpose.isBox && !isGiven
        mayWithdraw = purpose.isOptional && (isGiven || isAnew)
    }
}

/// What a choice changes, before it is made: the page behind every switch.
struct ChangePage: Page {
    static let template = "mydata/change"

    let heading: String
    let words: [String]
    let isSame: Bool
    let changes: [ChangeLine]
    let action: String
    /// What the form sends along.
    let fields: [Field]
    let confirm: String
    let backURL: String

    struct Field: Sendable {
        let name: String
        let value: String
    }

    init(
        heading: String, words: [String], changes: [ChangeLine], action: String, fields: [(String, String)],
        confirm: String, backURL: String
    ) {
        self.heading = heading
        self.words = words
        isSame = changes.isEmpty
        self.changes = changes
        self.action = action
        self.fields = fields.map(Field.init)
        self.confirm = confirm
        self.backURL = backURL
    }

    func title(_ t: Strings) -> String { heading }
}

/// `/me/data/correction`: what can be put right here, and a wish for the rest.
struct CorrectionPage: Page {
    static let template = "mydata/correction"

    let frame: String
    let isStaff: Bool
    let profile: ProfileFields
    let text: String
    let errors: [String: String]
    var status: HTTPResponse.Status = .ok

    func title(_ t: Strings) -> String { t("mydata.correction.title") }
}

/// `/me/data/lost-phone`
struct LostPhonePage: Page {
    static let template = "mydata/lost-phone"

    let old: String
    let phone: String
    let text: String
    let due: String
    let errors: [String: String]
    var status: HTTPResponse.Status = .ok

    func title(_ t: Strings) -> String { t("mydata.lost-phone.title") }
}

/// `/me/data/deletion`
struct DeletionPage: Page {
    static let template = "mydata/deletion"

    struct Open: Sendable {
        let number: String
        let url: String
    }

    /// When it is done by itself, and the last day for it.
    let from: String
    let due: String
    let why: [String]
    let open: [Open]
    let hasOpen: Bool
    let isAsked: Bool
    let takeBackURL: String

    func title(_ t: Strings) -> String { t("mydata.deletion.title") }
}

/// `/me/data/export`
struct ExportPage: Page {
    static let template = "mydata/export"
    let frame: String
    let isStaff: Bool

    func title(_ t: Strings) -> String { t("mydata.export.title") }
}
