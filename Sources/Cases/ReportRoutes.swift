import Access
import Directory
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Web

/// The rider's pages: send a report, follow it, say whether it was solved.
package struct ReportRoutes: Sendable {
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
        routes.get("reports", .signedIn, use: list)
        routes.get("reports/new", .may("create", "report"), use: new)
        routes.post("reports", .may("create", "report"), use: submit)
        routes.post("reports/nearby", .may("create", "report"), use: nearby)
        routes.post("reports/photos", .may("create", "report"), use: takePhoto)
        routes.get("reports/:id", .may("read", "report"), use: show)
        routes.get("reports/:id/receipt", .may("read", "report"), use: receipt)
        routes.post("reports/:id/photos", .may("addPhotos", "report"), use: addPhotos)
        routes.post("reports/:id/rating", .may("rate", "report"), use: rate)
        routes.post("reports/:id/reopening", .may("requestReopen", "report"), use: reopen)
    }

    private var reports: ReportCommands { ReportCommands(services, facts: facts) }
    private var cases: CaseCommands { CaseCommands(services, facts: facts) }

    @Sendable
    private func new(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard services.policy.allows(caller, "create", on: Subject(kind: "report")) else { throw NotAllowed() }
        let now = services.now()
        let (isWelcomed, isNamed) = try await services.database.read { [facts] db in
            let person = try AccountStore(db).find(caller.id)
            let named = facts.purposes.current(Purpose.named, on: Day(of: now))
            return (
                person.kind == .staff || person.welcomedAt != nil,
                try ConsentStore(db).consents(of: caller.id).isGiven(named)
            )
        }
        // Who hasn't said yet that they are of age is asked before their first report.
        guard isWelcomed else { return .seeOther("/welcome?to=/reports/new") }
        let form = ReportForm(id: services.makeID(), identity: isNamed ? .named : .confidential)
        return try await page(form, caller, request, context)
    }

    /// Whether a report has come in, for a phone that didn't hear the answer.
    @Sendable
    private func receipt(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        let matter = try await services.database.read { db -> Case in
            guard try ReporterStore(db).isReporter(caller.id, of: id), let matter = try CaseStore(db).find(id) else {
                throw NoSuchPage()
            }
            return matter
        }
        return try .json(ReportReceipt(matter))
    }

    @Sendable
    private func submit(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let sent = try await Form(request, context, uploads: desk.uploadLimits)
        var form = ReportForm(sent, fallback: services.makeID(), categories: facts.categories)
        let (photos, faults) = await desk.takeInAll(sent.files, by: caller)
        form.photos += photos
        for fault in faults { form.problems.append(try fault.formProblem()) }
        if form.photos.isEmpty, faults.isEmpty, !form.hasWords {
            form.problems.append(FieldProblem("photo", "photo-or-words"))
        }
        if form.photos.count > desk.uploadLimits.files {
            form.problems.append(
                FieldProblem("photo", "too-many-files", details: ["limit": "\(desk.uploadLimits.files)"]))
        }
        // What waited on a phone is taken as it is: nobody is there to be asked.
        if form.problems.isEmpty, !form.hasDecided, !request.wantsReceipt,
            let found = try await nearby(form, caller), !found.items.isEmpty
        {
            form.problems.append(FieldProblem("joins", "nearby-undecided"))
        }
        guard let draft = form.draft else {
            guard !request.wantsReceipt else { throw InvalidFields(form.problems) }
            return try await page(form, caller, request, context).askingToWait(faults.retryAfter)
        }
        let digest = draft.digest(photos: form.photos.map(\.uuid.bytes))
        do {
            let receipt = try await reports.submit(draft, photos: form.photos, digest: digest, by: caller)
            guard !request.wantsReceipt else {
                return try .json(ReportReceipt(receipt.matter), status: receipt.isNew ? .created : .ok)
            }
            return .seeOther("/reports/\(receipt.matter.id)", done: "report-sent")
        } catch let error as CaseError where !request.wantsReceipt {
            switch error {
            case .photoGone:
                // Photos wait a day; somebody came back to an old form.
                form.photos = []
                form.problems.append(FieldProblem("photo", "photo-gone"))
                return try await page(form, caller, request, context)
            case .tooManyReports:
                // All that was written stays in the form, to be sent later.
                let problem = error.problem
                form.problems.append(FieldProblem("description", problem.name, details: problem.details))
                return try await page(form, caller, request, context)
                    .askingToWait(problem.retryAfter, status: .tooManyRequests)
            default: throw error
            }
        }
    }

    private func page(
        _ form: ReportForm, _ caller: Caller, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let middle =
            if let home = map.home { home } else {
                try await services.database.read { db in try DirectoryStore(db).middle() }
            }
        let now = services.now()
        let words = try await services.database.read { [facts, services] db in
            try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
        }
        let nearby = try await nearby(form, caller).map { NearbyPart($0, form: form, words: words) }
        let page = ReportFormPage(
            form, nearby: nearby, facts: facts, map: map.centred(on: middle, zoom: "12"), t: t,
            language: context.language)
        return try services.site.render(page, for: request, context)
    }

    /// The question whether it is one of the reports near by, as a piece of the form's page.
    @Sendable
    private func nearby(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = ReportForm(
            try await Form(request, context), fallback: services.makeID(), categories: facts.categories)
        let now = services.now()
        let words = try await services.database.read { [facts, services] db in
            try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
        }
        let part = try await nearby(form, caller).map { NearbyPart($0, form: form, words: words) }
        return try services.site.render(NearbyPiece(nearby: part), for: request, context)
    }

    private func nearby(_ form: ReportForm, _ caller: Caller) async throws -> NearbyReports? {
        guard let category = form.category, let position = form.place?.position else { return nil }
        return try await reports.nearby(category, at: position, accuracy: form.place?.accuracy, for: caller)
    }

    /// One photo, sent as soon as it was taken.
    @Sendable
    private func takePhoto(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context, uploads: desk.uploadLimits)
        guard form.files.count == 1, let upload = form.files.first else {
            throw InvalidFields("photo", "photo-missing")
        }
        let photo = try await desk.takeIn(upload, by: caller, taken: form.takenAt(services.now()))
        return try .json(
            TakenPhoto(
                id: photo.id.text, url: "/photos/\(photo.id)/small", position: photo.evidence.position?.rounded,
                capturedAt: photo.evidence.takenAt),
            status: .created)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let cursor = try request.uri.queryParameters["cursor"].map { try CaseCursor($0) }
        let now = services.now()
        let page = try await services.database.read { [facts, services] db in
            let rows = try CaseStore(db).reported(by: caller.id, before: cursor.map { ($0.key, $0.id) }, limit: 21)
            let shown = Array(rows.prefix(20))
            let words = try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
            return MyReportsPage(
                shown, photos: try PhotoStore(db).firstPhotos(of: shown.map(\.matter.id)),
                next: rows.count > 20
                    ? shown.last.map { CaseCursor(key: $0.matter.receivedAt, id: $0.matter.id).text } : nil,
                words: words)
        }
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await show(request, context, refused: nil)
    }

    private func show(
        _ request: Request, _ context: AppContext, refused: RefusedForm?
    ) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        let now = services.now()
        let page = try await services.database.read { [facts, services] db in
            let reporters = ReporterStore(db)
            guard try reporters.isReporter(caller.id, of: id), let reporter = try reporters.find(id),
                let matter = try CaseStore(db).find(id)
            else { throw NoSuchPage() }
            return MyReportPage(
                try CaseStory(matter, in: db), identity: reporter.identity,
                words: try CaseWords(services.site, context.language, facts: facts, now: now, in: db),
                refused: refused)
        }
        return try services.site.render(page, for: request, context)
    }

    /// "Solved": one tap. "Not solved" leads to asking for another look.
    @Sendable
    private func rate(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        let form = try await Form(request, context)
        var input = StepInput()
        input.rating = form["rating"].flatMap { Case.Rating(rawValue: $0) }
        guard input.rating != nil else { throw InvalidFields("rating", "missing") }
        try await cases.take("rate", on: id, input, by: caller)
        return .seeOther("/reports/\(id)", done: "report-rated")
    }

    @Sendable
    private func reopen(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        let form = try await Form(request, context, uploads: desk.uploadLimits)
        var problems: [FieldProblem] = []
        var input = StepInput()
        input.note = form.text("note", limit: 1000, problems: &problems)
        if input.note == nil, problems.isEmpty { problems.append(FieldProblem("note", "reopen-note-missing")) }
        let (photos, faults) = await desk.takeInAll(form.files, by: caller)
        input.photos = form.all("photoId").compactMap { ID($0) } + photos
        for fault in faults { problems.append(try fault.formProblem()) }
        let written = form.values["note"]?.first ?? ""
        guard problems.isEmpty else {
            let refused = RefusedForm(note: written, photos: input.photos, problems: problems)
            return try await show(request, context, refused: refused).askingToWait(faults.retryAfter)
        }
        do {
            try await cases.take("requestReopen", on: id, input, by: caller)
            return .seeOther("/reports/\(id)", done: "reopen-asked")
        } catch CaseError.photoGone {
            let gone = FieldProblem("photo", "photo-gone")
            return try await show(
                request, context, refused: RefusedForm(note: written, photos: [], problems: [gone]))
        }
    }

    /// Photos that come later, to a report that is still open.
    @Sendable
    private func addPhotos(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        let form = try await Form(request, context, uploads: desk.uploadLimits)
        var problems: [FieldProblem] = []
        let note = form.text("note", limit: 1000, problems: &problems)
        let (taken, faults) = await desk.takeInAll(form.files, by: caller)
        let photos = form.all("photoId").compactMap { ID<Photo>($0) } + taken
        for fault in faults { problems.append(try fault.formProblem()) }
        if photos.isEmpty, problems.isEmpty { problems.append(FieldProblem("photo", "photo-missing")) }
        let refused = { (photos: [ID<Photo>], problems: [FieldProblem]) in
            RefusedForm(kind: .photos, note: form.values["note"]?.first ?? "", photos: photos, problems: problems)
        }
        guard problems.isEmpty else {
            return try await show(request, context, refused: refused(photos, problems))
                .askingToWait(faults.retryAfter)
        }
        do {
            try await cases.addPhotos(photos, note: note, to: id, by: caller)
            return .seeOther("/reports/\(id)", done: "photos-added")
        } catch CaseError.photoGone {
            return try await show(
                request, context, refused: refused([], [FieldProblem("photo", "photo-gone")]))
        } catch let error as CaseError {
            guard case .tooManyPhotos = error else { throw error }
            let problem = FieldProblem("photo", error.problem.name, details: error.problem.details)
            return try await show(request, context, refused: refused(photos, [problem]))
        }
    }
}
