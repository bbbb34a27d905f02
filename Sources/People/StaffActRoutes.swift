import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// The acts on an account that need no more than to be confirmed, most of them with a reason.
struct StaffActRoutes: Sendable {
    let desk: StaffDesk
    let commands: StaffCommands
    private var services: Services { desk.services }

    func addRoutes(to routes: Routes) {
        routes.get("admin/staff/:account/grants/:grant/end", .may("grant", "staff"), use: show(.revocation))
        routes.post("admin/staff/:account/grants/:grant/end", .may("grant", "staff"), use: take(.revocation))
        routes.get("admin/staff/:account/leaves/:leave/end", .may("grant", "staff"), use: show(.leaveEnd))
        routes.post("admin/staff/:account/leaves/:leave/end", .may("grant", "staff"), use: take(.leaveEnd))
        routes.get("admin/staff/:account/password", .may("reset", "staff"), use: show(.password))
        routes.post("admin/staff/:account/password", .may("reset", "staff"), use: take(.password))
        routes.get("admin/staff/:account/authenticator", .may("reset", "staff"), use: show(.authenticator))
        routes.post("admin/staff/:account/authenticator", .may("reset", "staff"), use: take(.authenticator))
        routes.get("admin/staff/:account/suspension", .may("suspend", "staff"), use: show(.suspension))
        routes.post("admin/staff/:account/suspension", .may("suspend", "staff"), use: take(.suspension))
        routes.get("admin/staff/:account/resumption", .may("suspend", "staff"), use: show(.resumption))
        routes.post("admin/staff/:account/resumption", .may("suspend", "staff"), use: take(.resumption))
        routes.get("admin/staff/:account/departure", .may("depart", "staff"), use: show(.departure))
        routes.post("admin/staff/:account/departure", .may("depart", "staff"), use: take(.departure))
    }

    private func show(_ act: StaffAct) -> @Sendable (Request, AppContext) async throws -> Response {
        { request, context in try await page(act, try await desk.blank(context), request, context) }
    }

    private func take(_ act: StaffAct) -> @Sendable (Request, AppContext) async throws -> Response {
        { request, context in
            let caller = try context.requireCaller()
            let account = try context.id("account", of: Account.self)
            return try await desk.submit(request, context, fields: ["reason"]) { form in
                try await page(act, form, request, context)
            } doing: { sent, _ in
                var problems: [FieldProblem] = []
                let reason =
                    act.asksReason
                    ? sent.needed("reason", limit: StaffFormRoutes.reasonLimit, problems: &problems) : ""
                guard problems.isEmpty else { throw InvalidFields(problems) }
                return try await take(act, account, because: reason, by: caller, request, context)
            }
        }
    }

    private func take(
        _ act: StaffAct, _ account: ID<Account>, because reason: String, by caller: Caller, _ request: Request,
        _ context: AppContext
    ) async throws -> Response {
        switch act {
        case .revocation:
            let grant = try context.id("grant", of: DatedGrant.self).uuid
            try await commands.revoke(grant, of: account, because: reason, by: caller)
        case .leaveEnd:
            let leave = try context.id("leave", of: Leave.self)
            try await commands.endLeave(leave, of: account, because: reason, by: caller)
        case .password:
            let handed = try await commands.resetPassword(of: account, by: caller)
            return try await hand(handed, request, context)
        case .authenticator:
            let handed = try await commands.resetOneTimePassword(of: account, by: caller)
            return try await hand(handed, request, context)
        case .suspension: try await commands.suspend(account, because: reason, by: caller)
        case .resumption: try await commands.reopen(account, because: reason, by: caller)
        case .departure: try await commands.depart(account, because: reason, by: caller)
        }
        return .seeOther("/admin/staff/\(account)", done: "staff-\(act.rawValue)")
    }

    private func hand(
        _ handed: StaffCommands.Handed, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let name = try await commands.file(of: handed.account).account.person.callName
        return try services.site.render(HandedPage(handed, name: name, isNew: false), for: request, context)
    }

    private func page(
        _ act: StaffAct, _ form: DeskForm, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("account", of: Account.self)
        let t = services.site.strings(in: context.language)
        let file = try await commands.file(of: id)
        let now = services.now()
        guard id != caller.id else { throw AccountError.notOneself }
        guard file.account.standing != .left else { throw AccountError.hasLeft }
        let words = StaffWords(file, sectors: commands.sectors, now: now, t: t, language: context.language)
        var about: [String] = []
        var work: [String] = []
        switch act {
        case .revocation:
            let grant = try context.id("grant", of: DatedGrant.self).uuid
            guard let dated = file.grants.first(where: { $0.id == grant }), dated.until.map({ $0 > now }) ?? true else {
                throw AccountError.noSuchGrant
            }
            about = [words.post(dated.grant), words.period(from: dated.from, until: dated.until)]
        case .leaveEnd:
            let leave = try context.id("leave", of: Leave.self)
            guard let leave = file.leaves.first(where: { $0.id == leave }), leave.standing(at: now) != .over else {
                throw AccountError.noSuchLeave
            }
            about = [words.leave(leave), words.period(from: leave.from, until: leave.until)]
        case .departure:
            let farewell = try await commands.farewell(of: id)
            about = StaffActPage.ends(farewell, t: t)
            work = farewell.work.map { StaffActPage.line($0, t: t, language: context.language) }
        default: break
        }
        let page = StaffActPage(act, file.account, form, about: about, work: work, path: request.uri.path, t: t)
        return try services.site.render(page, for: request, context)
    }
}

/// What can be done with an account at the press of a button.
enum StaffAct: String, Sendable, CaseIterable {
    case revocation, leaveEnd, password, authenticator, suspension, resumption, departure

    var asksReason: Bool { ![.password, .authenticator].contains(self) }
    /// Whether it takes something away.
    var isGrave: Bool { [.revocation, .suspension, .departure].contains(self) }
}
