import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// `/admin/staff`: the accounts of staff, for the security administrator.
struct StaffRoutes: Sendable {
    let services: Services
    let commands: StaffCommands
    private static let pageSize = 50

    func addRoutes(to routes: Routes) {
        routes.get("admin/staff", .may("read", "staff"), use: list)
        routes.get("admin/staff/:account", .may("read", "staff"), use: show)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        try requireMay("read", context)
        var fields = QueryFields(request)
        var query = StaffQuery()
        query.text = fields.text("q", 1...60, optional: true)
        query.role = fields.choice("role", optional: true)
        query.standing = fields.choice("state", optional: true)
        let cursor = fields.text("cursor", 1...512, optional: true)
        _ = fields.text("done", 1...40, optional: true)
        try fields.finish()
        query.after = try cursor.map { try Cursor($0, parts: 1).parts[0] }
        let found = try await commands.list(query, limit: Self.pageSize + 1)
        let page = StaffListPage(
            found.accounts, roles: found.roles, securityAdministrators: found.securityAdministrators, query: query,
            pageSize: Self.pageSize, t: services.site.strings(in: context.language))
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try requireMay("read", context)
        let file = try await commands.file(of: context.id("account", of: Account.self))
        let page = StaffAccountPage(
            file, isOwn: file.account.person.id == caller.id, sectors: commands.sectors, now: services.now(),
            t: services.site.strings(in: context.language), language: context.language)
        return try services.site.render(page, for: request, context)
    }

    /// Everybody else is told that there is no such page.
    @discardableResult
    private func requireMay(_ action: String, _ context: AppContext) throws -> Caller {
        let caller = try context.requireStaff()
        guard services.policy.allows(caller, action, on: Subject(kind: "staff")) else { throw NoSuchPage() }
        return caller
    }
}
