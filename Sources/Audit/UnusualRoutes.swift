import Access
import Deadlines
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Storage
import Vault
import Web

/// `/admin/journal/unusual`: what is worth a second look, each line with its rule, its entries and what came out.
struct UnusualRoutes: Sendable {
    private let services: Services
    private let commands: AuditCommands
    private let rules: UnusualRules
    private static let mostLines = 200
    private static let spans = [7, 28]
    /// Of hidden identities; who answers a request sees who asked it by their duty.
    private static let classes = KeyClass.allCases.filter { $0 != .contact }
    private static let looks = classes.map { "\($0.rawValue).read" }
    private static let refusals = classes.map { "\($0.rawValue).read-refused" }

    init(_ services: Services, commands: AuditCommands, rules: UnusualRules) {
        self.services = services
        self.commands = commands
        self.rules = rules
    }

    func add(to routes: Routes) {
        routes.get("admin/journal/unusual", .may("read", "journal"), use: show)
        routes.post("admin/journal/unusual/examinations", .may("examine", "journal"), use: examine)
    }

    /// A note that was sent and couldn't be kept.
    private struct Failed: Sendable {
        let key: Unusual.Key
        let note: String
        let problem: FieldProblem
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        var fields = QueryFields(request)
        let span = fields.integer("days", 1...28, optional: true) ?? 28
        _ = fields.text("done", 1...60, optional: true)
        try fields.finish()
        return try await page(span: span, failed: nil, request, context)
    }

    @Sendable
    private func examine(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        guard let rule = form["rule"].flatMap(Unusual.Rule.init),
            let actor = form["actor"].flatMap({ ID<Account>($0) }),
            let day = form["day"].flatMap({ Day($0) })
        else { throw InvalidFields("note", "no-such-choice") }
        let key = Unusual.Key(rule: rule, actor: actor, day: day)
        var problems: [FieldProblem] = []
        let note = form.text("note", limit: AuditCommands.longestNote, problems: &problems)
        guard let note else {
            let failed = Failed(
                key: key, note: form["note"] ?? "", problem: problems.first ?? FieldProblem("note", "missing"))
            return try await page(span: 28, failed: failed, request, context)
        }
        try await commands.examine(key, note: note, by: caller)
        return .seeOther("/admin/journal/unusual", done: "unusual-examined")
    }

    private func page(
        span: Int, failed: Failed?, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let today = Day(of: services.now())
        let days = (today + -(span - 1))...today
        let page = try await services.database.read { [rules] db in
            let calendar = try CalendarStore(db).calendar()
            let all = (0..<span).map { days.lowerBound + $0 }
            let off = all.filter { calendar.isWorkingDay($0) == false }
            let unknown = all.filter { calendar.isWorkingDay($0) == nil }
            let found = try Self.find(in: days, daysOff: off, rules: rules, db)
            let notes = Dictionary(grouping: try ExaminationStore(db).list(in: days), by: \.key)
            let shown = Array(found.prefix(Self.mostLines))
            let words = try EntryWords(
                [], also: shown.map(\.key.actor) + notes.values.flatMap { $0.map(\.by) }, t: t, in: db)
            let lines = shown.map { unusual in
                Self.line(unusual, notes: notes[unusual.key] ?? [], failed: failed, rules: rules, words: words)
            }
            let open = lines.count { !$0.isExamined }
            return UnusualPage(
                chips: Self.spans.map {
                    .init(
                        name: t("journal.unusual.days", ["days": "\($0)"]), url: "/admin/journal/unusual?days=\($0)",
                        isCurrent: $0 == span)
                }, lines: lines, isEmpty: lines.isEmpty, open: t("journal.unusual.open", count: open),
                isCut: found.count > shown.count,
                unknownDays: unknown.isEmpty ? nil : t("journal.unusual.unknown-days", count: unknown.count),
                rules: Unusual.Rule.allCases.map { rule in
                    .init(
                        name: t("journal.unusual.rule.\(rule.rawValue).name"),
                        text: t("journal.unusual.rule.\(rule.rawValue).text", rules.details))
                }, status: failed == nil ? .ok : .unprocessableContent)
        }
        return try services.site.render(page, for: request, context)
    }

