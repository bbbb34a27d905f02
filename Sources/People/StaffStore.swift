import Access
import Foundation
import Kernel
import Storage

/// An account of staff as the security administrator sees it.
package struct StaffAccount: Sendable, Hashable {
    package enum Standing: String, Sendable, Hashable, CaseIterable {
        case active
        /// Hasn't chosen a password of their own yet.
        case mustChange
        case suspended
        /// Ended for good.
        case left
    }

    package let person: Person
    /// Until when a password that somebody else knows may be used.
    package let changeBy: Date?
    package let leftAt: Date?
    /// Why it was suspended, opened again or ended.
    package let reason: String?

    package var standing: Standing {
        switch person.state {
        case .closed: .left
        case .suspended: .suspended
        case .active: changeBy == nil ? .active : .mustChange
        }
    }
}

/// Which accounts of staff to list.
package struct StaffQuery: Sendable, Hashable {
    /// Part of a login or a name.
    package var text: String?
    package var role: Role?
    package var standing: StaffAccount.Standing?
    /// The login after which the page begins.
    package var after: String?

    package init() {}
}

/// Finds accounts of staff. Riders are never among them.
package struct StaffStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func find(_ id: ID<Account>) throws -> StaffAccount? {
        try db.row("\(Self.select) WHERE kind = 'staff' AND account.id = \(id)").map(account)
    }

    func find(_ login: Login) throws -> StaffAccount? {
        try db.row("\(Self.select) WHERE kind = 'staff' AND login = \(login.text)").map(account)
    }

    /// Those whom the query means, by login, at most `limit`.
    ///
    /// Names lie sealed, so that no statement can look for a part of one: with a text, accounts are opened one after the other
    /// until the page is full. A city has some thousands of staff at the most.
    package func page(_ query: StaffQuery, at now: Date, limit: Int) throws -> [StaffAccount] {
        let text = query.text?.lowercased()
        var found: [StaffAccount] = []
        var after = query.after
        while found.count < limit {
            let size = text == nil ? limit : 500
            let batch = try batch(query, after: after, at: now, limit: size)
            found += batch.filter { account in
                guard let text else { return true }
                let words = [account.person.login?.text, account.person.profile.name].compactMap(\.self)
                return words.contains { $0.lowercased().contains(text) }
            }
            guard batch.count == size, let last = batch.last?.person.login?.text else { break }
            after = last
        }
        return Array(found.prefix(limit))
    }

    /// All who can sign in, by login: who may stand in for somebody.
    package func active(limit: Int) throws -> [StaffAccount] {
        try db.rows(
            """
            \(Self.select) WHERE kind = 'staff' AND state = 'active' ORDER BY login LIMIT \(limit)
            """
        ).map(account)
    }

    /// The roles that each of some accounts has now, in the order in which they were given.
    package func roles(of accounts: [ID<Account>], at now: Date) throws -> [ID<Account>: [Grant]] {
        let rows = try db.rows(
            """
            SELECT \(GrantStore.columns), account_id FROM grant_of_role
            WHERE account_id IN (\(each: accounts)) AND from_at <= \(now) AND (until_at IS NULL OR until_at > \(now))
            ORDER BY from_at, id
            """)
        return try rows.reduce(into: [:]) { roles, row in
            if let grant = try Grant(row, at: 0) { roles[try row[6], default: []].append(grant) }
        }
    }

    /// How many there are who give accounts and roles and can come in to do so.
    package func securityAdministrators(at now: Date) throws -> Int {
        try db.value(
            """
            SELECT COUNT(DISTINCT account_id) FROM grant_of_role JOIN account ON account.id = grant_of_role.account_id
            WHERE role = \(Role.security.rawValue) AND acting_for IS NULL AND from_at <= \(now)
                AND (until_at IS NULL OR until_at > \(now)) AND state = 'active' AND change_by IS NULL
            """)
    }

    /// How many sessions of somebody are open.
    package func sessions(of account: ID<Account>, at now: Date) throws -> Int {
        try SessionStore(db).list(of: account).count { $0.isAlive(as: .staff, at: now) }
    }

    /// Ends an account for good. Nobody can come in by it any more, and its login is never given to anybody else.
    func close(_ account: ID<Account>, at now: Date, because reason: String) throws {
        try db.execute(
            """
            UPDATE account SET state = 'closed', state_reason = \(reason), left_at = \(now), password_hash = NULL,
                totp_sealed = NULL, change_by = NULL
            WHERE id = \(account) AND kind = 'staff'
            """)
    }

    private func batch(_ query: StaffQuery, after: String?, at now: Date, limit: Int) throws -> [StaffAccount] {
        var conditions: [SQL] = ["kind = 'staff'"]
        if let after { conditions.append("login > \(after)") }
        switch query.standing {
        case nil: break
        case .active: conditions.append("state = 'active' AND change_by IS NULL")
        case .mustChange: conditions.append("state = 'active' AND change_by IS NOT NULL")
        case .suspended: conditions.append("state = 'suspended'")
        case .left: conditions.append("state = 'closed'")
        }
        if let role = query.role {
            conditions.append(
                """
                account.id IN (SELECT account_id FROM grant_of_role WHERE role = \(role.rawValue) AND from_at <= \(now)
                    AND (until_at IS NULL OR until_at > \(now)))
                """)
        }
        return try db.rows("\(Self.select) WHERE \(conditions.all) ORDER BY login LIMIT \(limit)").map(account)
    }

    private static let select: SQL = """
        SELECT \(AccountStore.columns), change_by, left_at, state_reason FROM account \(ContactStore.joining)
        """

    private func account(_ row: Row) throws -> StaffAccount {
        StaffAccount(
            person: try AccountStore(db).person(row), changeBy: try row["change_by"], leftAt: try row["left_at"],
            reason: try row["state_reason"])
    }
}
