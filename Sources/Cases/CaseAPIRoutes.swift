import Access
import Directory
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Vault
import Web

/// The API of the workbench: cases in the caller's scope, and the steps on them.
package struct CaseAPIRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts

    package init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
    }

    package func add(to routes: Routes) {
        routes.get("api/v1/cases", .may("read", "case"), use: list)
        routes.get("api/v1/cases/:id", .may("read", "case"), use: show)
        routes.post("api/v1/cases/:id/steps", .may("read", "case"), use: take)
        routes.post("api/v1/cases/:id/reporter", .may("read", "case"), use: showReporter)
    }

    private var cases: CaseCommands { CaseCommands(services, facts: facts) }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        var query = QueryFields(request)
        var filter = WorkFilter()
        filter.view = query.choice("view", of: WorkFilter.View.self, optional: true) ?? .all
        filter.state = query.choice("state", of: Case.State.self, optional: true)
        filter.group = query.text("category", 2...4, optional: true)
        filter.text = query.text("q", 1...100, optional: true)
        filter.cursor = try query.text("cursor", 1...512, optional: true).map { try CaseCursor($0) }
        let limit = query.integer("limit", 1...100, optional: true) ?? 30
        try query.finish()
        if filter.text != nil { try await Searches(services, facts: facts).draw(by: caller) }
        let now = services.now()
        let answer = try await services.database.read { [facts, services, filter] db in
            let words = try CaseWords(services.site, context.language, facts: facts, now: now, in: db)
            let allowed = services.policy.condition(
                for: caller, doing: "read", on: "case", in: CaseAccess.columns(facts))
            let query = filter.query(filter.view, for: caller, words: words)
            let rows = try CaseStore(db).list(query, where: allowed, limit: limit + 1)
            let shown = rows.prefix(limit)
            return ListAnswer(
                items: shown.map { CaseSummary($0, words: words) },
                next: rows.count > limit ? shown.last.map { CaseCursor(after: $0, in: query).text } : nil)
        }
        return try .json(answer)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        return try await answer(context.id("id", of: Case.self), caller, context)
    }

    private func answer(_ id: ID<Case>, _ caller: Caller, _ context: AppContext) async throws -> Response {
        let now = services.now()
        let answer = try await services.database.read { [facts, services] db -> CaseAnswer in
            guard let matter = try CaseStore(db).find(id) else { throw NoSuchPage() }
            let access = try CaseAccess(services.policy, matter, caller: caller, facts: facts, in: db)
            guard access.maySeeAsStaff else { throw NoSuchPage(hiding: "case", id.uuid) }
            return CaseAnswer(
                try CaseStory(matter, in: db), access: access,
                words: try CaseWords(services.site, context.language, facts: facts, now: now, in: db),
                offices: try DirectoryStore(db).allOffices(),
                officers: try CaseCommands.officers(for: matter, at: now, in: db))
        }
        return try .json(answer)
    }

    @Sendable
    private func take(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        var fields = try await JSONFields(request)
        let step = fields.text("step", 1...64)
        let version = fields.integer("version", 1...1_000_000, optional: true)
        var input = StepInput()
        input.note = fields.text("note", 1...2000, optional: true)
        input.result = fields.text("result", 1...2000, optional: true)
        input.reason = fields.text("reason", 1...64, optional: true)
        input.receipt = fields.text("receipt", 1...80, optional: true)
        input.business = fields.text("business", 1...80, optional: true)
        input.body = fields.text("body", 1...64, optional: true)
        input.into = fields.text("into", 1...64, optional: true)
        input.hasNewFacts = fields.flag("newFacts") ?? false
        input.day = fields.day("day", optional: true)
        input.office = fields.uuid("office", optional: true).map { ID($0) }
        input.handler = fields.uuid("handler", optional: true).map { ID($0) }
        input.photos = fields.ids("photos", of: Photo.self, limit: 9)
        if let code = fields.text("category", 4...4, optional: true) {
            input.category = facts.categories.category(code)
            if input.category == nil { fields.problem("category", "no-such-choice") }
        }
        try fields.finish()
        try await cases.take(step ?? "", on: id, input, version: version, by: caller)
        return try await answer(id, caller, context)
    }

    private struct ReporterAnswer: Encodable {
        let name: String?
        let phone: String?
    }

    @Sendable
    private func showReporter(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        var query = QueryFields(request)
        let purpose = query.choice("purpose", of: LookPurpose.self, optional: true)
        try query.finish()
        let person = try await cases.showReporter(
            of: context.id("id", of: Case.self), to: caller, for: purpose ?? .handling)
        return try .json(ReporterAnswer(name: person.profile.name, phone: person.phone?.digits))
    }
}

/// The list of what can be reported, in the reader's language.
struct CategoriesAnswer: Encodable, Sendable {
    struct Group: Encodable, Sendable {
        let code: String
        let name: String
        let categories: [Item]
    }

    struct Item: Encodable, Sendable {
        let code: String
        let name: String
        let department: String
        let severity: Int
        let clocks: [String]
        let duplicateRadius: Int
        let `private`: Bool
        let emergencyNumbers: [String]
    }

    let items: [Group]

    init(_ categories: Categories, language: Language) {
        items = categories.groups.map { group in
            Group(
                code: group.code, name: group.name(language),
                categories: group.categories.map { category in
                    Item(
                        code: category.code, name: category.name(language), department: category.department(language),
                        severity: category.severity, clocks: category.clocks,
                        duplicateRadius: category.duplicateRadius, private: category.isPrivate,
                        emergencyNumbers: category.stop.flatMap { categories.stops[$0] }?.numbers.map(\.number) ?? [])
                })
        }
    }
}
