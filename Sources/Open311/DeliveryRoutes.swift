import Cases
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Storage
import Web

/// `/admin/deliveries`: what can't be handed on to another server, for the system administrator; for programs the same.
struct DeliveryRoutes: Sendable {
    private let services: Services
    private let categories: Categories
    private let targets: DeliveryTargets
    private let commands: DeliveryCommands

    init(_ services: Services, categories: Categories, targets: DeliveryTargets) {
        self.services = services
        self.categories = categories
        self.targets = targets
        commands = DeliveryCommands(services)
    }

    func add(to routes: Routes) {
        routes.get("admin/deliveries", .may("read", "delivery"), use: show)
        routes.post("admin/deliveries/:delivery/retry", .may("retry", "delivery"), use: retry)
        routes.post("admin/deliveries/:delivery/drop", .may("drop", "delivery"), use: drop)
        routes.get("api/v1/deliveries", .may("read", "delivery"), use: list)
        routes.post("api/v1/deliveries/:delivery/retry", .may("retry", "delivery"), use: retryByProgram)
        routes.post("api/v1/deliveries/:delivery/drop", .may("drop", "delivery"), use: dropByProgram)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try services.site.render(try await page(context), for: request, context)
    }

    private func page(
        _ context: AppContext, sent: (id: ID<Delivery>, reason: String, problems: [FieldProblem])? = nil
    ) async throws -> DeliveryPage {
        let overview = try await commands.overview(for: context.requireCaller())
        return DeliveryPage(
            overview, targets: targets, categoryName: { categories.category($0)?.name(context.language) ?? $0 },
            t: services.site.strings(in: context.language), sent: sent)
    }

    @Sendable
    private func retry(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        _ = try await Form(request, context)
        try await commands.retry(context.id("delivery", of: Delivery.self), by: caller)
        return .seeOther("/admin/deliveries", done: "delivery-retried")
    }

    @Sendable
    private func drop(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        let id = try context.id("delivery", of: Delivery.self)
        do {
            try await commands.drop(id, because: form["reason"] ?? "", by: caller)
            return .seeOther("/admin/deliveries", done: "delivery-dropped")
        } catch let error as InvalidFields {
            let page = try await page(context, sent: (id, form["reason"] ?? "", error.fields))
            return try services.site.render(page, for: request, context)
        }
    }

    // MARK: For programs

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var query = QueryFields(request)
        try query.finish()
        let overview = try await commands.overview(for: caller)
        return try .json(ListAnswer(items: overview.dead.map(DeliveryAnswer.init), next: nil))
    }

    @Sendable
    private func retryByProgram(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        try await commands.retry(context.id("delivery", of: Delivery.self), by: caller)
        return Response(status: .noContent)
    }

    @Sendable
    private func dropByProgram(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("delivery", of: Delivery.self)
        var fields = try await JSONFields(request)
        let reason = fields.text("reason", 1...DeliveryCommands.longestReason)
        try fields.finish()
        try await commands.drop(id, because: reason ?? "", by: caller)
        return Response(status: .noContent)
    }
}

/// A delivery that nobody tries any more.
private struct DeliveryAnswer: Encodable, Sendable {
    let id: String
    let number: String
    let category: String
    let target: String
    let fault: String?
    let tries: Int
    let createdAt: Date
    let changedAt: Date

    init(_ listed: DeliveryStore.Listed) {
        let delivery = listed.delivery
        id = delivery.id.text
        number = listed.number
        category = listed.category
        target = delivery.target
        fault = delivery.fault
        tries = delivery.tries
        createdAt = delivery.createdAt
        changedAt = delivery.changedAt
    }
}

/// Counts what waits for somebody, on each page of those who look after it, for the menu.
package struct DeadDeliveryMiddleware: RouterMiddleware {
    private let services: Services

    package init(_ services: Services) {
        self.services = services
    }

    package func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .get, !request.uri.path.hasPrefix("/api/"),
            context.signedIn?.mayEver("read", "delivery") ?? false
        else { return try await next(request, context) }
        var context = context
        // Without the figure the page is still a page.
        context.waiting["delivery"] = try? await services.database.read { db in try DeliveryStore(db).deadCount() }
        return try await next(request, context)
    }
}
