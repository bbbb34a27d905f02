import Foundation
import HTTPTypes
import Kernel
import Web

/// What was sent and couldn't be kept, to be shown again.
struct SentLine: Sendable {
    var kind: Incident.Line.Kind
    var happenedAt: String
    var text: String
    var level: String
    var persons: String
    var reference: String
    var corrects: String
    var faults: [FormFault]
}

extension IncidentPage {
    init(
        _ incident: Incident, names: [ID<Account>: String], words: IncidentWords, sent: SentLine?, now: Date
    ) {
        let t = words.t
        let state = words.clock(incident.clock(words.facts, at: now))
        number = incident.number
        (clock, tone) = (state.words, state.tone)
        law = words.facts.reportLaw(words.language)
        func time(_ instant: Date?) -> String { instant.map(\.minuteText) ?? t("incident.not-yet") }
        facts = [
            Fact(name: t("incident.kind"), value: words.kind(incident.kind)),
            Fact(name: t("incident.noticed"), value: time(incident.noticedAt)),
            Fact(name: t("incident.level"), value: incident.level.map(words.level) ?? t("incident.level.none")),
            Fact(
                name: t("incident.persons"), value: incident.persons.map(String.init) ?? t("incident.persons-unknown")),
            Fact(name: t("incident.reported"), value: time(incident.reportedAt)),
            Fact(name: t("incident.told"), value: time(incident.toldAt)),
            Fact(name: t("incident.closed"), value: time(incident.closedAt)),
        ]
        lines = incident.lines.map { Line($0, of: incident, names: names, words: words) }
        let kinds = Incident.Line.Kind.additions.filter { !incident.isClosed || $0 == .correction }
        forms = kinds.map { LineForm($0, of: incident, words: words, sent: sent, now: now) }
        fault = sent.flatMap { sent in kinds.contains(sent.kind) ? nil : sent.faults.first?.detail }
        reportURL = "/admin/incidents/\(incident.id)/report"
        status = sent == nil ? .ok : .unprocessableContent
    }
}

extension IncidentPage.Line {
    fileprivate init(
        _ line: Incident.Line, of incident: Incident, names: [ID<Account>: String], words: IncidentWords
    ) {
        let t = words.t
        number = "\(line.position + 1)"
        name = t("incident.line.\(line.kind.rawValue)")
        written = t(
            "incident.written", ["time": line.at.minuteText, "name": names[line.by] ?? line.by.text])
        facts = [
            (t("incident.happened"), line.happenedAt.map(\.minuteText)),
            (t("incident.level"), line.level.map(words.level)), (t("incident.persons"), line.persons.map(String.init)),
            (t("incident.reference"), line.reference),
            (t("incident.corrects"), line.corrects.map { t("incident.line-number", ["number": "\($0 + 1)"]) }),
        ].compactMap { name, value in value.map { .init(name: name, value: $0) } }
        text = line.words
        corrected = incident.lines.last { $0.corrects == line.position }.map {
            t("incident.corrected", ["number": "\($0.position + 1)"])
        }
    }
}

extension LineForm {
    fileprivate init(
        _ kind: Incident.Line.Kind, of incident: Incident, words: IncidentWords, sent: SentLine?, now: Date
    ) {
        let t = words.t
        let mine = sent.flatMap { $0.kind == kind ? $0 : nil }
        self.kind = kind.rawValue
        name = t("incident.line.\(kind.rawValue)")
        url = "/admin/incidents/\(incident.id)/lines"
        isOpen = mine != nil
        hasInstant = kind.hasInstant
        isAssessment = kind == .assessed
        isReport = kind == .reported
        isTold = kind == .told
        isCorrection = kind == .correction
        instantLabel = t(kind == .correction ? "incident.form.right-instant" : "incident.form.instant")
        instantHint = t(kind == .correction ? "incident.form.right-instant-hint" : "incident.form.instant-hint")
        isInstantNeeded = kind == .reported || kind == .told
        wordsLabel = t("incident.form.words.\(kind.rawValue)")
        wordsHint = t("incident.form.no-names")
        self.now = IncidentWords.field(now)
        happenedAt = mine?.happenedAt ?? (isInstantNeeded || kind == .measure ? IncidentWords.field(now) : "")
        text = mine?.text ?? ""
        persons = mine?.persons ?? ""
        reference = mine?.reference ?? ""
        let level = mine?.level ?? incident.level
        levels = words.facts.levels.map {
            ChoiceItem(value: $0.code, name: $0.name(words.language), isChosen: $0.code == level)
        }
        targets = incident.lines.filter { $0.kind != .correction }.map { line in
            ChoiceItem(
                value: "\(line.position)",
                name: "\(line.position + 1) · \(t("incident.line.\(line.kind.rawValue)"))",
                isChosen: mine?.corrects == "\(line.position)")
        }
        contents =
            kind == .reported
            ? words.facts.reportContents.map { $0(words.language) }
            : kind == .told ? words.facts.personsContents.map { $0(words.language) } : []
        let faults = mine?.faults ?? []
        // Several forms stand on the page: each field's identity begins with the kind of line.
        errorList = faults.map { FormFault(field: "\(kind.rawValue)-\($0.field)", detail: $0.detail) }
        errors = faults.reduce(into: [:]) { $0[$1.field] = $1.detail }
    }
}
