import Access
import Foundation
import Kernel
import Storage

/// What can be done with an account of staff, with its rules and its journal entry, inside a transaction. Who may do it is
/// asked before: by ``StaffCommands`` at the desk, by nobody on the server's own console.
struct StaffActs {
    let db: any Transaction
    /// `nil` on the console.
    let actor: ID<Account>?
    let now: Date

    func create(_ person: Person, _ credentials: Credentials) throws {
        guard let login = person.login else { throw AccountError.badLogin }
        let accounts = AccountStore(db)
        guard try accounts.person(with: login) == nil else { throw AccountError.loginTaken }
        try accounts.insert([person], credentials: [person.id: credentials])
        try note("account.created", person.id, ["kind": "staff"])
    }

    func setPassword(_ hash: PasswordHash, of account: ID<Account>, changeBy: Date? = nil) throws {
        try AccountStore(db).setPassword(hash, of: account, changeBy: changeBy)
        try SessionStore(db).endAll(of: account)
        try note("account.password-set", account)
    }

    /// With the old authenticator go the codes that stood in for it.
    func setOneTimePassword(sealed: Data, of account: ID<Account>) throws {
        try AccountStore(db).setOneTimePassword(sealed: sealed, of: account)
        try RecoveryCodeStore(db).removeAll(of: account)
        try SessionStore(db).endAll(of: account)
        try note("account.authenticator-reset", account)
    }

    // MARK: Roles

    func grant(_ dated: DatedGrant) throws {
        try dated.check()
        guard actor != dated.account else { throw AccountError.notOneself }
        try requireApart([dated])
        try GrantStore(db).insert([dated])
        try note("account.role-granted", dated.account, GrantData(dated))
    }

    /// Takes a role away, from who stands in for the person in it too, and signs them out everywhere, so that no page with its
    /// powers stays open.
    func revoke(_ id: UUID, of account: ID<Account>, because reason: String) throws {
        let grants = GrantStore(db)
        guard var dated = try grants.list(of: account).first(where: { $0.id == id }) else {
            throw AccountError.noSuchGrant
        }
        try dated.end(at: now)
        let ended = dated
        try keepingSecurity {
            try grants.end(ended, by: actor, because: reason)
            try SessionStore(db).endAll(of: account)
            try note("account.role-revoked", account, GrantData(ended))
            let inStead = ended.grant.acting(for: account)
            for var other in try grants.standIns(for: account, at: now) where other.grant == inStead {
                try other.end(at: now)
                try grants.end(other, by: actor, because: reason)
                try SessionStore(db).endAll(of: other.account)
                try note("account.role-revoked", other.account, GrantData(other))
            }
        }
    }

    // MARK: States

    func suspend(_ person: Person, because reason: String) throws {
        var person = person
        try person.suspend()
        try keepingSecurity { try change(person, because: reason, as: "account.suspended") }
    }

    func reopen(_ person: Person, because reason: String) throws {
        var person = person
        try person.reopen()
        try change(person, because: reason, as: "account.reopened")
    }

    private func change(_ person: Person, because reason: String, as kind: String) throws {
        try AccountStore(db).updateState(of: person, because: reason)
        try SessionStore(db).endAll(of: person.id)
        try note(kind, person.id)
    }

    // MARK: Leave

    func set(_ leave: Leave, grantIDs: [UUID]) throws {
        guard actor != leave.standIn else { throw AccountError.notOneself }
        guard leave.until > leave.from else { throw AccountError.badPeriod }
        guard let standIn = try StaffStore(db).find(leave.standIn), standIn.person.state == .active,
            leave.standIn != leave.account
        else { throw AccountError.noSuchStandIn }
        let before = try LeaveStore(db).list(of: leave.account).filter { $0.account == leave.account }
        guard !before.contains(where: leave.overlaps) else { throw AccountError.leaveOverlaps }
        let held = try GrantStore(db).list(of: leave.account).filter { $0.until.map { $0 > now } ?? true }
        let grants = try leave.grants(from: held, ids: grantIDs)
        try requireApart(grants)
        try LeaveStore(db).insert(leave, grants: grants)
        try note("account.leave-set", leave.account, LeaveData(leave, grants: grants.count))
    }

    func end(_ id: ID<Leave>, of account: ID<Account>, because reason: String) throws {
        guard let leave = try LeaveStore(db).find(id), leave.account == account || leave.standIn == account else {
            throw AccountError.noSuchLeave
        }
        try end(leave, because: reason)
    }

    private func end(_ leave: Leave, because reason: String) throws {
        var leave = leave
        try leave.end(at: now)
        let count = try LeaveStore(db).end(leave, by: actor, at: now, because: reason)
        // Who stood in has less from now on: no page with more stays open.
        try SessionStore(db).endAll(of: leave.standIn)
        try note("account.leave-ended", leave.account, LeaveData(leave, grants: count))
    }

    // MARK: Departure

    /// Ends everything that somebody has here, at once, and gives their open matters back to the offices.
    func depart(_ account: ID<Account>, because reason: String, work: AssignedWork) throws {
        try keepingSecurity {
            let leaves = try LeaveStore(db).list(of: account).filter { $0.standing(at: now) != .over }
            for leave in leaves { try end(leave, because: reason) }
            let grants = GrantStore(db)
            for var other in try grants.standIns(for: account, at: now) {
                try other.end(at: now)
                try grants.end(other, by: actor, because: reason)
                try SessionStore(db).endAll(of: other.account)
            }
            let ended = try grants.endAll(of: account, by: actor, at: now, because: reason)
            let sessions = try SessionStore(db).endAll(of: account)
            let codes = try RecoveryCodeStore(db).removeAll(of: account)
            try work.giveBack(account, now, db)
            try StaffStore(db).close(account, at: now, because: reason)
            try note(
                "account.left", account,
                ["grants": ended, "leaves": leaves.count, "sessions": sessions, "recoveryCodes": codes])
        }
    }

    // MARK: Rules

    /// The three who guard each other have no other post, not even in somebody's stead.
    private func requireApart(_ new: [DatedGrant]) throws {
        guard let account = new.first?.account else { return }
        let held = try GrantStore(db).list(of: account).filter { $0.until.map { $0 > now } ?? true }
        let roles = Set((held + new).map(\.grant.role)).subtracting([.everyone])
        guard roles.count < 2 || roles.isDisjoint(with: Role.guards) else { throw AccountError.rolesApart }
    }

    /// Without anybody who gives accounts and roles nobody could ever be let in again.
    private func keepingSecurity(_ work: () throws -> Void) throws {
        let before = try StaffStore(db).securityAdministrators(at: now)
        try work()
        guard try before == 0 || StaffStore(db).securityAdministrators(at: now) > 0 else {
            throw AccountError.lastSecurity
        }
    }

    func note(_ kind: String, _ account: ID<Account>, _ data: some Encodable = [String: String]()) throws {
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

/// A leave as the journal tells of it.
private struct LeaveData: Encodable {
    let leave: ID<Leave>
    let standIn: ID<Account>
    let from: Int
    let until: Int
    let grants: Int

    init(_ leave: Leave, grants: Int) {
        self.leave = leave.id
        standIn = leave.standIn
        from = leave.from.milliseconds
        until = leave.until.milliseconds
        self.grants = grants
    }
}
