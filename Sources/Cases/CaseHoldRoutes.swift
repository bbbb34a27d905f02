import Foundation
import Hummingbird
import Kernel
import Web

/// Setting and lifting the hold on a case, from its page.
struct CaseHoldRoutes: Sendable {
    private let services: Services
    private let commands: CaseHoldCommands
    private let work: WorkRoutes

    init(_ services: Services, facts: CaseFacts, work: WorkRoutes) {
        self.services = services
        self.work = work
        commands = CaseHoldCommands(services, facts: facts)
    }

    func add(to routes: Routes) {
        routes.post("work/cases/:id/hold", .may("hold", "case"), use: hold)
        routes.post("work/cases/:id/hold/end", .may("hold", "case"), use: lift)
    }

    /// When something is missing, the page is shown again with the form open and everything in it.
    @Sendable
    private func hold(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        let form = try await Form(request, context)
        var problems: [FieldProblem] = []
        let until = form["until"].flatMap { Day($0) }
        if form["until"] == nil { problems.append(FieldProblem("until", "missing")) }
        if form["until"] != nil, until == nil { problems.append(FieldProblem("until", "not-a-day")) }
        if form["reason"] == nil { problems.append(FieldProblem("reason", "missing")) }
        do {
            guard problems.isEmpty, let until else { throw InvalidFields(problems) }
            try await commands.hold(id, because: form["reason"] ?? "", until: until, by: caller)
            return .seeOther("/work/cases/\(id)", done: "case-held")
        } catch let invalid as InvalidFields {
            let failed = FailedHold(
                reason: form["reason"] ?? "", until: form["until"] ?? "", problems: invalid.fields)
            return try await work.show(request, context, failedHold: failed)
        }
    }

    @Sendable
    private func lift(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        let id = try context.id("id", of: Case.self)
        _ = try await Form(request, context)
        try await commands.lift(id, by: caller)
        return .seeOther("/work/cases/\(id)", done: "hold-lifted")
    }
}

/// A hold that couldn't be set: what was sent, for showing it again.
struct FailedHold: Sendable {
    let reason: String
    let until: String
    let problems: [FieldProblem]
}
