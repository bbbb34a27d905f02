import Access
import Cases
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Web

/// `/me/data/consents`: what somebody agreed to. A switch first shows what it changes.
struct ConsentRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let consents: ConsentCommands

    init(_ services: Services, facts: CaseFacts, consents: ConsentCommands) {
        self.services = services
        self.facts = facts
        self.consents = consents
    }

    func add(to routes: Routes) {
        routes.get("me/data/consents", .may("withdraw", "myData"), use: list)
        routes.post("me/data/consents/:purpose", .may("withdraw", "myData"), use: set)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let t = services.site.strings(in: context.language)
        let language = context.language
        let said = try await services.database.read { db -> Consents in
            // Staff are bound by their office, not by a consent.
            guard try AccountStore(db).find(caller.id).kind == .rider else { throw NoSuchPage() }
            return try ConsentStore(db).consents(of: caller.id)
        }
        let items = facts.purposes.current(on: Day(of: services.now()))
        let page = ConsentsPage(
            asked: items.filter(\.isOptional).map { ConsentsPage.Item($0, said, t: t, language) },
            needed: items.filter { !$0.isOptional }.map { ConsentsPage.Item($0, said, t: t, language) })
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func set(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        let purpose = try consents.purpose(context.parameters.get("purpose") ?? "")
        let isGiven = form["given"] == "yes"
        guard form["confirmed"] != nil else {
            return try await preview(purpose, isGiven: isGiven, caller.id, request, context)
        }
        try await consents.set(
            purpose.key, version: form["version"] ?? "", isGiven: isGiven, by: caller, from: .page)
        return .seeOther("/me/data/consents", done: isGiven ? "consent-given" : "consent-withdrawn")
    }

    /// What changes, before it does.
    private func preview(
        _ purpose: Purpose, isGiven: Bool, _ account: ID<Account>, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let now = services.now()
        let language = context.language
        let t = services.site.strings(in: language)
        let page = try await services.database.read { [services, facts] db in
            let desk = try VisibilityDesk(services, facts: facts, of: account, at: now, in: db)
            let home = desk.person.territory
            let before = try desk.report(in: home, isNamed: desk.isNamed)
            let after = try desk.report(in: home, isNamed: purpose.key == Purpose.named ? isGiven : desk.isNamed)
            let change = VisibilityChange(from: before, to: after)
            let words = [purpose.text(language)] + (isGiven ? [] : [purpose.withdrawal(language)])
            let names = try VisibilityWords(change.lines, facts: facts, t: t, language, in: db)
            return ChangePage(
                heading: t(isGiven ? "mydata.change.give" : "mydata.change.withdraw", ["name": purpose.name(language)]),
                words: isGiven ? words : Array(words.suffix(1)),
                changes: ChangeLine.all(of: change, kind: "case", words: names, t: t),
                action: "/me/data/consents/\(purpose.key)",
                fields: [("given", isGiven ? "yes" : "no"), ("version", purpose.version)],
                confirm: t(isGiven ? "mydata.consents.give" : "mydata.consents.withdraw"),
                backURL: "/me/data/consents")
        }
        return try services.site.render(page, for: request, context)
    }
}
