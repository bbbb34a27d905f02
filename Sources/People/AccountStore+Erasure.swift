import Foundation
import Kernel
import Storage

extension ID where Entity == Account {
    /// Nobody: where a row must name an account and its owner is gone. All of the gone share it, so that what one of them
    /// sent can't be put together again.
    package static let nobody = ID<Account>(UUID(high: 0x0000_0000_0000_7000, low: 0x8000_0000_0000_0000))
}

extension AccountStore {
    /// Takes everything from an account that says whose it was. What is left counts a rider and the day of registering,
    /// so that published totals never change. The number is free for somebody new.
    package func erase(_ account: ID<Account>) throws {
        try db.execute(
            """
            UPDATE account SET state = \(AccountState.closed), state_reason = NULL, name = NULL, phone = NULL,
                platform = NULL, company = NULL, site = NULL, territory_code = NULL
            WHERE id = \(account) AND kind = \(AccountKind.rider)
            """
        )
    }

    /// Removes somebody who never got past the first page, and so has left nothing: as if they had not come.
    func remove(newcomer account: ID<Account>) throws {
        try db.execute(
            "DELETE FROM account WHERE id = \(account) AND kind = \(AccountKind.rider) AND welcomed_at IS NULL")
    }

    /// Keeps another number. The caller has made sure that it is free.
    func setPhone(_ phone: Phone, of account: ID<Account>) throws {
        try db.execute("UPDATE account SET phone = \(phone.digits) WHERE id = \(account)")
    }

    /// Gives an account another number. Throws ``AccountError/phoneTaken`` when somebody signs in with it already.
    package func replacePhone(of account: ID<Account>, by phone: Phone) throws {
        guard try person(with: phone) == nil else { throw AccountError.phoneTaken }
        try setPhone(phone, of: account)
    }

    /// Makes sure that there is a row for ``Kernel/ID/nobody``. It registered in no time that anybody counts.
    package func keepNobody() throws {
        try db.execute(
            """
            INSERT INTO account (id, kind, state, created_at)
            VALUES (\(ID<Account>.nobody), \(AccountKind.rider), \(AccountState.closed), \(Int(1) << 52))
            ON CONFLICT (id) DO NOTHING
            """
        )
    }
}
