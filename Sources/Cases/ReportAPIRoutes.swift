import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The API of reporters: what the phone's pages can do, for programs.
package struct ReportAPIRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let desk: PhotoDesk

    package init(_ services: Services, facts: CaseFacts, desk: PhotoDesk) {
        self.services = services
        self.facts = facts
        self.desk = desk
    }

    package func add(to routes: Routes) {
        routes.get("api/v1/categories", .open, use: categories)
        routes.get("api/v1/reports", .signedIn, use: list)
        routes.post("api/v1/reports", .may("create", "report"), use: submit)
        routes.get("api/v1/reports/:id", .may("read", "report"), use: show)
        routes.post("api/v1/reports/:id/rating", .may("rate", "report"), use: rate)
        routes.post("api/v1/reports/:id/reopening", .may("requestReopen", "report"), use: reopen)
        routes.post("api/v1/reports/:id/photos", .may("addPhotos", "report"), use: addPhotos)
        routes.post("api/v1/photos", .signedIn, use: takePhoto)
        routes.post("api/v1/reports/nearby", .may("create", "report"), use: nearby)
    }

    private var reports: ReportCommands { ReportCommands(services, facts: facts) }
    private var cases: CaseCommands { CaseCommands(services, facts: facts) }

    @Sendable
    private func categories(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        try query.finish()
        return try .json(CategoriesAnswer(facts.categories, language: context.language))
    }

    /// Multipart: `report` is JSON, each `photo` a file. The same key and content again is the same report.
    @Sendable
    private func submit(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        guard services.policy.allows(caller, "create", on: Subject(kind: "report")) else { throw NotAllowed() }
        var limits = desk.uploadLimits
        limits.files += 1
        let form = try await Form(request, context, uploads: limits)
        let draft = try ReportDraft(json: try Self.document(of: form), categories: facts.categories)
        let uploads = form.files.filter { $0.field == "photo" }
        guard form.files.allSatisfy({ $0.field == "photo" || $0.field == "report" }) else {
            throw InvalidFields("photo", "unknown")
        }
        guard !uploads.isEmpty || !draft.description.isEmpty else { throw InvalidFields("photo", "photo-or-words") }
        guard uploads.count <= desk.uploadLimits.files else {
            throw InvalidFields("photo", "too-many-files", details: ["limit": "\(desk.uploadLimits.files)"])
        }
        var hashes: [Data] = []
        for upload in uploads { hashes.append(try await PhotoDesk.hash(of: upload)) }
        let digest = draft.digest(photos: hashes)
        if let earlier = try await reports.earlier(draft, digest: digest, by: caller) {
            return try await answer(earlier.id, status: .ok, context)
        }
        let (photos, faults) = await desk.takeInAll(uploads, by: caller, taken: draft.capturedAt)
        guard faults.isEmpty else { throw InvalidFields(try faults.map { try $0.fieldProblem() }) }
        let receipt = try await reports.submit(draft, photos: photos, digest: digest, by: caller)
        return try await answer(receipt.matter.id, status: receipt.isNew ? .created : .ok, context)
    }

    /// The part `report`, sent as a field or as a file.
    private static func document(of form: Form) throws -> JSONValue {
        if let text = form.values["report"]?.first { return try JSONValue(parsing: text.utf8) }
        guard let file = form.files.first(where: { $0.field == "report" }) else {
            throw InvalidFields("report", "missing")
        }
        guard file.size <= 64 * 1024 else { throw InvalidFields("report", "too-long", details: ["limit": "65536"]) }
        return try JSONValue(parsing: Data(contentsOf: file.file))
    }

    /// What was reported near a position already: for asking, before sending, whether it is the same.
    @Sendable
    private func nearby(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await JSONFields(request)
        let code = fields.text("category", 4...4)
        let category = code.flatMap { facts.categories.category($0) }
        if code != nil, category == nil { fields.problem("category", "no-such-choice") }
        let position = try fields.position("position")
        let accuracy = fields.number("accuracy", 0...100_000, optional: true)
        if position == nil { fields.problem("position", "missing") }
        try fields.finish()
        guard let category, let position else { throw InvalidFields("position", "missing") }
        let found = try await reports.nearby(category, at: position, accuracy: accuracy, for: caller)
        let now = services.now()
        let words = try await services.database.read { [facts, services] db in
            try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
        }
        return try .json(NearbyAnswer(found, words: words))
    }

    private func answer(_ id: ID<Case>, status: HTTPResponse.Status, _ context: AppContext) async throws -> Response {
        let now = services.now()
        let answer = try await services.database.read { [facts, services] db -> ReportAnswer in
            guard let matter = try CaseStore(db).find(id) else { throw NoSuchPage() }
            return ReportAnswer(
                try CaseStory(matter, in: db),
                words: try CaseWords(services.site, context.language, facts: facts, now: now, in: db))
        }
        var response = try Response.json(answer, status: status)
        if status == .created { response.headers[.location] = "/api/v1/reports/\(id)" }
        return response
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var query = QueryFields(request)
        let cursor = try query.text("cursor", 1...512, optional: true).map { try CaseCursor($0) }
        let count = query.integer("limit", 1...100, optional: true) ?? 20
        try query.finish()
        let now = services.now()
        let answer = try await services.database.read { [facts, services] db in
            let rows = try CaseStore(db).reported(
                by: caller.id, before: cursor.map { ($0.key, $0.id) }, limit: count + 1)
            let words = try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
            let shown = rows.prefix(count)
            return ListAnswer(
                items: shown.map { ReportSummary($0, words: words) },
                next: rows.count > count
                    ? shown.last.map { CaseCursor(key: $0.matter.receivedAt, id: $0.matter.id).text } : nil)
        }
        return try .json(answer)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        try await requireOwn(id, caller)
        return try await answer(id, status: .ok, context)
    }

    private func requireOwn(_ id: ID<Case>, _ caller: Caller) async throws {
        let isOwn = try await services.database.read { db in try ReporterStore(db).isReporter(caller.id, of: id) }
        guard isOwn else { throw NoSuchPage() }
    }

    @Sendable
    private func rate(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        var fields = try await JSONFields(request)
        var input = StepInput()
        input.rating = fields.choice("rating")
        input.note = fields.text("note", 1...1000, optional: true)
        try fields.finish()
        try await requireOwn(id, caller)
        try await cases.take("rate", on: id, input, by: caller)
        return try await answer(id, status: .ok, context)
    }

    @Sendable
    private func reopen(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        var fields = try await JSONFields(request)
        var input = StepInput()
        input.note = fields.text("note", 1...1000)
        input.photos = fields.ids("photos", of: Photo.self, limit: 9)
        try fields.finish()
        try await requireOwn(id, caller)
        try await cases.take("requestReopen", on: id, input, by: caller)
        return try await answer(id, status: .ok, context)
    }

    /// Multipart: each `photo` a file, words as `note`. What the report has already isn't added again.
    @Sendable
    private func addPhotos(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("id", of: Case.self)
        try await requireOwn(id, caller)
        let form = try await Form(request, context, uploads: desk.uploadLimits)
        var problems: [FieldProblem] = []
        let note = form.text("note", limit: 1000, problems: &problems)
        if form.files.isEmpty { problems.append(FieldProblem("photo", "photo-missing")) }
        if form.files.contains(where: { $0.field != "photo" }) { problems.append(FieldProblem("photo", "unknown")) }
        guard problems.isEmpty else { throw InvalidFields(problems) }
        let (photos, faults) = await desk.takeInAll(form.files, by: caller, taken: form.takenAt(services.now()))
        guard faults.isEmpty else { throw InvalidFields(try faults.map { try $0.fieldProblem() }) }
        try await cases.addPhotos(photos, note: note, to: id, by: caller)
        return try await answer(id, status: .ok, context)
    }

    @Sendable
    private func takePhoto(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context, uploads: desk.uploadLimits)
        guard form.files.count == 1, let upload = form.files.first, upload.field == "photo" else {
            throw InvalidFields("photo", "photo-missing")
        }
        let photo = try await desk.takeIn(upload, by: caller, taken: form.takenAt(services.now()))
        return try .json(
            TakenPhoto(
                id: photo.id.text, url: "/api/v1/photos/\(photo.id)/small", position: photo.evidence.position?.rounded,
                capturedAt: photo.evidence.takenAt),
            status: .created)
    }
}

