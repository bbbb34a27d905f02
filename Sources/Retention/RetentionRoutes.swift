import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// `/admin/retention`: the spans with their sources, what is due, when the job ran.
struct RetentionRoutes: Sendable {
    private let services: Services
    private let commands: RetentionCommands

    init(_ services: Services, commands: RetentionCommands) {
        self.services = services
        self.commands = commands
    }

    func add(to routes: Routes) {
        routes.get("admin/retention", .may("read", "retention"), use: show)
        routes.get("api/v1/retention", .may("read", "retention"), use: answer)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try check(context.requireStaff())
        let page = RetentionPage(
            try await commands.plan(), facts: commands.facts, runs: try await commands.runs(limit: 10),
            t: services.site.strings(in: context.language), language: context.language)
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func answer(_ request: Request, context: AppContext) async throws -> Response {
        try check(context.requireCaller())
        var query = QueryFields(request)
        try query.finish()
        let plan = try await commands.plan()
        let items = plan.lines.compactMap { line in commands.facts[line.kind].map { KindAnswer($0, line) } }
        return try .json(ListAnswer(items: items, next: nil))
    }

    private func check(_ caller: Caller) throws {
        guard services.policy.allows(caller, "read", on: Subject(kind: "retention")) else { throw NotAllowed() }
    }
}

/// A kind of data, its span, and how much of it is due.
private struct KindAnswer: Encodable, Sendable {
    let kind: String
    /// Absent for what is kept for good.
    let span: Span?
    let atLeast: Span?
    let basis: RetentionFacts.Basis
    let due: RetentionCount
    let soon: RetentionCount
    let oldest: Date?

    init(_ kind: RetentionFacts.Kind, _ line: RetentionPlan.Line) {
        self.kind = kind.kind
        span = kind.span
        atLeast = kind.atLeast
        basis = kind.basis
        due = line.now
        soon = line.soon
        oldest = line.oldest
    }
}
