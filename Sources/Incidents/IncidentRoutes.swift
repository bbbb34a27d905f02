import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import People
import Storage
import Web

/// `/admin/incidents`: what goes on, one incident with its lines, a report to print.
struct IncidentRoutes: Sendable {
    private let services: Services
    private let facts: IncidentFacts
    private let commands: IncidentCommands

    init(_ services: Services, facts: IncidentFacts, commands: IncidentCommands) {
        self.services = services
        self.facts = facts
        self.commands = commands
    }

    func add(to routes: Routes) {
        routes.get("admin/incidents", .may("read", "incident"), use: list)
        routes.get("admin/incidents/new", .may("open", "incident"), use: new)
        routes.post("admin/incidents", .may("open", "incident"), use: open)
        routes.get("admin/incidents/:incident", .may("read", "incident"), use: show)
        routes.post("admin/incidents/:incident/lines", .may("write", "incident"), use: write)
        routes.get("admin/incidents/:incident/report", .may("read", "incident"), use: report)
    }

    private func words(_ context: AppContext) -> IncidentWords {
        IncidentWords(t: services.site.strings(in: context.language), language: context.language, facts: facts)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let words = words(context)
        let now = services.now()
        let page = try await services.database.read { db in
            let store = IncidentStore(db)
            let open = try store.open(limit: 200).map { IncidentItem($0, words: words, now: now) }
            let closed = try store.closed(limit: 100).map { IncidentItem($0, words: words, now: now) }
            return IncidentListPage(open: open, hasOpen: !open.isEmpty, closed: closed, hasClosed: !closed.isEmpty)
        }
        return try services.site.render(page, for: request, context)
    }

    // MARK: Opening

    @Sendable
    private func new(_ request: Request, context: AppContext) async throws -> Response {
        try newPage(nil, kind: nil, request, context)
    }

    @Sendable
    private func open(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        let kind = form["kind"]
        let t = words(context).t
        let (typed, draft) = read(form, as: .opened, words(context))
        var sent = typed
        if kind.flatMap(facts.kind) == nil {
            sent.faults.insert(FormFault(field: "kind", detail: t("field.missing")), at: 0)
        }
        if form["happenedAt"] == nil {
            sent.faults.append(FormFault(field: "happenedAt", detail: t("field.missing")))
        }
        guard sent.faults.isEmpty, let kind else { return try newPage(sent, kind: kind, request, context) }
        do {
            let incident = try await commands.open(kind, draft, by: caller)
            return .seeOther("/admin/incidents/\(incident.id)", done: "incident-opened")
        } catch let error as IncidentError {
            sent.faults = [fault(error, t)]
            return try newPage(sent, kind: kind, request, context)
        }
    }

    private func newPage(
        _ sent: SentLine?, kind: String?, _ request: Request, _ context: AppContext
    ) throws -> Response {
        let now = IncidentWords.field(services.now())
        let faults = sent?.faults ?? []
        let level = sent?.level ?? "unknown"
        let page = NewIncidentPage(
            kinds: facts.kinds.map {
                ChoiceItem(value: $0.code, name: $0.name(context.language), isChosen: $0.code == kind)
            },
            levels: facts.levels.map {
                ChoiceItem(value: $0.code, name: $0.name(context.language), isChosen: $0.code == level)
            }, happenedAt: sent?.happenedAt ?? now, now: now, text: sent?.text ?? "", persons: sent?.persons ?? "",
            law: facts.reportLaw(context.language), errorList: faults,
            errors: faults.reduce(into: [:]) { $0[$1.field] = $1.detail },
            status: sent == nil ? .ok : .unprocessableContent)
        return try services.site.render(page, for: request, context)
    }

