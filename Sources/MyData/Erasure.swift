import Cases
import Foundation
import Kernel
import Notices
import People
import Storage

/// What happens to a person's data when they leave: one small act for each store.
enum Erasure {
    /// Erases everything that says whose it was, and says how many cases that are open or held still need to know their reporter. What the
    /// law keeps is the file of each case; a row without anything about the person keeps the published totals as they are.
    static func erase(_ account: ID<Account>, at now: Date, in db: any Transaction) throws -> Int {
        let accounts = AccountStore(db)
        let person = try accounts.find(account)
        try cut(account, at: now, in: db)
        try ReporterStore(db).hideNames(of: account)
        try PhotoStore(db).abandon(of: account)
        try ConsentStore(db).erase(of: account)
        try GrantStore(db).endAll(of: account, at: now, because: "erased")
        let held = try ReporterStore(db).matters(of: account, ended: false, at: now).count
        // Before its pseudonym goes: afterwards nothing leads from the entry to the account.
        try AccountJournal(db).append("account.erased", about: account, by: nil, at: now, data: ["held": held])
        try accounts.forget(person, because: "erased")
        return held
    }

    /// Cuts the links to cases that have ended since, and says how many are still open.
    static func eraseRest(of account: ID<Account>, at now: Date, in db: any Transaction) throws -> Int {
        try cut(account, at: now, in: db)
        return try ReporterStore(db).matters(of: account, ended: false, at: now).count
    }

    private static func cut(_ account: ID<Account>, at now: Date, in db: any Transaction) throws {
        let ended = try ReporterStore(db).matters(of: account, ended: true, at: now)
        try TimelineStore(db).forget(account, in: ended)
        try ReporterStore(db).forget(ended)
        // Of the cases that still know their reporter some come yet: nobody reads them.
        try NoticeStore(db).erase(of: account)
    }
}
