import Access
import Foundation
import Kernel

/// A role given to somebody for a time, with who gave it and why.
package struct DatedGrant: Sendable, Hashable {
    package let id: UUID
    package let account: ID<Account>
    package let grant: Grant
    package let from: Date
    /// The first instant at which it no longer holds; `nil` when no end is set.
    package private(set) var until: Date?
    /// `nil` when it was given on the server's own console.
    package let grantedBy: ID<Account>?
    package let reason: String
    /// Who ended it before its time, and why; nothing when it ended by itself.
    package let endedBy: ID<Account>?
    package let endedReason: String?

    package init(
        id: UUID, account: ID<Account>, grant: Grant, from: Date, until: Date? = nil, grantedBy: ID<Account>? = nil,
        reason: String, endedBy: ID<Account>? = nil, endedReason: String? = nil
    ) {
        self.id = id
        self.account = account
        self.grant = grant
        self.from = from
        self.until = until
        self.grantedBy = grantedBy
        self.reason = reason
        self.endedBy = endedBy
        self.endedReason = endedReason
    }

    /// What must be true of a grant when it is given.
    package func check() throws(AccountError) {
        if let until, until <= from { throw .badPeriod }
        // Standing in for somebody is for a leave; a post is looked at anew every year (security.md §4.2).
        let days = grant.actingFor == nil ? 366 : 31
        if grant.role != .everyone, until.map({ $0 > from + Double(days) * 86_400 }) ?? (grant.actingFor != nil) {
            throw .tooLong(days: days)
        }
        // A role that works within a place but has none would be a role that can do nothing: surely a slip.
        let needsPlace: Set<Role> = [.intake, .officer, .supervisor]
        guard !needsPlace.contains(grant.role) || grant.territory != nil || grant.office != nil else {
            throw .missingPlace(role: grant.role.rawValue)
        }
    }

    package func holds(at instant: Date) -> Bool {
        from <= instant && until.map { instant < $0 } ?? true
    }

    /// Ends the grant now; one that hasn't begun never begins.
    package mutating func end(at now: Date) throws(AccountError) {
        guard until.map({ now < $0 }) ?? true else { throw .noSuchGrant }
        until = now
    }
}
