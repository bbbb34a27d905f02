import Foundation
import Kernel
import Storage

extension ID where Entity == Account {
    /// Nobody: to whom a sealed link leads when its owner is gone. All of the gone share it, so that what one of them
    /// sent can't be put together again.
    package static let nobody = ID<Account>(UUID(high: 0x0000_0000_0000_7000, low: 0x8000_0000_0000_0000))
}

extension AccountStore {
    /// Removes somebody who never got past the first page, and so has left nothing: as if they had not come.
    func remove(newcomer account: ID<Account>) throws {
        let isNewcomer: SQL = "id = \(account) AND kind = \(AccountKind.rider) AND welcomed_at IS NULL"
        guard try db.row("SELECT 1 AS found FROM account WHERE \(isNewcomer)") != nil else { return }
        try ContactStore(db).remove(of: account)
        try db.execute("DELETE FROM account WHERE \(isNewcomer)")
    }

    /// Gives an account another number. Throws ``AccountError/phoneTaken`` when somebody signs in with it already.
    package func replacePhone(of account: ID<Account>, by phone: Phone) throws {
        guard try person(with: phone) == nil else { throw AccountError.phoneTaken }
        let person = try find(account)
        // Who was erased meanwhile has no number any more, and gets none.
        guard person.kind == .rider, person.door != .closed else { throw AccountError.notFound }
        try ContactStore(db).set([(account: account, contact: Contact(phone: phone, name: person.profile.name))])
    }
}

extension AccountStore {
    /// Takes the name, the login and all secrets from somebody who has left. What they did stays theirs by their number: staff
    /// need a login, so they get one that says nothing and opens nothing.
    func eraseName(of account: ID<Account>, at now: Date) throws {
        try ContactStore(db).remove(of: account)
        try SessionStore(db).endAll(of: account)
        try db.execute(
            """
            UPDATE account SET state = \(AccountState.closed), login = \(Self.formerLogin(of: account)),
                password_hash = NULL, totp_sealed = NULL, platform = NULL, company = NULL, site = NULL,
                territory_code = NULL, state_reason = NULL, name_erased_at = \(now)
            WHERE id = \(account) AND kind = \(AccountKind.staff)
            """)
    }

    static func formerLogin(of account: ID<Account>) -> String { "former-\(account.text.filter { $0 != "-" })" }
}
