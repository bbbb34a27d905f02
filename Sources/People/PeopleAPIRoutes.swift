import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// The same as the pages, for programs.
struct PeopleAPIRoutes: Sendable {
    let services: Services
    let signIns: SignInCommands
    let profiles: ProfileCommands

    func addRoutes(to routes: Routes) {
        routes.post("api/v1/session/code", .open, use: askForCode)
        routes.post("api/v1/session", .open, use: signIn)
        routes.delete("api/v1/session", .open, use: signOut)
        routes.get("api/v1/sessions", .may("read", "session"), use: sessions)
        routes.delete("api/v1/sessions/:session", .may("end", "session"), use: endSession)
        routes.get("api/v1/me", .may("read", "profile"), use: me)
        routes.put("api/v1/me", .may("change", "profile"), use: change)
        routes.post("api/v1/me/registration", .may("change", "profile"), use: register)
    }

    @Sendable
    private func askForCode(_ request: Request, context: AppContext) async throws -> Response {
        var fields = try await JSONFields(request)
        let phone = fields.phone(optional: false)
        try fields.finish()
        guard let phone else { throw InvalidFields("phone", "missing") }
        let asked = try await signIns.askForCode(
            to: phone, in: context.language, client: .init(request, context, .bearer))
        return try .json(CodeAnswer(asked), status: .accepted)
    }

    @Sendable
    private func signIn(_ request: Request, context: AppContext) async throws -> Response {
        let client = SignInCommands.Client(request, context, .bearer)
        let entered: SignInCommands.Entered
        switch try await SignInBody(request) {
        case .rider(let phone, let code, let challenge):
            entered = try await signIns.enter(code, phone: phone, challenge: challenge, client: client)
        case .staff(let login, let password, let code):
            entered = try await signIns.enter(login: login, password: password, code: code, client: client)
        }
        return try .json(SessionAnswer(entered))
    }

    @Sendable
    private func signOut(_ request: Request, context: AppContext) async throws -> Response {
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        try await signIns.end(signedIn.session, of: signedIn.caller.id)
        return Response(status: .noContent)
    }

    @Sendable
    private func sessions(_ request: Request, context: AppContext) async throws -> Response {
        guard let signedIn = context.signedIn else { throw SignInRequired() }
        let sessions = try await signIns.sessions(of: signedIn.caller.id)
        return try .json(
            ListAnswer(items: sessions.map { SessionItem($0, current: signedIn.session) }, next: nil))
    }

    @Sendable
    private func endSession(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        try await signIns.end(context.id("session", of: Session.self), of: caller.id)
        return Response(status: .noContent)
    }

    @Sendable
    private func me(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        return try .json(MeAnswer(try await profiles.find(caller.id), caller: caller))
    }

    @Sendable
    private func change(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await JSONFields(request)
        let profile = Profile(
            name: fields.text("name", 1...Profile.limit, optional: true),
            platform: fields.choice("platform", optional: true),
            company: fields.text("company", 1...Profile.limit, optional: true),
            site: fields.text("site", 1...Profile.limit, optional: true))
        let territory = fields.text("territory", 6...15, optional: true).map(TerritoryCode.init(rawValue:))
        try fields.finish()
        let person = try await profiles.introduce(
            caller, as: profile, territory: territory.map { .some($0) }, from: .program)
        return try .json(MeAnswer(person, caller: caller))
    }
}

extension PeopleAPIRoutes {
    /// Says whether somebody is of age. Of who isn't, nothing is kept.
    @Sendable
    private func register(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await JSONFields(request)
        let isAdult = fields.flag("adult")
        if isAdult == nil { fields.problem("adult", "missing") }
        try fields.finish()
        let person = try await profiles.find(caller.id)
        guard person.kind == .rider else { throw NoSuchPage() }
        guard isAdult == true else {
            try await profiles.turnAway(caller.id)
            return Response(status: .noContent)
        }
        var registration = ProfileCommands.Registration()
        registration.profile = person.profile
        registration.territory = person.territory
        return try .json(
            MeAnswer(try await profiles.register(caller, registration, from: .program), caller: caller))
    }
}

