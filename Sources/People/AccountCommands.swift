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
    private let work: AssignedWork

    package init(
        services: Services, keys: PeopleKeys, desk: PasswordDesk = PasswordDesk(), work: AssignedWork = .none
    ) {
        self.services = services
        self.keys = keys
        self.desk = desk
        self.work = work
    }

    /// Makes an account for a member of staff, who can't do anything before a role is granted.
    ///
    /// With it comes the secret to type into an authenticator app, new when none is given: it is shown this once. A password
    /// that isn't the owner's own must be changed, and works until `changeBy` only.
    package func createStaff(
        login text: String, name: String, password: String, oneTimePassword: OneTimePassword = .new(),
        changeBy: Date? = nil, by actor: ID<Account>? = nil
    ) async throws -> (person: Person, oneTimePassword: OneTimePassword) {
        guard let login = Login(text) else { throw AccountError.badLogin }
        try PasswordRule.check(password, for: login)
        let profile = Profile(name: name.isEmpty ? nil : name)
        guard profile.problems.isEmpty else { throw InvalidFields(profile.problems) }
        let now = services.now()
        let person = Person(
            id: services.makeID(), door: .login(login), profile: profile, createdAt: now, welcomedAt: now)
        let credentials = try Credentials(
            try await desk.hash(password), oneTimePassword, of: person.id, keys: keys, changeBy: changeBy)
        try await services.database.write { db in
            try StaffActs(db: db, actor: actor, now: now).create(person, credentials)
        }
        return (person, oneTimePassword)
    }

    /// Sets a new password and signs the person out everywhere. `changeBy` as in ``createStaff(login:name:password:oneTimePassword:changeBy:by:)``.
    package func setPassword(
        of text: String, to password: String, changeBy: Date? = nil, by actor: ID<Account>? = nil
    ) async throws {
        let person = try await staff(text)
        guard let login = person.login else { throw AccountError.notFound }
        try PasswordRule.check(password, for: login)
        let hash = try await desk.hash(password)
        let now = services.now()
        try await services.database.write { db in
            try StaffActs(db: db, actor: actor, now: now).setPassword(hash, of: person.id, changeBy: changeBy)
        }
    }

    /// Gives a new authenticator's secret, voids the old one and signs the person out everywhere.
    package func resetOneTimePassword(of text: String, by actor: ID<Account>? = nil) async throws -> OneTimePassword {
        let person = try await staff(text)
        let new = OneTimePassword.new()
        let sealed = try Credentials.sealed(new, of: person.id, keys: keys)
        let now = services.now()
        try await services.database.write { db in
            try StaffActs(db: db, actor: actor, now: now).setOneTimePassword(sealed: sealed, of: person.id)
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
        try await services.database.write { db in
            try StaffActs(db: db, actor: actor, now: now).grant(dated)
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
            try StaffActs(db: db, actor: actor, now: now).revoke(id, of: person.id, because: reason)
        }
    }

    /// Sets days on which somebody stands in for somebody else.
    package func setLeave(
        of text: String, standIn: String, from: Date, until: Date, because reason: String, by actor: ID<Account>? = nil
    ) async throws {
        let (absent, other) = (try await staff(text), try await staff(standIn))
        let now = services.now()
        let leave = Leave(
            id: services.makeID(), account: absent.id, standIn: other.id, from: from, until: until, setBy: actor,
            reason: reason)
        let ids = StaffCommands.grantIDs(services)
        try await services.database.write { db in
            try StaffActs(db: db, actor: actor, now: now).set(leave, grantIDs: ids)
        }
    }

    /// Ends everything that somebody has here, at once and for good.
    package func depart(_ text: String, because reason: String, by actor: ID<Account>? = nil) async throws {
        let person = try await staff(text)
        let now = services.now()
        try await services.database.write { [work] db in
            guard try AccountStore(db).find(person.id).state != .closed else { throw AccountError.hasLeft }
            try StaffActs(db: db, actor: actor, now: now).depart(person.id, because: reason, work: work)
        }
    }

    /// Keeps somebody out from now on, staff by login or a rider by phone, and signs them out everywhere.
    package func suspend(_ text: String, because reason: String, by actor: ID<Account>? = nil) async throws {
        let now = services.now()
        try await services.database.write { db in
            try StaffActs(db: db, actor: actor, now: now).suspend(find(text, in: db), because: reason)
        }
    }

    package func reopen(_ text: String, because reason: String, by actor: ID<Account>? = nil) async throws {
        let now = services.now()
        try await services.database.write { db in
            try StaffActs(db: db, actor: actor, now: now).reopen(find(text, in: db), because: reason)
        }
    }

    /// All staff with all of their grants, the newest account first.
    package func list() async throws -> [(person: Person, grants: [DatedGrant])] {
        try await services.database.read { db in
            try AccountStore(db).list(.staff, limit: 1000).map { ($0, try GrantStore(db).list(of: $0.id)) }
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
}