    /// All lines, the newest day first.
    private static func find(
        in days: ClosedRange<Day>, daysOff: [Day], rules: UnusualRules, _ db: any Transaction
    ) throws -> [Unusual] {
        let store = UnusualStore(db)
        let long = (days.lowerBound + -rules.baselineDays)...days.upperBound
        let lines =
            rules.tooMany(try store.tallies(of: looks, in: long), in: days)
            + UnusualRules.plain(
                try store.tallies(of: looks, in: days, outside: rules.hours ?? 0..<86_400_000, or: daysOff), .hours)
            + UnusualRules.plain(try store.talliesOfStrangers(of: ["reporter.read"], in: days), .stranger)
            + UnusualRules.plain(try store.tallies(of: refusals, in: days), .refused)
            + UnusualRules.plain(try store.tallies(of: ["journal.exported"], in: days), .export)
            + UnusualRules.plain(
                try store.tallies(of: ["evidence.read"], in: days), .evidence, from: rules.evidenceBound)
            + UnusualRules.plain(
                try store.tallies(of: ["access.refused"], in: days), .outside, from: rules.outsideBound)
        return lines.sorted {
            ($1.key.day, $0.key.rule.rawValue, $0.key.actor) < ($0.key.day, $1.key.rule.rawValue, $1.key.actor)
        }
    }

    private static func line(
        _ unusual: Unusual, notes: [Examination], failed: Failed?, rules: UnusualRules, words: EntryWords
    ) -> UnusualPage.Line {
        let t = words.t
        let key = unusual.key
        let mine = failed.flatMap { $0.key == key ? $0 : nil }
        let kind: String? =
            switch key.rule {
            case .looks, .hours, .stranger: "reporter.read"
            case .refused: "reporter.read-refused"
            case .export: "journal.exported"
            case .evidence: "evidence.read"
            case .outside: "access.refused"
            }
        let search = JournalSearch(from: key.day, until: key.day, kind: kind, actor: key.actor)
        let reason = "journal.unusual.why.\(key.rule.rawValue)" + (unusual.isBound ? "-bound" : "")
        let mean = unusual.mean.map { decimal(($0 * 10).rounded() / 10) } ?? ""
        return UnusualPage.Line(
            id: "\(key.rule.rawValue)-\(key.day)-\(EntryWords.short(key.actor.uuid))", rule: key.rule.rawValue,
            ruleName: t("journal.unusual.rule.\(key.rule.rawValue).name"),
            why: t(reason, count: unusual.count, rules.details.merging(["mean": mean]) { $1 }),
            who: words.name(of: key.actor), actor: key.actor.text, day: key.day.description,
            dayWords: DayWords(t).day(key.day), url: "/admin/journal?\(search.query)",
            notes: notes.map { note in
                .init(
                    text: note.note,
                    by: t(
                        "journal.unusual.noted",
                        ["name": words.name(of: note.by), "time": note.at.secondText]))
            }, isExamined: !notes.isEmpty, isOpen: mine != nil, note: mine?.note ?? "",
            error: mine.map { t("field.\($0.problem.name)", $0.problem.details) })
    }
}

extension UnusualRules {
    /// The numbers of the file, for the sentences that say the rules.
    fileprivate var details: [String: String] {
        [
            "days": "\(baselineDays)", "bound": "\(looksBound)", "times": decimal(looksTimesMean),
            "least": "\(looksAtLeast)", "from": hoursFrom, "until": hoursUntil, "evidence": "\(evidenceBound)",
            "outside": "\(outsideBound)",
        ]
    }
}

/// `3`, not `3.0`.
private func decimal(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
}
