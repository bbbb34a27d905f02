import Foundation
import Hummingbird
import Kernel
import Web

/// A problem of a form, above it.
/// One incident in a list.
struct IncidentItem: Sendable {
    let url: String
    let number: String
    let kind: String
    let noticed: String
    let level: String
    let clock: String
    let tone: String

    init(_ incident: Incident, words: IncidentWords, now: Date) {
        let clock = words.clock(incident.clock(words.facts, at: now))
        url = "/admin/incidents/\(incident.id)"
        number = incident.number
        kind = words.kind(incident.kind)
        noticed = incident.noticedAt.map(\.minuteText) ?? ""
        level = incident.level.map(words.level) ?? words.t("incident.level.none")
        self.clock = clock.words
        tone = clock.tone
    }
}

/// `/admin/incidents`
struct IncidentListPage: Page {
    static let template = "incidents/list"
    let open: [IncidentItem]
    let hasOpen: Bool
    let closed: [IncidentItem]
    let hasClosed: Bool

    func title(_ t: Strings) -> String { t("incident.title") }
}

/// What a form that writes a line has to show.
struct LineForm: Sendable {
    let kind: String
    let name: String
    let url: String
    let isOpen: Bool
    let hasInstant: Bool
    let isAssessment: Bool
    let isReport: Bool
    let isTold: Bool
    let isCorrection: Bool
    let instantLabel: String
    let instantHint: String
    let isInstantNeeded: Bool
    let wordsLabel: String
    let wordsHint: String
    let happenedAt: String
    let now: String
    let text: String
    let persons: String
    let reference: String
    let levels: [ChoiceItem]
    let targets: [ChoiceItem]
    let contents: [String]
    let errorList: [FormFault]
    let errors: [String: String]
}

/// `/admin/incidents/new`
struct NewIncidentPage: Page {
    static let template = "incidents/new"
    let kinds: [ChoiceItem]
    let levels: [ChoiceItem]
    let happenedAt: String
    let now: String
    let text: String
    let persons: String
    let law: String
    let errorList: [FormFault]
    let errors: [String: String]
    let status: HTTPResponse.Status

    func title(_ t: Strings) -> String { t("incident.new.title") }
}

/// `/admin/incidents/:incident`, and the same to print.
struct IncidentPage: Page {
    static let template = "incidents/incident"

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    struct Line: Sendable {
        let number: String
        let name: String
        let written: String
        let facts: [Fact]
        let text: String
        /// Said of a line that another one puts right.
        let corrected: String?
    }

    let number: String
    let facts: [Fact]
    let clock: String
    let tone: String
    let law: String
    let lines: [Line]
    let forms: [LineForm]
    /// Why a line wasn't written whose form isn't there any more: somebody else closed the incident meanwhile.
    let fault: String?
    let reportURL: String
    let status: HTTPResponse.Status

    func title(_ t: Strings) -> String { t("incident.one.title", ["number": number]) }
}

/// `/admin/incidents/:incident/report`: on paper, for the authority and the file.
struct IncidentReportPage: Page {
    static let template = "incidents/report"
    let incident: IncidentPage
    let backURL: String
    let madeAt: String
    let reportTitle: String
    let reportContents: [String]
    let personsTitle: String
    let personsContents: [String]

    func title(_ t: Strings) -> String { t("incident.report.title", ["number": incident.number]) }
}
