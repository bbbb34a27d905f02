import Access
import Foundation
import Journal
import Kernel
import Storage
import Web

/// Sets and lifts the hold on a case.
package struct CaseHoldCommands: Sendable {
    private let services: Services
    private let facts: CaseFacts

    package init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
    }

    /// Holds a case. One that is held gets the new day and reason; the older hold stays in the file.
    ///
    /// - Throws: `InvalidFields` for a reason or a day that can't be taken.
    package func hold(_ id: ID<Case>, because reason: String, until: Day, by caller: Caller) async throws {
        let now = services.now()
        let hold = try CaseHold(
            id: services.makeUUID(now), matter: id, reason: reason, setBy: caller.id, setAt: now, until: until)
        try await services.write(as: caller) { db, caller in
            try check(id, caller, in: db)
            let store = CaseHoldStore(db)
            _ = try store.lift(of: id, by: caller.id, at: now)
            try store.insert(hold)
            try JournalStore(db).append(
                "case.held", subject: id.uuid, by: caller.id, at: now, data: ["until": until.description])
        }
    }

    /// Lifts the hold. Without one it does nothing.
    package func lift(_ id: ID<Case>, by caller: Caller) async throws {
        let now = services.now()
        try await services.write(as: caller) { db, caller in
            try check(id, caller, in: db)
            guard try CaseHoldStore(db).lift(of: id, by: caller.id, at: now) else { return }
            try JournalStore(db).append(
                "case.hold-lifted", subject: id.uuid, by: caller.id, at: now, data: [String: String]())
        }
    }

    private func check(_ id: ID<Case>, _ caller: Caller, in db: any Transaction) throws {
        guard let matter = try CaseStore(db).find(id) else { throw NoSuchPage() }
        let access = try CaseAccess(services.policy, matter, caller: caller, facts: facts, in: db)
        guard access.maySeeAsStaff else { throw NoSuchPage(hiding: "case", id.uuid) }
        guard access.mayHold else { throw NotAllowed() }
    }
}
