import Foundation
import HTTPTypes
import Kernel
import Web

/// The years that are known, one of them month by month, and the form for importing.
struct CalendarPage: Page {
    static let template = "calendar/show"

    struct Link: Sendable {
        let year: String
        let url: String
        let isChosen: Bool
    }

    let links: [Link]
    let overview: YearOverview?
    /// What can't be reckoned until a notice is imported.
    let warning: String?
    let isUrgent: Bool
    let form: CalendarForm

    init(years: [ImportedYear], chosen: Int?, today: Day, t: Strings) {
        let known = Set(years.map(\.notice.year))
        let wanted = chosen.flatMap { known.contains($0) ? $0 : nil } ?? (known.contains(today.year) ? today.year : nil)
        let shown = years.first { $0.notice.year == wanted } ?? years.last
        links = years.map { year in
            let number = year.notice.year
            return Link(
                year: "\(number)", url: "/admin/calendar?year=\(number)", isChosen: number == shown?.notice.year)
        }
        overview = shown.map { YearOverview($0.notice, importedAt: $0.importedAt, t: t) }
        isUrgent = !known.contains(today.year)
        if isUrgent {
            warning = t("calendar.missing-this-year", ["year": "\(today.year)"])
        } else if !known.contains(today.year + 1), let current = years.first(where: { $0.notice.year == today.year }) {
            warning = t(
                "calendar.missing-next-year",
                ["year": "\(today.year + 1)", "safe": DayWords(t).short(current.notice.safeUntil)])
        } else {
            warning = nil
        }
        form = CalendarForm(notice: .init(), text: "", problems: [])
    }

    func title(_ t: Strings) -> String { t("calendar.title") }
}

/// What would be imported, or what is wrong with it. Nothing is kept yet.
struct CalendarPreviewPage: Page {
    static let template = "calendar/preview"

    struct Finding: Sendable {
        let place: String
        let value: String
        let detail: String
    }

    struct Year: Sendable {
        let overview: YearOverview
        /// What it changes in a year that is known already.
        let changes: [String]
        let state: String
    }

    let findings: [Finding]
    let years: [Year]
    /// The checked years as JSON, which is what the button sends.
    let json: String?
    let form: CalendarForm

    var status: HTTPResponse.Status { json == nil ? .unprocessableContent : .ok }

    init(read: CalendarImport?, known: [ImportedYear], form: CalendarForm, t: Strings) throws {
        findings = (read?.findings ?? []).map { finding in
            let place =
                switch finding.place {
                case .line(let number): t("calendar.line", ["number": "\(number)"])
                case .member(let path): path
                }
            return Finding(place: place, value: finding.value, detail: t("field.\(finding.name)", finding.details))
        }
        self.form = form.worded(t)
        guard let read, read.findings.isEmpty else {
            years = []
            json = nil
            return
        }
        years = read.years.map { notice in
            let old = known.first { $0.notice.year == notice.year }?.notice
            let state =
                if let old { old == notice ? "calendar.state.same" : "calendar.state.replaces" } else {
                    "calendar.state.new"
                }
            return Year(
                overview: YearOverview(notice, importedAt: nil, t: t),
                changes: old.map { Self.changes(from: $0, to: notice, t) } ?? [], state: t(state))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        json = String(decoding: try encoder.encode(["years": read.years]), as: UTF8.self)
    }

    func title(_ t: Strings) -> String { t("calendar.preview") }

    private static func changes(from old: CalendarYear, to new: CalendarYear, _ t: Strings) -> [String] {
        let words = DayWords(t)
        func line(_ key: String, _ days: [Day]) -> String? {
            days.isEmpty ? nil : t("calendar.change.\(key)", ["days": words.list(days.map(words.short))])
        }
        return [
            line("off-added", new.off.filter { !old.off.contains($0) }),
            line("off-removed", old.off.filter { !new.off.contains($0) }),
            line("make-up-added", new.makeUp.filter { !old.makeUp.contains($0) }),
            line("make-up-removed", old.makeUp.filter { !new.makeUp.contains($0) }),
        ].compactMap(\.self)
    }
}

/// What stands in the import form.
struct CalendarForm: Sendable {
    let year: String?
    let document: String?
    let published: String?
    let text: String
    private let problems: [FieldProblem]
    /// The words of what is wrong, by field.
    private(set) var errors: [String: String] = [:]

    init(notice: CalendarImport.Notice, text: String, problems: [FieldProblem]) {
        year = notice.year
        document = notice.document
        published = notice.published
        self.text = text
        self.problems = problems
    }

    func worded(_ t: Strings) -> CalendarForm {
        var form = self
        for problem in problems { form.errors[problem.field] = t("field.\(problem.name)", problem.details) }
        return form
    }
}
