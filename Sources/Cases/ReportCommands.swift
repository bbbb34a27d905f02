import Access
import Deadlines
import Directory
import Foundation
import Journal
import Kernel
import People
import Storage
import Vault
import Web

/// The facts that cases work by, loaded at start.
package struct CaseFacts: Sendable {
    package let categories: Categories
    package let workflow: Workflow
    package let clocks: ClockBook
    package let bodies: Bodies
    /// How many reporters one person may look at in a day.
    package let looks: LookBudget
    package let purposes: Purposes
    package let sectors: Sectors?
    /// How often one rider may report: more than anybody sees on a day's ride, less than a program sends.
    package var reports = [Budget("report-hour", 30, per: 3600), Budget("report-day", 100, per: 86_400)]
    /// How often one person may search by words.
    package var searches: [Budget]
    /// How often one rider may learn that something private is being handled at a place: nobody asks about all of a street.
    package var nearby = [Budget("nearby-hour", 10, per: 3600), Budget("nearby-day", 30, per: 86_400)]

    package init(
        categories: Categories, workflow: Workflow, clocks: ClockBook, bodies: Bodies,
        looks: LookBudget = LookBudget(perDay: 30), purposes: Purposes = Purposes([]),
        sectors: Sectors? = nil, searches: [Budget] = []
    ) {
        self.purposes = purposes
        self.sectors = sectors
        self.categories = categories
        self.workflow = workflow
        self.clocks = clocks
        self.bodies = bodies
        self.looks = looks
        self.searches = searches
    }
}

/// What a rider can do: report something, say whether it was solved, ask for it to be looked at again.
package struct ReportCommands: Sendable {
    let services: Services
    let facts: CaseFacts

    package init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
    }

    package struct Receipt: Sendable {
        package let matter: Case
        /// Whether this sending made it; `false` when it was there already.
        package let isNew: Bool
    }

    /// Whether the draft was sent before: then its case, so that photos need not be looked at again.
    ///
    /// - Throws: ``CaseError/keyUsedOtherwise`` when the key belongs to another report or person.
    package func earlier(_ draft: ReportDraft, digest: Data, by caller: Caller) async throws -> Case? {
        let matter = try await services.database.read { db in
            try Self.earlier(draft.id, digest: digest, by: caller, in: db)
        }
        if matter != nil { try await services.database.write { db in try db.confirm() } }
        return matter
    }

    /// Takes in a report: finds where it belongs and who answers for it, starts its clocks.
    ///
    /// `photos` are waiting photos of the caller, in order; none only when there are words.
    ///
    /// Through a `door` comes what no person who signed in sends; it has limits of its own.
    ///
    /// - Throws: ``CaseError/tooManyReports(retryAfter:)`` when the caller reports faster than people do.
    package func submit(
        _ draft: ReportDraft, photos: [ID<Photo>], digest: Data, by caller: Caller, through door: ReportDoor? = nil
    ) async throws -> Receipt {
        let now = services.now()
        let ids = (0..<8).map { _ in services.makeUUID(now) }
        let alias = CaseNumber.alias(from: services.makeName())
        return try await services.write(as: caller) { [services, facts] db, caller in
            try door?.enter(db)
            guard services.policy.allows(caller, "create", on: Subject(kind: "report")) else { throw NotAllowed() }
            if let matter = try Self.earlier(draft.id, digest: digest, by: caller, in: db) {
                try db.confirm()
                return Receipt(matter: matter, isNew: false)
            }
            if door == nil, let wait = try Allowance.draw(facts.reports, of: caller.id, at: now, in: db) {
                throw CaseError.tooManyReports(retryAfter: wait)
            }
            let directory = DirectoryStore(db)
            let territories = try draft.place.position.map { try directory.territories(at: $0) } ?? []
            let route = try directory.route(category: draft.category.code, at: territories.last?.path)
            let named = territories.filter { $0.level == .county || $0.level == .township }
            var matter = Case(
                id: draft.id, number: try Self.freeNumber(for: draft.id, in: db), receivedAt: now,
                category: draft.category.code, reportedCategory: draft.category.code,
                severity: draft.category.severity, description: draft.description, place: draft.place,
                area: named.map(\.name).joined(), territory: territories.last?.path ?? route.office.territory,
                office: route.office.id)
            let main = try Self.joined(draft, facts: facts, in: db)
            if let main { matter.join(main.id, saying: services.site.strings(in: .zhHans)("case.joined"), at: now) }
            try CaseStore(db).insert(matter)
            try ReporterStore(db).insert(
                Reporter(matter: matter.id, identity: draft.identity, alias: alias), account: caller.id,
                digest: digest)
            try PhotoStore(db).attach(photos, to: matter.id, step: nil, of: caller.id)
            var detail = TimelineEntry.Detail()
            detail.office = route.office.name
            detail.routing = route.reason
            try TimelineStore(db).insert(
                TimelineEntry(
                    id: ID(ids[0]), matter: matter.id, at: now, step: "receive", actor: nil, from: nil, to: .received,
                    note: nil, result: nil, reason: nil, detail: detail, tells: "received"))
            try JournalStore(db).append(
                "case.step", subject: matter.id.uuid, by: nil, at: now,
                data: CaseJournalData(
                    entry: ID(ids[0]), step: "receive", from: nil, to: .received, tells: "received"))
            if let main {
                try Merging(services: services, facts: facts, caller: caller, at: now, ids: Array(ids[2...]), db: db)
                    .join(matter, to: main, as: ID(ids[1]))
            } else {
                var clocks = try CaseClocks(facts.clocks, in: db, of: matter.id)
                clocks.start(
                    [draft.category.firstTouchClock] + draft.category.clocks, at: now,
                    ids: ids.dropFirst().map { ID($0) })
                try clocks.save()
            }
            try door?.keep(matter, db)
            return Receipt(matter: matter, isNew: true)
        }
    }

    private static func earlier(
        _ id: ID<Case>, digest: Data, by caller: Caller, in db: any Transaction
    ) throws -> Case? {
        let reporters = ReporterStore(db)
        guard try reporters.find(id) != nil else { return nil }
        guard try reporters.isReporter(caller.id, of: id), try reporters.isSame(digest, in: id) else {
            throw CaseError.keyUsedOtherwise
        }
        return try CaseStore(db).find(id)
    }

    private static func freeNumber(for id: ID<Case>, in db: any Transaction) throws -> String {
        for attempt in 0..<8 {
            let number = CaseNumber.make(for: id, attempt: attempt)
            if try !CaseStore(db).isTaken(number) { return number }
        }
        throw StorageError.busy
    }
}

/// What the journal keeps of a step: no names, no words.
package struct CaseJournalData: Codable, Sendable {
    /// The line of the timeline.
    package let entry: ID<TimelineEntry>?
    package let step: String
    package let from: Case.State?
    package let to: Case.State
    package let tells: String?
}