extension ReportDraft {
    /// Reads the JSON of `POST /api/v1/reports`.
    init(json: JSONValue, categories: Categories) throws {
        var fields = try JSONFields(json)
        let id = fields.uuid("id")
        if let id, id.version != 7 { fields.problem("id", "not-version-7") }
        let code = fields.text("category", 4...4)
        let category = code.flatMap { categories.category($0) }
        if code != nil, category == nil { fields.problem("category", "no-such-choice") }
        let position = try fields.position("position")
        let accuracy = fields.number("accuracy", 0...100_000, optional: true)
        let address = fields.text("address", 1...200, optional: true)
        let description = fields.text("description", 0...1000, optional: true)
        let identity = fields.choice("identity", of: Reporter.Identity.self)
        let capturedAt = fields.instant("capturedAt", optional: true)
        let joins = fields.uuid("joins", optional: true)
        if position == nil, address == nil { fields.problem("position", "place-missing") }
        try fields.finish()
        guard let id, let category, let identity else { throw InvalidFields("report", "missing") }
        self.init(
            id: ID(id), category: category,
            place: Case.Place(
                position: position, accuracy: position == nil ? nil : accuracy,
                source: position == nil ? .address : .phone, address: address),
            description: description ?? "", identity: identity, capturedAt: capturedAt, joins: joins.map { ID($0) })
    }
}
