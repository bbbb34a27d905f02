import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// The accounts of staff, for programs of the security administrator. Making and ending them is for a person at the desk.
struct StaffAPIRoutes: Sendable {
    let services: Services
    let commands: StaffCommands
    private static let pageSize = 100

    func addRoutes(to routes: Routes) {
        routes.get("api/v1/staff", .may("read", "staff"), use: list)
        routes.get("api/v1/staff/:account", .may("read", "staff"), use: show)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        try requireMay(context)
        var fields = QueryFields(request)
        var query = StaffQuery()
        query.text = fields.text("q", 1...60, optional: true)
        query.role = fields.choice("role", optional: true)
        query.standing = fields.choice("state", optional: true)
        let cursor = fields.text("cursor", 1...512, optional: true)
        try fields.finish()
        query.after = try cursor.map { try Cursor($0, parts: 1).parts[0] }
        let found = try await commands.list(query, limit: Self.pageSize + 1)
        let shown = found.accounts.prefix(Self.pageSize)
        let next = found.accounts.count > shown.count ? shown.last?.person.login.map { Cursor([$0.text]).text } : nil
        let items = shown.map { account in
            let roles = Set((found.roles[account.person.id] ?? []).map(\.role)).subtracting([.everyone])
            return StaffItem(account, roles: roles.map(\.rawValue).sorted())
        }
        return try .json(ListAnswer(items: items, next: next))
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try requireMay(context)
        let file = try await commands.file(of: context.id("account", of: Account.self))
        return try .json(StaffAnswer(file, now: services.now()))
    }

    private func requireMay(_ context: AppContext) throws {
        let caller = try context.requireCaller()
        guard services.policy.allows(caller, "read", on: Subject(kind: "staff")) else { throw NoSuchPage() }
    }
}

private struct StaffItem: Encodable {
    let id: ID<Account>
    let login: String
    let name: String?
    let state: String
    let roles: [String]
    let createdAt: Date

    init(_ account: StaffAccount, roles: [String]) {
        id = account.person.id
        login = account.person.login?.text ?? ""
        name = account.person.profile.name
        state = account.standing.rawValue
        self.roles = roles
        createdAt = account.person.createdAt
    }
}

private struct StaffAnswer: Encodable {
    struct Post: Encodable {
        let id: ID<DatedGrant>
        let role: String
        let territory: String?
        let sector: String?
        let office: ID<OfficeEntity>?
        let actingFor: ID<Account>?
        let from: Date
        let until: Date?
        let grantedBy: ID<Account>?
        let reason: String
    }

    struct Days: Encodable {
        let id: ID<Leave>
        let account: ID<Account>
        let standIn: ID<Account>
        let from: Date
        let until: Date
        let state: String
    }

    let id: ID<Account>
    let login: String
    let name: String?
    let state: String
    let createdAt: Date
    let leftAt: Date?
    let sessions: Int
    let recoveryCodes: Int
    let grants: [Post]
    let leaves: [Days]

    init(_ file: StaffCommands.File, now: Date) {
        let person = file.account.person
        id = person.id
        login = person.login?.text ?? ""
        name = person.profile.name
        state = file.account.standing.rawValue
        createdAt = person.createdAt
        leftAt = file.account.leftAt
        sessions = file.sessions
        recoveryCodes = file.recoveryCodes
        grants = file.grants.filter { $0.until.map { $0 > now } ?? true }.map { dated in
            Post(
                id: ID(dated.id), role: dated.grant.role.rawValue, territory: dated.grant.territory?.rawValue,
                sector: dated.grant.sector?.rawValue, office: dated.grant.office, actingFor: dated.grant.actingFor,
                from: dated.from, until: dated.until, grantedBy: dated.grantedBy, reason: dated.reason)
        }
        leaves = file.leaves.map { leave in
            Days(
                id: leave.id, account: leave.account, standIn: leave.standIn, from: leave.from,
                until: leave.last, state: leave.standing(at: now).rawValue)
        }
    }
}
