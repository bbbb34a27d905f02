import Access
import Directory
import Foundation
import Kernel
import Storage
import Web

extension StaffCommands {
    /// One account with all that hangs on it.
    struct File: Sendable {
        let account: StaffAccount
        let grants: [DatedGrant]
        let leaves: [Leave]
        let sessions: Int
        let recoveryCodes: Int
        /// What those are called who are named in grants and leaves.
        let names: [ID<Account>: String]
        let offices: [ID<OfficeEntity>: Office]
        let territories: [TerritoryCode: Territory]
        let organisations: [ID<OrganisationEntity>: Organisation]
    }

    /// What a departure will end, and what stays.
    struct Farewell: Sendable {
        let account: StaffAccount
        let grants: Int
        /// Leaves in which somebody stands in for the person, and in which the person stands in.
        let standIns: Int
        let standsIn: Int
        let sessions: Int
        let recoveryCodes: Int
        let work: [OpenWork]
    }

    /// Open cases of who leaves: they go back to their office, where somebody assigns them anew.
    struct OpenWork: Sendable {
        let office: Office
        let count: Int
        /// Who can assign them to somebody else.
        let supervisors: [String]
    }

    func list(
        _ query: StaffQuery, limit: Int
    ) async throws -> (
        accounts: [StaffAccount], roles: [ID<Account>: [Grant]], securityAdministrators: Int
    ) {
        let now = services.now()
        return try await services.database.read { db in
            let store = StaffStore(db)
            let accounts = try store.page(query, at: now, limit: limit)
            return (
                accounts, try accounts.isEmpty ? [:] : store.roles(of: accounts.map(\.person.id), at: now),
                try store.securityAdministrators(at: now)
            )
        }
    }

    /// Throws ``NoSuchPage`` for riders too.
    func file(of id: ID<Account>) async throws -> File {
        let now = services.now()
        return try await services.database.read { db in
            guard let account = try StaffStore(db).find(id) else { throw NoSuchPage() }
            let grants = try GrantStore(db).list(of: id)
            let leaves = try LeaveStore(db).list(of: id)
            let named =
                grants.flatMap { [$0.grantedBy, $0.endedBy, $0.grant.actingFor] }.compactMap(\.self)
                + leaves.flatMap { [$0.account, $0.standIn] }
            let directory = DirectoryStore(db)
            let offices = try Set(grants.compactMap(\.grant.office)).compactMap { try directory.office($0) }
            let organisations = try directory.organisations(grants.compactMap(\.grant.organisation))
            return File(
                account: account, grants: grants, leaves: leaves,
                sessions: try StaffStore(db).sessions(of: id, at: now),
                recoveryCodes: try RecoveryCodeStore(db).left(of: id).count,
                names: try named.isEmpty ? [:] : ColleagueStore(db).names(of: named),
                offices: Dictionary(uniqueKeysWithValues: offices.map { ($0.id, $0) }),
                territories: try directory.territories(Set(grants.compactMap(\.grant.territory?.codes.last))),
                organisations: Dictionary(uniqueKeysWithValues: organisations.map { ($0.id, $0) }))
        }
    }

    func farewell(of id: ID<Account>) async throws -> Farewell {
        let now = services.now()
        return try await services.database.read { [work] db in
            guard let account = try StaffStore(db).find(id) else { throw NoSuchPage() }
            let leaves = try LeaveStore(db).list(of: id).filter { $0.standing(at: now) != .over }
            let counts = try work.count(id, db)
            let supervisors = try counts.isEmpty ? [] : GrantStore(db).supervisors(at: now)
            let offices = try counts.compactMap { office, count -> OpenWork? in
                guard let office = try DirectoryStore(db).office(office) else { return nil }
                let above = supervisors.filter { account, post in
                    guard account != id else { return false }
                    if post.office == office.id { return true }
                    return post.sector == nil && post.territory.map { $0.contains(office.territory) } ?? false
                }
                let own = above.filter { $0.post.office == office.id }
                let names = try ColleagueStore(db).names(of: (own.isEmpty ? above : own).map(\.account))
                return OpenWork(office: office, count: count, supervisors: names.values.sorted())
            }
            return Farewell(
                account: account,
                grants: try GrantStore(db).list(of: id).count { $0.until.map { $0 > now } ?? true },
                standIns: leaves.count { $0.account == id }, standsIn: leaves.count { $0.standIn == id },
                sessions: try StaffStore(db).sessions(of: id, at: now),
                recoveryCodes: try RecoveryCodeStore(db).left(of: id).count,
                work: offices.sorted { $0.office.code < $1.office.code })
        }
    }

    /// What a role can be given for: the city's offices, and the territories in which they lie with those above them.
    func places() async throws -> (offices: [Office], territories: [Territory]) {
        try await services.database.read { db in
            let directory = DirectoryStore(db)
            let offices = try directory.allOffices().filter { !$0.isExternal }
            let codes = Set(offices.flatMap(\.territory.codes))
            let territories = try codes.isEmpty ? [] : Array(directory.territories(codes).values)
            return (
                offices.sorted { $0.code < $1.code },
                territories.sorted { $0.path.rawValue < $1.path.rawValue }
            )
        }
    }

    func colleagues() async throws -> [StaffAccount] {
        try await services.database.read { db in try StaffStore(db).active(limit: 2000) }
    }
}
