import Access
import Cases
import Directory
import Foundation
import Hummingbird
import Kernel
import Notices
import People
import Storage
import Web

/// The same as the pages, for programs.
struct MyDataAPIRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let consents: ConsentCommands
    private let requests: DataRequestCommands
    private let exports: ExportCommands

    init(
        _ services: Services, facts: CaseFacts, consents: ConsentCommands, requests: DataRequestCommands,
        exports: ExportCommands
    ) {
        self.services = services
        self.facts = facts
        self.consents = consents
        self.requests = requests
        self.exports = exports
    }

    func add(to routes: Routes) {
        routes.get("api/v1/purposes", .open, use: purposes)
        routes.get("api/v1/me/consents", .may("withdraw", "myData"), use: listConsents)
        routes.post("api/v1/me/consents", .may("withdraw", "myData"), use: setConsent)
        routes.get("api/v1/me/visibility", .may("read", "myData"), use: visibility)
        routes.get("api/v1/me/looks", .may("read", "myData"), use: looks)
        routes.post("api/v1/me/export", .may("export", "myData"), use: export)
        routes.get("api/v1/me/requests", .may("read", "myData"), use: listRequests)
        routes.post("api/v1/me/requests", .may("correct", "myData"), use: ask)
        routes.delete("api/v1/me/requests/:request", .may("correct", "myData"), use: takeBack)
    }

    @Sendable
    private func purposes(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        try query.finish()
        let items = facts.purposes.current(on: Day(of: services.now())).map { PurposeItem($0, context.language) }
        return try .json(ListAnswer(items: items, next: nil))
    }

    @Sendable
    private func listConsents(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let said = try await services.database.read { db in try ConsentStore(db).consents(of: caller.id) }
        let items = facts.purposes.current(on: Day(of: services.now())).filter(\.isOptional).map { purpose in
            ConsentItem(purpose, said.answer(to: purpose))
        }
        return try .json(ListAnswer(items: items, next: nil))
    }

    @Sendable
    private func setConsent(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await JSONFields(request)
        let purpose = fields.text("purpose", 1...40)
        let version = fields.text("version", 1...40)
        let given = fields.flag("given")
        if given == nil { fields.problem("given", "missing") }
        try fields.finish()
        guard let purpose, let version, let given else { throw InvalidFields("purpose", "missing") }
        try await consents.set(purpose, version: version, isGiven: given, by: caller, from: .program)
        return Response(status: .noContent)
    }

    /// As things are; with `named` or `territory`, as they would be.
    @Sendable
    private func visibility(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var query = QueryFields(request)
        let named = query.flag("named")
        let code = query.text("territory", 6...15, optional: true).map(TerritoryCode.init(rawValue:))
        try query.finish()
        let now = services.now()
        let t = services.site.strings(in: context.language)
        let answer = try await services.database.read { [services, facts] db in
            if let code, try !DirectoryStore(db).isHome(code) { throw InvalidFields("territory", "no-such-choice") }
            let desk = try VisibilityDesk(services, facts: facts, of: caller.id, at: now, in: db)
            let account = try desk.account(in: code ?? desk.person.territory)
            let report = try desk.report(in: code ?? desk.person.territory, isNamed: named ?? desk.isNamed)
            let words = try VisibilityWords(
                account.sorted + report.sorted, facts: facts, t: t, context.language, in: db)
            return VisibilityAnswer(
                named: named ?? desk.isNamed,
                account: account.sorted.map { SeerItem($0, of: "account", words) },
                report: report.sorted.map { SeerItem($0, of: "case", words) })
        }
        return try .json(answer)
    }

    @Sendable
    private func looks(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var query = QueryFields(request)
        let cursor = try query.text("cursor", 1...512, optional: true).map { try Look.place($0) }
        let limit = query.integer("limit", 1...100, optional: true) ?? 30
        try query.finish()
        let t = services.site.strings(in: context.language)
        let answer = try await services.database.read { [facts, policy = services.policy] db in
            let looks = try LookStore(db).list(
                of: caller.id, requests: DataRequestStore.requests(of: caller.id), before: cursor, limit: limit + 1,
                policy: policy)
            let shown = Array(looks.prefix(limit))
            let words = try LookWords(shown, facts: facts, t: t, context.language, in: db)
            return ListAnswer(
                items: shown.map { LookItem($0, unit: words.unit(of: $0)) },
                next: looks.count > limit ? shown.last?.cursor : nil)
        }
        return try .json(answer)
    }

    @Sendable
    private func export(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        return try .json(try await exports.export(of: caller, as: "json", in: context.language))
    }

    @Sendable
    private func listRequests(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let items = try await services.database.read { [requests] db in
            try DataRequestStore(db).list(of: caller.id, limit: 100).map {
                RequestItem($0, answer: try requests.answer(of: $0))
            }
        }
        return try .json(ListAnswer(items: items, next: nil))
    }

    @Sendable
    private func ask(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await JSONFields(request)
        let kind = fields.choice("kind", of: DataRequest.Kind.self)
        let text = fields.text("text", 1...DataRequest.longest, optional: true)
        let number = fields.text("phone", 1...32, optional: true)
        let phone = number.flatMap { Phone($0) }
        if number != nil, phone == nil { fields.problem("phone", "not-a-mobile-number") }
        switch kind {
        // Data is taken along by its own address.
        case .export: fields.problem("kind", "no-such-choice")
        case .correction, .explanation: if text == nil { fields.problem("text", "missing") }
        case .lostPhone: if number == nil { fields.problem("phone", "missing") }
        case .deletion, nil: break
        }
        try fields.finish()
        guard let kind else { throw InvalidFields("kind", "missing") }
        let words = text == nil && phone == nil ? nil : DataRequestCommands.Words(text: text, phone: phone?.digits)
        let made = try await requests.ask(kind, words, by: caller)
        return try .json(RequestItem(made, answer: nil), status: .created)
    }

    @Sendable
    private func takeBack(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        try await requests.takeBack(context.id("request", of: DataRequest.self), by: caller)
        return Response(status: .noContent)
    }
}
