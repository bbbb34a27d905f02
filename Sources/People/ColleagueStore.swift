import Access
import Foundation
import Kernel
import Storage

/// Somebody who works here, as their colleagues know them.
package struct Colleague: Sendable, Hashable {
    package let id: ID<Account>
    package let name: String
}

/// Finds colleagues by their name and office. Riders are never among them.
package struct ColleagueStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// What to call those who did something, also when they have left since.
    package func names(of accounts: some Collection<ID<Account>>) throws -> [ID<Account>: String] {
        let rows = try db.rows(
            """
            SELECT account.id AS id, login, \(ContactStore.columns) FROM account \(ContactStore.joining)
            WHERE kind = 'staff' AND account.id IN (\(each: Array(Set(accounts))))
            """)
        return try rows.reduce(into: [:]) { names, row in names[try row["id"]] = try name(row) }
    }

    /// Those who can be made the handler of an office's cases now.
    package func officers(of office: ID<OfficeEntity>, at now: Date) throws -> [Colleague] {
        try db.rows(
            """
            SELECT DISTINCT account.id AS id, login, \(ContactStore.columns)
            FROM grant_of_role JOIN account ON account.id = grant_of_role.account_id \(ContactStore.joining)
            WHERE office_id = \(office) AND role = \(Role.officer.rawValue) AND from_at <= \(now)
            AND (until_at IS NULL OR until_at > \(now))
            AND state = 'active'
            ORDER BY login
            """
        ).map { row in Colleague(id: try row["id"], name: try name(row)) }
    }

    private func name(_ row: Row) throws -> String {
        try ContactStore(db).contact(row["id"], name: row["name_sealed"], phone: nil).name ?? row["login"]
    }
}