    // MARK: One incident

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let page = try await page(context.id("incident", of: Incident.self), sent: nil, context)
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func write(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("incident", of: Incident.self)
        let form = try await Form(request, context)
        guard let kind = form["kind"].flatMap(Incident.Line.Kind.init), kind != .opened else {
            throw IncidentError.noSuchLine
        }
        let words = words(context)
        let (typed, draft) = read(form, as: kind, words)
        var sent = typed
        if [.reported, .told].contains(kind), form["happenedAt"] == nil {
            sent.faults.append(FormFault(field: "happenedAt", detail: words.t("field.missing")))
        }
        if sent.faults.isEmpty {
            do {
                try await commands.add(draft, to: id, by: caller)
                return .seeOther("/admin/incidents/\(id)", done: "incident-line-written")
            } catch let error as IncidentError {
                sent.faults = [fault(error, words.t)]
            }
        }
        return try services.site.render(try await page(id, sent: sent, context), for: request, context)
    }

    @Sendable
    private func report(_ request: Request, context: AppContext) async throws -> Response {
        let id = try context.id("incident", of: Incident.self)
        let page = IncidentReportPage(
            incident: try await page(id, sent: nil, context), backURL: "/admin/incidents/\(id)",
            madeAt: services.now().minuteText, reportTitle: facts.reportLaw(context.language),
            reportContents: facts.reportContents.map { $0(context.language) },
            personsTitle: facts.personsLaw(context.language),
            personsContents: facts.personsContents.map { $0(context.language) })
        return try services.site.render(page, for: request, context)
    }

    private func page(_ id: ID<Incident>, sent: SentLine?, _ context: AppContext) async throws -> IncidentPage {
        let words = words(context)
        let now = services.now()
        return try await services.database.read { db in
            guard let incident = try IncidentStore(db).find(id) else { throw NoSuchPage() }
            let names = try ColleagueStore(db).names(of: Set(incident.lines.map(\.by)))
            return IncidentPage(incident, names: names, words: words, sent: sent, now: now)
        }
    }

    // MARK: Forms

    /// Reads a line as it was typed, and as a draft; what is wrong with it stands in `faults`.
    private func read(
        _ form: Form, as kind: Incident.Line.Kind, _ words: IncidentWords
    ) -> (sent: SentLine, draft: IncidentCommands.Draft) {
        let t = words.t
        var problems: [FieldProblem] = []
        let text = form.text("words", limit: Incident.longestWords, problems: &problems)
        let reference = form.text("reference", limit: Incident.longestReference, problems: &problems)
        if form["words"] == nil { problems.append(FieldProblem("words", "missing")) }
        let happenedAt = form["happenedAt"].flatMap(IncidentWords.instant)
        if form["happenedAt"] != nil, happenedAt == nil { problems.append(FieldProblem("happenedAt", "not-a-time")) }
        let persons = form["persons"].flatMap { Int($0) }
        if form["persons"] != nil {
            if let persons {
                if !(0...Incident.mostPersons).contains(persons) {
                    problems.append(
                        FieldProblem(
                            "persons", "out-of-range", details: ["low": "0", "high": "\(Incident.mostPersons)"]))
                }
            } else {
                problems.append(FieldProblem("persons", "not-a-number"))
            }
        }
        if let level = form["level"], facts.level(level) == nil {
            problems.append(FieldProblem("level", "no-such-choice"))
        }
        if kind == .correction, form["corrects"].flatMap({ Int($0) }) == nil {
            problems.append(FieldProblem("corrects", "missing"))
        }
        let sent = SentLine(
            kind: kind, happenedAt: form["happenedAt"] ?? "", text: form["words"] ?? "", level: form["level"] ?? "",
            persons: form["persons"] ?? "", reference: form["reference"] ?? "", corrects: form["corrects"] ?? "",
            faults: problems.map { FormFault($0, t) })
        let draft = IncidentCommands.Draft(
            kind, text ?? "", happenedAt: happenedAt, level: form["level"], persons: persons, reference: reference,
            corrects: form["corrects"].flatMap { Int($0) })
        return (sent, draft)
    }

    private func fault(_ error: IncidentError, _ t: Strings) -> FormFault {
        let field =
            switch error {
            case .inTheFuture, .beforeNoticing: "happenedAt"
            case .noSuchLine: "corrects"
            case .closed, .notReported: "words"
            }
        return FormFault(field: field, detail: ProblemWords(error.problem, t: t).detail)
    }
}