// MARK: - What programs send

/// `{phone, code, challenge?}` or `{login, password, totp}`, and nothing between the two.
private enum SignInBody {
    case rider(Phone, code: String, challenge: Token?)
    case staff(login: String, password: String, code: String)

    init(_ request: Request) async throws {
        var fields = try await JSONFields(request)
        let phone = fields.phone(optional: true)
        let code = fields.text("code", 1...16, optional: true)
        let challenge = fields.text("challenge", 1...64, optional: true)
        let login = fields.text("login", 1...PasswordRule.maximum, optional: true)
        let password = fields.text("password", 1...PasswordRule.maximum, optional: true)
        let totp = fields.text("totp", 1...24, optional: true)
        let isStaff = login != nil || password != nil || totp != nil
        if isStaff {
            for (name, value) in [("login", login), ("password", password), ("totp", totp)] where value == nil {
                fields.problem(name, "missing")
            }
            for (name, isThere) in [("phone", phone != nil), ("code", code != nil), ("challenge", challenge != nil)]
            where isThere {
                fields.problem(name, "unknown")
            }
        } else if code == nil {
            fields.problem("code", "missing")
        }
        try fields.finish()
        if let login, let password, let totp {
            self = .staff(login: login, password: password, code: totp)
        } else if let phone, let code {
            // A challenge that can't be one is as wrong as one that isn't known.
            self = .rider(phone, code: code, challenge: challenge.map { Token($0) ?? Token() })
        } else {
            throw InvalidFields("phone", "missing")
        }
    }
}

extension JSONFields {
    fileprivate mutating func phone(optional: Bool) -> Phone? {
        guard let text = text("phone", 1...32, optional: optional) else { return nil }
        let phone = Phone(text)
        if phone == nil { problem("phone", "not-a-mobile-number") }
        return phone
    }
}

// MARK: - What programs get

private struct SessionAnswer: Encodable {
    struct Owner: Encodable {
        let id: ID<Account>
        let name: String
        let roles: [String]
    }

    let token: String
    let expiresAt: Date
    let account: Owner

    init(_ entered: SignInCommands.Entered) {
        token = entered.token.text
        expiresAt = entered.session.expiresAt
        account = Owner(id: entered.caller.id, name: entered.caller.name, roles: entered.caller.roleNames)
    }
}

private struct SessionItem: Encodable {
    let id: ID<Session>
    let means: String
    let device: String
    let createdAt: Date
    let seenAt: Date
    let expiresAt: Date
    let current: Bool

    init(_ session: OpenSession, current: ID<Session>) {
        id = session.id
        means = session.means.rawValue
        device = session.device.rawValue
        createdAt = session.createdAt
        seenAt = session.seenAt
        expiresAt = session.expiresAt
        self.current = session.id == current
    }
}

private struct MeAnswer: Encodable {
    let id: ID<Account>
    let kind: String
    let name: String?
    /// Masked: the owner knows it, and a log or a screen over their shoulder needn't.
    let phone: String?
    let login: String?
    let platform: String?
    let company: String?
    let site: String?
    let territory: String?
    let roles: [String]
    let createdAt: Date

    init(_ person: Person, caller: Caller) {
        id = person.id
        kind = person.kind.rawValue
        name = person.profile.name
        phone = person.phone?.masked
        login = person.login?.text
        platform = person.profile.platform?.rawValue
        company = person.profile.company
        site = person.profile.site
        territory = person.territory?.rawValue
        roles = caller.roleNames
        createdAt = person.createdAt
    }
}

extension Caller {
    fileprivate var roleNames: [String] { Set(grants.map(\.role)).subtracting([.everyone]).map(\.rawValue).sorted() }
}
