import Access
import Directory
import Foundation
import Kernel
import Storage
import Web

/// What a security administrator does with accounts of staff. Each act asks the policy in its own transaction, needs a fresh
/// proof of who acts, is never for oneself, and has a journal entry with the acting person and without names.
package struct StaffCommands: Sendable {
    let services: Services
    let keys: PeopleKeys
    let desk: PasswordDesk
    let sectors: Sectors
    let work: AssignedWork

    /// What is shown this once to whoever hands it to its owner.
    struct Handed: Sendable {
        let account: ID<Account>
        let login: Login
        var password: String?
        var oneTimePassword: OneTimePassword?
    }

    func create(login text: String, name: String, by caller: Caller) async throws -> Handed {
        guard let login = Login(text) else { throw AccountError.badLogin }
        let profile = Profile(name: name)
        guard profile.problems.isEmpty else { throw InvalidFields(profile.problems) }
        let now = services.now()
        let password = FirstPassword.new()
        let oneTimePassword = OneTimePassword.new()
        let person = Person(
            id: services.makeID(), door: .login(login), profile: profile, createdAt: now, welcomedAt: now)
        let credentials = try Credentials(
            try await desk.hash(password), oneTimePassword, of: person.id, keys: keys,
            changeBy: now + FirstPassword.lifetime)
        try await services.write(as: caller) { [services] db, caller in
            try Self.require("create", caller, services, at: now, in: db)
            try StaffActs(db: db, actor: caller.id, now: now).create(person, credentials)
        }
        return Handed(account: person.id, login: login, password: password, oneTimePassword: oneTimePassword)
    }

    /// A password made up by the server, good for one sign-in.
    func resetPassword(of account: ID<Account>, by caller: Caller) async throws -> Handed {
        let password = FirstPassword.new()
        let hash = try await desk.hash(password)
        let until = services.now() + FirstPassword.lifetime
        let login = try await act(on: account, "reset", by: caller) { acts, target in
            try acts.setPassword(hash, of: target.id, changeBy: until)
            return target.login
        }
        guard let login else { throw NoSuchPage() }
        return Handed(account: account, login: login, password: password)
    }

    func resetOneTimePassword(of account: ID<Account>, by caller: Caller) async throws -> Handed {
        let new = OneTimePassword.new()
        let sealed = try Credentials.sealed(new, of: account, keys: keys)
        let login = try await act(on: account, "reset", by: caller) { acts, target in
            try acts.setOneTimePassword(sealed: sealed, of: target.id)
            return target.login
        }
        guard let login else { throw NoSuchPage() }
        return Handed(account: account, login: login, oneTimePassword: new)
    }

    // MARK: Roles

    /// Gives a role from the beginning of a day, or from now, until the end of another.
    func grant(
        _ wish: GrantWish, to account: ID<Account>, because reason: String, by caller: Caller
    ) async throws {
        let now = services.now()
        guard wish.role != .rider, wish.role != .everyone else { throw InvalidFields("role", "no-such-choice") }
        guard wish.from >= Day(of: now) else { throw AccountError.inThePast }
        if let sector = wish.sector, sectors[sector] == nil { throw InvalidFields("sector", "no-such-choice") }
        let id = services.makeUUID(now)
        try await act(on: account, "grant", by: caller) { acts, target in
            let directory = DirectoryStore(acts.db)
            let place = try wish.territory.map { code in
                guard let found = try directory.territory(code) else {
                    throw InvalidFields("territory", "no-such-choice")
                }
                return found.path
            }
            if let office = wish.office {
                guard let found = try directory.office(office), !found.isExternal else {
                    throw InvalidFields("office", "no-such-choice")
                }
            }
            try acts.grant(
                DatedGrant(
                    id: id, account: target.id,
                    grant: Grant(role: wish.role, territory: place, sector: wish.sector, office: wish.office),
                    from: max(now, wish.from.start), until: wish.until.end, grantedBy: acts.actor, reason: reason))
        }
    }

    func revoke(_ grant: UUID, of account: ID<Account>, because reason: String, by caller: Caller) async throws {
        try await act(on: account, "grant", by: caller) { acts, target in
            try acts.revoke(grant, of: target.id, because: reason)
        }
    }

    // MARK: Leave

    func setLeave(
        of account: ID<Account>, standIn text: String, from: Day, until: Day, because reason: String, by caller: Caller
    ) async throws {
        let now = services.now()
        guard from >= Day(of: now) else { throw AccountError.inThePast }
        let id: ID<Leave> = ID(services.makeUUID(now))
        let grantIDs = Self.grantIDs(services)
        try await act(on: account, "grant", by: caller) { acts, target in
            guard let standIn = try Login(text).flatMap(StaffStore(acts.db).find) else {
                throw AccountError.noSuchStandIn
            }
            try acts.set(
                Leave(
                    id: id, account: target.id, standIn: standIn.person.id, from: max(now, from.start),
                    until: until.end, setBy: acts.actor, reason: reason),
                grantIDs: grantIDs)
        }
    }

    func endLeave(_ leave: ID<Leave>, of account: ID<Account>, because reason: String, by caller: Caller) async throws {
        try await act(on: account, "grant", by: caller) { acts, target in
            try acts.end(leave, of: target.id, because: reason)
        }
    }

    // MARK: Ends

    func suspend(_ account: ID<Account>, because reason: String, by caller: Caller) async throws {
        try await act(on: account, "suspend", by: caller) { acts, target in
            try acts.suspend(target, because: reason)
        }
    }

    func reopen(_ account: ID<Account>, because reason: String, by caller: Caller) async throws {
        try await act(on: account, "suspend", by: caller) { acts, target in
            try acts.reopen(target, because: reason)
        }
    }

    func depart(_ account: ID<Account>, because reason: String, by caller: Caller) async throws {
        try await act(on: account, "depart", by: caller) { [work] acts, target in
            try acts.depart(target.id, because: reason, work: work)
        }
    }

    /// More than anybody has posts.
    static func grantIDs(_ services: Services) -> [UUID] {
        let now = services.now()
        return (0..<50).map { _ in services.makeUUID(now) }
    }

    // MARK: -

    @discardableResult
    private func act<Value: Sendable>(
        on account: ID<Account>, _ action: String, by caller: Caller,
        _ work: @escaping @Sendable (StaffActs, Person) throws -> Value
    ) async throws -> Value {
        let now = services.now()
        return try await services.write(as: caller) { [services] db, caller in
            try Self.require(action, caller, services, at: now, in: db)
            guard let target = try StaffStore(db).find(account)?.person else { throw NoSuchPage() }
            guard target.id != caller.id else { throw AccountError.notOneself }
            guard target.state != .closed else { throw AccountError.hasLeft }
            return try work(StaffActs(db: db, actor: caller.id, now: now), target)
        }
    }

    private static func require(
        _ action: String, _ caller: Caller, _ services: Services, at now: Date, in db: any Transaction
    ) throws {
        guard services.policy.allows(caller, action, on: Subject(kind: "staff")) else { throw NoSuchPage() }
        guard let session = caller.session else { throw Proof.Needed() }
        try ProofStore(db).require(session, at: now)
    }
}

/// A role that somebody is to be given, as a form or a document says it.
struct GrantWish: Sendable, Hashable {
    var role: Role
    var territory: TerritoryCode?
    var sector: SectorPath?
    var office: ID<OfficeEntity>?
    var from: Day
    /// The last day on which it holds.
    var until: Day
}
