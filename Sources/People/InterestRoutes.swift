import Access
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/me/interests`: what staff declare so that they see nothing about it.
struct InterestRoutes: Sendable {
    let services: Services
    let interests: InterestCommands

    func addRoutes(to routes: Routes) {
        routes.get("me/interests", .may("read", "interest"), use: show)
        routes.post("me/interests", .may("declare", "interest"), use: declare)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await page([:], request, context)
    }

    @Sendable
    private func declare(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        var problems: [FieldProblem] = []
        let typed = form.text("organisation", limit: 80, problems: &problems)
        if typed == nil, problems.isEmpty { problems.append(FieldProblem("organisation", "missing")) }
        let relation = form["relation"].flatMap(InterestCommands.Relation.init)
        if relation == nil { problems.append(FieldProblem("relation", "no-such-choice")) }
        do {
            guard problems.isEmpty, let typed, let relation else { throw InvalidFields(problems) }
            try await interests.declare(typed, relation, by: caller)
            return .seeOther("/me/interests", done: "interest-declared")
        } catch let invalid as InvalidFields {
            return try await page(form.values.compactMapValues(\.first), problems: invalid.fields, request, context)
        }
    }

    private func page(
        _ sent: [String: String], problems: [FieldProblem] = [], _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try context.requireCaller()
        let t = services.site.strings(in: context.language)
        let page = InterestsPage(try await interests.list(of: caller), sent: sent, problems: problems, t: t)
        return try services.site.render(page, for: request, context)
    }
}

private struct InterestsPage: Page {
    struct Line: Sendable {
        let name: String
        let code: String
        let relation: String
        let since: String
    }

    static let template = "people/interests"
    let interests: [Line]
    let isEmpty: Bool
    let organisation: String
    let relations: [ChoiceItem]
    let errors: [String: String]
    let status: HTTPResponse.Status

    init(_ interests: [InterestCommands.Interest], sent: [String: String], problems: [FieldProblem], t: Strings) {
        self.interests = interests.map { interest in
            Line(
                name: interest.organisation.name, code: interest.organisation.code,
                relation: t("me.interests.relation.\(interest.relation?.rawValue ?? "post")"),
                since: t("me.interests.since", ["day": Day(of: interest.since).description]))
        }
        isEmpty = interests.isEmpty
        organisation = sent["organisation"] ?? ""
        relations = InterestCommands.Relation.allCases.map { relation in
            ChoiceItem(
                value: relation.rawValue, name: t("me.interests.relation.\(relation.rawValue)"),
                isChosen: sent["relation"] == relation.rawValue)
        }
        errors = problems.reduce(into: [:]) { $0[$1.field] = t("field.\($1.name)", $1.details) }
        status = problems.isEmpty ? .ok : .unprocessableContent
    }

    func title(_ t: Strings) -> String { t("me.interests.title") }
}
