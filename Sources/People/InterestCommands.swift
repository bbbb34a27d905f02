import Access
import Directory
import Foundation
import Kernel
import Storage
import Web

/// What staff declare of themselves: organisations that they are tied to, so that matters about these stay away from them
/// (回避). It is kept as a grant that gives nothing.
package struct InterestCommands: Sendable {
    let services: Services

    package enum Relation: String, CaseIterable, Sendable {
        case own, family, other
    }

    struct Interest: Sendable {
        let organisation: Organisation
        /// `nil` for a post in the organisation, which is an interest too.
        let relation: Relation?
        let since: Date
    }

    func list(of caller: Caller) async throws -> [Interest] {
        let now = services.now()
        return try await services.database.read { db in
            let dated = try GrantStore(db).list(of: caller.id).filter { $0.holds(at: now) }
            let organisations = try DirectoryStore(db).organisations(dated.compactMap(\.grant.organisation))
            return dated.compactMap { dated in
                organisations.first { $0.id == dated.grant.organisation }.map {
                    Interest(organisation: $0, relation: Relation(rawValue: dated.reason), since: dated.from)
                }
            }
        }
    }

    /// Declares an interest in the organisation with this code or whole name. It holds from the next request on, and only the
    /// security administrator can end it. Throws ``Kernel/InvalidFields`` when there is no such organisation.
    package func declare(_ typed: String, _ relation: Relation, by caller: Caller) async throws {
        let now = services.now()
        let id = services.makeUUID(now)
        try await services.write(as: caller) { db, caller in
            let organisation = try DirectoryStore(db).organisation(called: typed, field: "organisation")
            guard !caller.organisations.contains(organisation.id) else {
                throw InvalidFields("organisation", "interest-declared-already")
            }
            try GrantStore(db).insert([
                DatedGrant(
                    id: id, account: caller.id, grant: Grant(role: .everyone, organisation: organisation.id), from: now,
                    grantedBy: caller.id, reason: relation.rawValue)
            ])
            try AccountJournal(db).append(
                "account.interest-declared", about: caller.id, by: caller.id, at: now,
                data: ["organisation": organisation.id.text])
        }
    }
}

extension Grant {
    /// Whether it gives nothing, and is there for what its holder is tied to.
    var isInterest: Bool { role == .everyone && organisation != nil }
}
