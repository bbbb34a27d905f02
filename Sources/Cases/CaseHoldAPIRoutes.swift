import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The hold on a case, for programs.
struct CaseHoldAPIRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let commands: CaseHoldCommands

    init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
        commands = CaseHoldCommands(services, facts: facts)
    }

    func add(to routes: Routes) {
        routes.get("api/v1/cases/:id/hold", .may("read", "case"), use: show)
        routes.put("api/v1/cases/:id/hold", .may("hold", "case"), use: hold)
        routes.delete("api/v1/cases/:id/hold", .may("hold", "case"), use: lift)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        var query = QueryFields(request)
        try query.finish()
        let hold = try await services.database.read { [services, facts, now = services.now()] db -> CaseHold? in
            guard let matter = try CaseStore(db).find(id) else { return nil }
            let access = try CaseAccess(services.policy, matter, caller: caller, facts: facts, in: db)
            return access.maySeeAsStaff ? try CaseHoldStore(db).hold(of: id, at: now) : nil
        }
        guard let hold else { throw NoSuchPage() }
        return try .json(HoldAnswer(until: hold.until, reason: hold.reason, setAt: hold.setAt, setBy: hold.setBy.text))
    }

    @Sendable
    private func hold(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        var fields = try await JSONFields(request)
        let reason = fields.text("reason", 1...CaseHold.longestReason)
        let until = fields.day("until")
        try fields.finish()
        guard let reason, let until else { throw InvalidFields("until", "missing") }
        try await commands.hold(id, because: reason, until: until, by: caller)
        return Response(status: .noContent)
    }

    @Sendable
    private func lift(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        var query = QueryFields(request)
        try query.finish()
        try await commands.lift(try context.id("id", of: Case.self), by: caller)
        return Response(status: .noContent)
    }
}

private struct HoldAnswer: Encodable, Sendable {
    /// The last day on which it holds.
    let until: Day
    let reason: String
    let setAt: Date
    let setBy: String
}
