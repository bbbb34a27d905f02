import Access
import Directory
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Vault
import Web

/// The workbench: the list, one case with its steps, who reported it.
package struct WorkRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let desk: PhotoDesk
    private let map: MapSettings

    package init(_ services: Services, facts: CaseFacts, desk: PhotoDesk, map: MapSettings) {
        self.services = services
        self.facts = facts
        self.desk = desk
        self.map = map
    }

    package func add(to routes: Routes) {
        routes.get("work", .signedIn, use: list)
        routes.post("work/photos", .may("read", "case"), use: takePhoto)
        routes.get("work/cases/:id", .may("read", "case"), use: show)
        routes.post("work/cases/:id/steps", .may("read", "case"), use: take)
        routes.post("work/cases/:id/reporter", .may("read", "case"), use: showReporter)
    }

    private var cases: CaseCommands { CaseCommands(services, facts: facts) }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        // Who only sets the product up has no cases to look at.
        guard services.policy.mayEver(caller, "read", on: "case") else {
            let desks = [
                ("calendar", "read", "/admin/calendar"), ("staff", "read", "/admin/staff"),
                ("journal", "read", "/admin/journal/unusual"), ("enrolment", "create", "/work/enrolments"),
                ("dataRequest", "read", "/work/data-requests"),
            ]
            let desk = desks.first { services.policy.mayEver(caller, $0.1, on: $0.0) }
            return .seeOther(desk?.2 ?? "/me")
        }
        let filter = WorkFilter(request)
        guard filter.text != nil else { return try await list(filter, caller, request, context) }
        do {
            try await Searches(services, facts: facts).draw(by: caller)
            return try await list(filter, caller, request, context)
        } catch let error as CaseError {
            guard case .tooManySearches(let wait) = error else { throw error }
            return try await list(filter, refused: error.problem, caller, request, context)
                .askingToWait(wait, status: .tooManyRequests)
        }
    }

    private func list(
        _ filter: WorkFilter, refused: Problem? = nil, _ caller: Caller, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let now = services.now()
        let page = try await services.database.read { [services, facts, map] db in
            let words = try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
            let builder = WorkListBuilder(services.policy, words: words, map: map, caller: caller, db: db)
            return try builder.page(filter, refused: refused)
        }
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await show(request, context)
    }

    func show(
        _ request: Request, _ context: AppContext, failed: FailedStep? = nil, failedHold: FailedHold? = nil
    ) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        let now = services.now()
        let (page, isNewLook) = try await services.database.read {
            [services, facts, map] db -> (WorkCasePage, Bool) in
            guard let matter = try CaseStore(db).find(id) else { throw NoSuchPage() }
            let access = try CaseAccess(services.policy, matter, caller: caller, facts: facts, in: db)
            guard access.maySeeAsStaff else { throw NoSuchPage(hiding: "case", id.uuid) }
            let words = try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
            let builder = try WorkCaseBuilder(
                try CaseStory(matter, in: db), access: access, words: words, map: map, db: db, failed: failed,
                failedHold: failedHold)
            let page = try builder.page()
            let look = EvidenceLook(matter: id, viewer: caller.id, at: now)
            return (page, try !page.evidence.isEmpty && !look.isNoted(in: db))
        }
        // Before it is shown: what can't be written down isn't seen.
        if isNewLook { try await cases.noteEvidence(of: id, by: caller) }
        return try services.site.render(page, for: request, context)
    }

    /// Takes a step. When something is missing, the page is shown again with the form open and everything in it.
    @Sendable
    private func take(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        let form = try await Form(request, context, uploads: desk.uploadLimits)
        let name = form["step"] ?? ""
        var sent = SentStep(form, categories: facts.categories)
        let (photos, faults) = await desk.takeInAll(form.files, by: caller)
        sent.input.photos += photos
        for fault in faults { sent.problems.append(try fault.formProblem()) }
        do {
            guard sent.problems.isEmpty else { throw InvalidFields(sent.problems) }
            try await cases.take(name, on: id, sent.input, version: sent.version, by: caller)
            return .seeOther("/work/cases/\(id)", done: "step-taken")
        } catch let invalid as InvalidFields {
            return try await show(
                request, context, failed: FailedStep(name: name, sent: sent, problems: invalid.fields)
            ).askingToWait(faults.retryAfter)
        } catch CaseError.stale {
            // What was written is shown again over the case as it is now.
            let stale = FieldProblem("form", "stale")
            return try await show(request, context, failed: FailedStep(name: name, sent: sent, problems: [stale]))
        }
    }

    @Sendable
    private func takePhoto(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let form = try await Form(request, context, uploads: desk.uploadLimits)
        guard form.files.count == 1, let upload = form.files.first else {
            throw InvalidFields("photo", "photo-missing")
        }
        let photo = try await desk.takeIn(upload, by: caller)
        return try .json(
            TakenPhoto(id: photo.id.text, url: "/photos/\(photo.id)/small", position: nil, capturedAt: nil),
            status: .created)
    }

    @Sendable
    private func showReporter(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        let form = try await Form(request, context)
        guard let purpose = LookPurpose(rawValue: form["purpose"] ?? LookPurpose.handling.rawValue) else {
            throw InvalidFields("purpose", "no-such-choice")
        }
        let person: Person
        do {
            person = try await cases.showReporter(of: id, to: caller, for: purpose)
        } catch is Proof.Needed {
            return .seeOther("/me/proof?to=/work/cases/\(id)")
        }
        let number = try await services.database.read { db in try CaseStore(db).find(id)?.number }
        let t = services.site.strings(in: context.language)
        let page = ReporterPage(
            number: number ?? "", name: person.profile.name ?? t("work.reporter.no-name"),
            phone: person.phone?.digits ?? "",
            platform: person.profile.platform.map { t("platform.\($0.rawValue)") } ?? "",
            backURL: "/work/cases/\(id)")
        return try services.site.render(page, for: request, context)
    }
}

/// A step that couldn't be taken: what was sent, for showing it again.
struct FailedStep: Sendable {
    let name: String
    let sent: SentStep
    let problems: [FieldProblem]
}

/// A step as a form sent it.
struct SentStep: Sendable {
    var input = StepInput()
    let version: Int?
    let raw: [String: String]
    var problems: [FieldProblem] = []

    init(_ form: Form, categories: Categories) {
        version = form["version"].flatMap { Int($0) }
        raw = form.values.compactMapValues(\.first)
        input.note = form.text("note", limit: 2000, problems: &problems)
        input.result = form.text("result", limit: 2000, problems: &problems)
        input.reason = form["reason"]
        input.receipt = form.text("receipt", limit: 80, problems: &problems)
        input.business = form.text("business", limit: 80, problems: &problems)
        input.body = form["body"]
        input.into = form["into"] ?? form.text("intoNumber", limit: 64, problems: &problems)
        input.hasNewFacts = form["newFacts"] != nil
        input.photos = form.all("photoId").compactMap { ID($0) }
        if let code = form["category"] {
            input.category = categories.category(code)
            if input.category == nil { problems.append(FieldProblem("category", "no-such-choice")) }
        }
        if let text = form["office"] {
            input.office = ID(text)
            if input.office == nil { problems.append(FieldProblem("office", "no-such-choice")) }
        }
        if let text = form["handler"] {
            input.handler = ID(text)
            if input.handler == nil { problems.append(FieldProblem("handler", "no-such-choice")) }
        }
        if let text = form["day"] {
            input.day = Day(text)
            if input.day == nil { problems.append(FieldProblem("day", "not-a-day")) }
        }
    }
}
