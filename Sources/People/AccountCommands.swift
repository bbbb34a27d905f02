import Access
import Foundation
import Kernel
import Storage
import Web

/// What an operator does with accounts (`nuanxin account`). Each has a journal entry without names; reasons, which may
/// name people, stay beside what they explain.
package struct AccountCommands: Sendable {
    private let services: Services
    private let keys: PeopleKeys
    private let desk: PasswordDesk

    package init(services: Services, keys: PeopleKeys, desk: PasswordDesk = PasswordDesk()) {
        self.services = services
        self.keys = keys
        self.desk = desk
    }

    /// Makes an account for a member of staff, who can't do anything before a role is granted.
    ///
    /// With it comes the secret to type into an authenticator app, new when none is given: it is shown this once.
    package func createStaff(
        login text: String, name: String, password: String, oneTimePassword: OneTimePassword = .new(),
        by actor: ID<Account>? = nil
    ) async throws -> (person: Person, oneTimePassword: OneTimePassword) {
        guard let login = Login(text) else { throw AccountError.badLogin }
        try PasswordRule.check(password, for: login)
        let profile = Profile(name: name.isEmpty ? nil : name)
        guard profile.problems.isEmpty else { throw InvalidFields(profile.problems) }
        let now = services.now()
        let person = Person(
            id: services.makeID(), door: .login(login), profile: profile, createdAt: now, welcomedAt: now)
        let credentials = try Credentials(
            try await desk.hash(password), oneTimePassword, of: person.id, keys: keys)
        try await services.database.write { db in
            let accounts = AccountStore(db)
            guard try accounts.person(with: login) == nil else { throw AccountError.loginTaken }
            try accounts.insert([person], credentials: [person.id: credentials])
            try append("account.created", to: person.id, by: actor, at: now, data: ["kind": "staff"], in: db)
        }
        return (person, oneTimePassword)
    }

    /// Sets a new password and signs the person out everywhere.
    package func setPassword(of text: String, to password: String, by actor: ID<Account>? = nil) async throws {
        let person = try await staff(text)
        guard let login = person.login else { throw AccountError.notFound }
        try PasswordRule.check(password, for: login)
        let hash = try await desk.hash(password)
        let now = services.now()
        try await services.database.write { db in
            try AccountStore(db).setPassword(hash, of: person.id)
            try SessionStore(db).endAll(of: person.id)
            try append("account.password-set", to: person.id, by: actor, at: now, in: db)
        }
    }

    /// Gives a new authenticator's secret, voids the old one and signs the person out everywhere.
    package func resetOneTimePassword(of text: String, by actor: ID<Account>? = nil) async throws -> OneTimePassword {
        let person = try await staff(text)
        let new = OneTimePassword.new()
        let sealed = try Credentials.sealed(new, of: person.id, keys: keys)
        let now = services.now()
        try await services.database.write { db in
            try AccountStore(db).setOneTimePassword(sealed: sealed, of: person.id)
            try SessionStore(db).endAll(of: person.id)
            try append("account.authenticator-reset", to: person.id, by: actor, at: now, in: db)
        }
        return new
    }

    /// Gives a role, for a year when no end is said. It holds from the next request on.
    package func grant(
        _ grant: Grant, to text: String, from: Date? = nil, until: Date? = nil, because reason: String,
        by actor: ID<Account>? = nil
    ) async throws -> DatedGrant {
        let person = try await staff(text)
        let now = services.now()
        let start = from ?? now
        let dated = DatedGrant(
            id: services.makeUUID(now), account: person.id, grant: grant, from: start,
            until: until ?? (grant.role == .everyone ? nil : start + 365 * 86_400), grantedBy: actor, reason: reason)
        try dated.check()
        guard actor != person.id else { throw AccountError.notOneself }
        try await services.database.write { db in
            let held = try GrantStore(db).list(of: person.id).filter { $0.until.map { $0 > now } ?? true }
            let roles = Set(held.map(\.grant.role) + [grant.role]).subtracting([.everyone])
            guard roles.count < 2 || roles.isDisjoint(with: Role.guards) else { throw AccountError.rolesApart }
            try GrantStore(db).insert([dated])
            try append("account.role-granted", to: person.id, by: actor, at: now, data: GrantData(dated), in: db)
        }
        return dated
    }

    /// Takes a role away and signs the person out everywhere, so that no page with its powers stays open.
    package func revoke(
        _ id: UUID, of text: String, because reason: String, by actor: ID<Account>? = nil
    ) async throws {
        let person = try await staff(text)
        let now = services.now()
        try await services.database.write { db in
            let grants = GrantStore(db)
            guard var dated = try grants.list(of: person.id).first(where: { $0.id == id }) else {
                throw AccountError.noSuchGrant
            }
            try dated.end(at: now)
            try grants.end(dated, by: actor, because: reason)
            try SessionStore(db).endAll(of: person.id)
            try append("account.role-revoked", to: person.id, by: actor, at: now, data: GrantData(dated), in: db)
        }
    }

    /// Keeps somebody out from now on, staff by login or a rider by phone, and signs them out everywhere.
    package func suspend(_ text: String, because reason: String, by actor: ID<Account>? = nil) async throws {
        try await change(text, because: reason, by: actor, as: "account.suspended") { person throws(AccountError) in
            try person.suspend()
        }
    }

    package func reopen(_ text: String, because reason: String, by actor: ID<Account>? = nil) async throws {
        try await change(text, because: reason, by: actor, as: "account.reopened") { person throws(AccountError) in
            try person.reopen()
        }
    }

    /// All staff with all of their grants, the newest account first.
    package func list() async throws -> [(person: Person, grants: [DatedGrant])] {
        try await services.database.read { db in
            try AccountStore(db).list(.staff, limit: 1000).map { ($0, try GrantStore(db).list(of: $0.id)) }
        }
    }

    private func change(
        _ text: String, because reason: String, by actor: ID<Account>?, as kind: String,
        _ rule: @escaping @Sendable (inout Person) throws(AccountError) -> Void
    ) async throws {
        let now = services.now()
        try await services.database.write { db in
            var person = try find(text, in: db)
            try rule(&person)
            try AccountStore(db).updateState(of: person, because: reason)
            try SessionStore(db).endAll(of: person.id)
            try append(kind, to: person.id, by: actor, at: now, in: db)
        }
    }

    private func staff(_ text: String) async throws -> Person {
        let person = try await services.database.read { db in try find(text, in: db) }
        guard person.kind == .staff else { throw AccountError.notFound }
        return person
    }

    private func find(_ text: String, in db: any Transaction) throws -> Person {
        let accounts = AccountStore(db)
        let byPhone = try Phone(text).flatMap { try accounts.person(with: $0) }
        guard let person = try byPhone ?? Login(text).flatMap({ try accounts.person(with: $0) }) else {
            throw AccountError.notFound
        }
        return person
    }

    private func append(
        _ kind: String, to account: ID<Account>, by actor: ID<Account>?, at now: Date,
        data: some Encodable = [String: String](), in db: any Transaction
    ) throws {
        try AccountJournal(db).append(kind, about: account, by: actor, at: now, data: data)
    }
}

/// A grant as the journal tells of it.
private struct GrantData: Encodable {
    let grant: UUID
    let role: Role
    let territory: String?
    let sector: SectorPath?
    let office: ID<OfficeEntity>?
    let organisation: ID<OrganisationEntity>?
    let actingFor: ID<Account>?
    let from: Int
    let until: Int?

    init(_ dated: DatedGrant) {
        grant = dated.id
        role = dated.grant.role
        territory = dated.grant.territory?.rawValue
        sector = dated.grant.sector
        office = dated.grant.office
        organisation = dated.grant.organisation
        actingFor = dated.grant.actingFor
        from = dated.from.milliseconds
        until = dated.until?.milliseconds
    }
}
