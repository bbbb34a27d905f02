import Access
import Foundation
import Kernel

/// Days on which somebody is away and somebody else stands in for them (代理). It ends by itself.
package struct Leave: Sendable, Hashable {
    package let id: ID<Leave>
    package let account: ID<Account>
    package let standIn: ID<Account>
    package let from: Date
    /// The first instant after it.
    package let until: Date
    /// `nil` when it was set on the server's own console.
    package let setBy: ID<Account>?
    package let reason: String
    /// When it was ended before its time.
    package private(set) var endedAt: Date?

    package enum Standing: String, Sendable, Hashable {
        case planned, running, over
    }

    package init(
        id: ID<Leave>, account: ID<Account>, standIn: ID<Account>, from: Date, until: Date, setBy: ID<Account>?,
        reason: String, endedAt: Date? = nil
    ) {
        self.id = id
        self.account = account
        self.standIn = standIn
        self.from = from
        self.until = until
        self.setBy = setBy
        self.reason = reason
        self.endedAt = endedAt
    }

    package func standing(at now: Date) -> Standing {
        if endedAt != nil || until <= now { return .over }
        return from <= now ? .running : .planned
    }

    /// When it ended or will end; one that was taken back before it began keeps its days.
    package var last: Date { endedAt.map { $0 > from ? $0 : until } ?? until }

    package func overlaps(_ other: Leave) -> Bool {
        endedAt == nil && other.endedAt == nil && from < other.until && other.from < until
    }

    package mutating func end(at now: Date) throws(AccountError) {
        guard standing(at: now) != .over else { throw .noSuchLeave }
        endedAt = now
    }

    /// The grants that the stand-in has for these days: one for each post of the absent that holds then, and no longer than
    /// that post. What the absent themselves only stand in for is not handed on. Throws ``AccountError/nothingToStandIn``
    /// when there is none, and what ``DatedGrant/check()`` says of each.
    package func grants(from held: [DatedGrant], ids: [UUID]) throws(AccountError) -> [DatedGrant] {
        let posts = held.filter { dated in
            dated.grant.actingFor == nil && dated.grant.role != .everyone && dated.from < until
                && dated.until.map { $0 > from } ?? true
        }
        guard !posts.isEmpty, posts.count <= ids.count else { throw .nothingToStandIn }
        var grants: [DatedGrant] = []
        for (post, id) in zip(posts, ids) {
            let dated = DatedGrant(
                id: id, account: standIn, grant: post.grant.acting(for: account), from: max(from, post.from),
                until: post.until.map { min($0, until) } ?? until, grantedBy: setBy, reason: reason)
            try dated.check()
            grants.append(dated)
        }
        return grants
    }
}
