import Access
import Directory
import Foundation
import Hummingbird
import Kernel
import Web

/// The forms by which accounts, roles and leaves are made.
struct StaffFormRoutes: Sendable {
    let desk: StaffDesk
    let commands: StaffCommands
    private var services: Services { desk.services }
    /// How long a reason may be.
    static let reasonLimit = 500

    func addRoutes(to routes: Routes) {
        routes.get("admin/staff/new", .may("create", "staff"), use: showNew)
        routes.post("admin/staff/new", .may("create", "staff"), use: create)
        routes.get("admin/staff/:account/grant", .may("grant", "staff"), use: showGrant)
        routes.post("admin/staff/:account/grant", .may("grant", "staff"), use: grant)
        routes.get("admin/staff/:account/leave", .may("grant", "staff"), use: showLeave)
        routes.post("admin/staff/:account/leave", .may("grant", "staff"), use: setLeave)
    }

    // MARK: A new account

    @Sendable
    private func showNew(_ request: Request, context: AppContext) async throws -> Response {
        try newPage(try await desk.blank(context), request, context)
    }

    @Sendable
    private func create(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        return try await desk.submit(request, context, fields: ["login", "name"]) { form in
            try newPage(form, request, context)
        } doing: { sent, _ in
            var problems: [FieldProblem] = []
            let login = sent.needed("login", limit: 40, problems: &problems)
            let name = sent.needed("name", limit: Profile.limit, problems: &problems)
            guard problems.isEmpty else { throw InvalidFields(problems) }
            let handed = try await commands.create(login: login, name: name, by: caller)
            return try services.site.render(
                HandedPage(handed, name: name, isNew: true), for: request, context)
        }
    }

    private func newPage(_ form: DeskForm, _ request: Request, _ context: AppContext) throws -> Response {
        try services.site.render(NewStaffPage(form), for: request, context)
    }

    // MARK: A role

    @Sendable
    private func showGrant(_ request: Request, context: AppContext) async throws -> Response {
        let today = Day(of: services.now())
        let values = ["from": "\(today)", "until": "\(today + 364)"]
        return try await grantPage(try await desk.blank(context, values), request, context)
    }

    @Sendable
    private func grant(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let account = try context.id("account", of: Account.self)
        let fields = ["role", "office", "territory", "sector", "from", "until", "reason"]
        return try await desk.submit(request, context, fields: fields) { form in
            try await grantPage(form, request, context)
        } doing: { sent, _ in
            var problems: [FieldProblem] = []
            let role = sent["role"].flatMap(Role.init)
            if role == nil { problems.append(FieldProblem("role", sent["role"] == nil ? "missing" : "no-such-choice")) }
            let office = sent["office"].flatMap { ID<OfficeEntity>($0) }
            if sent["office"] != nil, office == nil { problems.append(FieldProblem("office", "no-such-choice")) }
            let territory = sent.text("territory", limit: 15, problems: &problems)
            let sector = sent.text("sector", limit: 100, problems: &problems)
            let from = sent.day("from", problems: &problems)
            let until = sent.day("until", problems: &problems)
            let reason = sent.needed("reason", limit: Self.reasonLimit, problems: &problems)
            guard problems.isEmpty, let role, let from, let until else { throw InvalidFields(problems) }
            let wish = GrantWish(
                role: role, territory: territory.map(TerritoryCode.init(rawValue:)),
                sector: sector.map(SectorPath.init(rawValue:)), office: office, from: from, until: until)
            try await commands.grant(wish, to: account, because: reason, by: caller)
            return .seeOther("/admin/staff/\(account)", done: "role-granted")
        }
    }

    private func grantPage(
        _ form: DeskForm, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let file = try await changeable(context)
        let now = services.now()
        let held = file.grants.filter { $0.until.map { $0 > now } ?? true }.map(\.grant.role)
        let places = try await commands.places()
        let page = GrantPage(
            file.account, form, held: held, offices: places.offices, territories: places.territories,
            sectors: commands.sectors, t: services.site.strings(in: context.language), language: context.language)
        return try services.site.render(page, for: request, context)
    }

    // MARK: A leave

    @Sendable
    private func showLeave(_ request: Request, context: AppContext) async throws -> Response {
        let today = Day(of: services.now())
        return try await leavePage(
            try await desk.blank(context, ["from": "\(today)", "until": "\(today + 6)"]), request, context)
    }

    @Sendable
    private func setLeave(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let account = try context.id("account", of: Account.self)
        return try await desk.submit(request, context, fields: ["standIn", "from", "until", "reason"]) { form in
            try await leavePage(form, request, context)
        } doing: { sent, _ in
            var problems: [FieldProblem] = []
            let standIn = sent.needed("standIn", limit: 40, problems: &problems)
            let from = sent.day("from", problems: &problems)
            let until = sent.day("until", problems: &problems)
            let reason = sent.needed("reason", limit: Self.reasonLimit, problems: &problems)
            guard problems.isEmpty, let from, let until else { throw InvalidFields(problems) }
            do {
                try await commands.setLeave(
                    of: account, standIn: standIn, from: from, until: until, because: reason, by: caller)
            } catch AccountError.rolesApart {
                throw InvalidFields("standIn", "stand-in-apart")
            } catch AccountError.notOneself {
                throw InvalidFields("standIn", "stand-in-oneself")
            }
            return .seeOther("/admin/staff/\(account)", done: "leave-set")
        }
    }

    private func leavePage(
        _ form: DeskForm, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let file = try await changeable(context)
        let own = try context.requireCaller().id
        let colleagues = try await commands.colleagues().filter { colleague in
            colleague.person.id != file.account.person.id && colleague.person.id != own
        }
        return try services.site.render(
            LeavePage(file.account, form, colleagues: colleagues), for: request, context)
    }

    /// The account that the address names, when it is somebody else's and hasn't ended.
    private func changeable(_ context: AppContext) async throws -> StaffCommands.File {
        let caller = try context.requireCaller()
        let file = try await commands.file(of: context.id("account", of: Account.self))
        guard file.account.person.id != caller.id else { throw AccountError.notOneself }
        guard file.account.standing != .left else { throw AccountError.hasLeft }
        return file
    }
}
