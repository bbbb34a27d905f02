import Access
import Cases
import Directory
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Web

/// `/me/data/correction`: putting right what is kept, here or by a request.
struct CorrectionRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let profiles: ProfileCommands
    private let requests: DataRequestCommands

    init(_ services: Services, facts: CaseFacts, profiles: ProfileCommands, requests: DataRequestCommands) {
        self.services = services
        self.facts = facts
        self.profiles = profiles
        self.requests = requests
    }

    func add(to routes: Routes) {
        routes.get("me/data/correction", .may("correct", "myData"), use: show)
        routes.post("me/data/correction", .may("correct", "myData"), use: correct)
        routes.post("me/data/requests", .may("correct", "myData"), use: ask)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let person = try await profiles.find(context.requireCaller().id)
        return try await page(Draft(person), person, request, context)
    }

    private struct Draft {
        var profile: Profile
        var territory: TerritoryCode?
        var text = ""
        var problems: [FieldProblem] = []

        init(_ person: Person) {
            profile = person.profile
            territory = person.territory
        }
    }

    @Sendable
    private func correct(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let person = try await profiles.find(caller.id)
        let form = try await Form(request, context)
        var draft = Draft(person)
        (draft.profile, draft.problems) = Profile.read(form, before: person.profile)
        if person.kind == .rider {
            draft.territory = form["territory"].map { TerritoryCode(rawValue: String($0.prefix(15))) }
        }
        do {
            guard draft.problems.isEmpty else { throw InvalidFields(draft.problems) }
            // Who can see somebody may depend on where they belong: they learn how before it changes.
            let isMove = draft.territory != person.territory || draft.profile.site != person.profile.site
            if isMove, form["confirmed"] == nil {
                return try await preview(draft, person, request, context)
            }
            _ = try await profiles.introduce(
                caller, as: draft.profile, territory: person.kind == .rider ? .some(draft.territory) : nil,
                from: .page)
            return .seeOther("/me/data", done: "profile-saved")
        } catch let invalid as InvalidFields {
            draft.problems = invalid.fields
            return try await page(draft, person, request, context)
        }
    }

    /// A wish that somebody at the bureau answers: a correction of something else, an explanation.
    @Sendable
    private func ask(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let person = try await profiles.find(caller.id)
        let form = try await Form(request, context)
        var draft = Draft(person)
        draft.text = form.values["text"]?.first ?? ""
        let text = form.text("text", limit: DataRequest.longest, problems: &draft.problems)
        if text == nil, draft.problems.isEmpty { draft.problems.append(FieldProblem("text", "missing")) }
        guard draft.problems.isEmpty else { return try await page(draft, person, request, context) }
        let kind: DataRequest.Kind = form["kind"] == "explanation" ? .explanation : .correction
        try await requests.ask(kind, .init(text: text), by: caller)
        return .seeOther("/me/data", done: "data-request-asked")
    }

    private func page(
        _ draft: Draft, _ person: Person, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let isRider = person.kind == .rider
        let fields = ProfileFields(
            draft.profile, homes: isRider ? try await profiles.homes() : [], territory: draft.territory, t: t,
            problems: draft.problems)
        let page = CorrectionPage(
            frame: isRider ? "rider" : "work", isStaff: !isRider, profile: fields, text: draft.text,
            errors: fields.errors, status: draft.problems.isEmpty ? .ok : .unprocessableContent)
        return try services.site.render(page, for: request, context)
    }

    private func preview(
        _ draft: Draft, _ person: Person, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let now = services.now()
        let language = context.language
        let t = services.site.strings(in: language)
        let page = try await services.database.read { [services, facts] db in
            if let code = draft.territory, code != person.territory, try !DirectoryStore(db).isHome(code) {
                throw InvalidFields("territory", "no-such-choice")
            }
            let desk = try VisibilityDesk(services, facts: facts, of: person.id, at: now, in: db)
            let change = VisibilityChange(
                from: try desk.account(in: person.territory), to: try desk.account(in: draft.territory))
            let profile = draft.profile
            let fields = [
                ("name", profile.name), ("platform", profile.platform?.rawValue), ("company", profile.company),
                ("site", profile.site), ("territory", draft.territory?.rawValue),
            ].map { ($0.0, $0.1 ?? "") }
            let names = try VisibilityWords(change.lines, facts: facts, t: t, language, in: db)
            return ChangePage(
                heading: t("mydata.change.place"), words: [t("mydata.change.place-words")],
                changes: ChangeLine.all(of: change, kind: "account", words: names, t: t),
                action: "/me/data/correction", fields: fields, confirm: t("me.save"),
                backURL: "/me/data/correction")
        }
        return try services.site.render(page, for: request, context)
    }
}
