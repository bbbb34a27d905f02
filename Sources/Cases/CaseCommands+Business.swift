import Access
import Directory
import Foundation
import Kernel
import People
import Storage

extension CaseCommands {
    /// Names the business that a case is about, or takes a wrong one back, by its code or whole name as somebody typed it. Who
    /// belongs to it can't see the case as staff from now on (回避), and doesn't handle it any more.
    static func name(
        _ typed: String, in matter: inout Case, by step: String, at now: Date, _ detail: inout TimelineEntry.Detail,
        in db: any Transaction
    ) throws {
        let store = BusinessStore(db)
        let before = try store.businesses(of: matter.id)
        let business: Organisation
        if step == "dropBusiness" {
            guard let named = before.first(where: { $0.code == typed }) else {
                throw InvalidFields("business", "no-such-choice")
            }
            business = named
            try store.remove(business.id, from: matter.id)
        } else {
            business = try DirectoryStore(db).organisation(called: typed, field: "business")
            guard !before.contains(business) else { throw InvalidFields("business", "business-named-already") }
            guard before.count < 5 else { throw InvalidFields("business", "businesses-too-many") }
            try store.add(business.id, to: matter.id)
            if let handler = matter.handler, try involved(in: matter, at: now, in: db).contains(handler) {
                matter.handler = nil
                detail.isHandlerInvolved = true
            }
        }
        detail.business = business.name
    }

    /// Those who can be made the handler of a case: the officers of its office, but for those who belong to a business that it
    /// is about.
    static func officers(for matter: Case, at now: Date, in db: any Transaction) throws -> [Colleague] {
        let officers = try ColleagueStore(db).officers(of: matter.office, at: now)
        let involved = try involved(in: matter, at: now, in: db)
        return officers.filter { !involved.contains($0.id) }
    }

    /// Those who belong to a business that the case is about.
    static func involved(in matter: Case, at now: Date, in db: any Transaction) throws -> Set<ID<Account>> {
        try GrantStore(db).members(of: BusinessStore(db).about(matter.id), at: now)
    }
}
