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

/// What can be done with a case: look at it, take a step, see who reported it.
package struct CaseCommands: Sendable {
    let services: Services
    private let facts: CaseFacts

    package init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
    }

    /// Takes a step. Cases out of the caller's scope don't exist for them; a step that isn't theirs on a case they may
    /// see is refused.
    ///
    /// `version` is that of the case the caller looked at; `nil` takes it as it is now.
    @discardableResult
    package func take(
        _ name: String, on id: ID<Case>, _ input: StepInput, version: Int? = nil, by caller: Caller
    ) async throws -> Case {
        let now = services.now()
        let stepID: ID<TimelineEntry> = ID(services.makeUUID(now))
        let mergeIDs = (0..<4).map { _ in services.makeUUID(now) }
        let clockIDs = (0..<4).map { _ in ID<CaseClock>(services.makeUUID(now)) }
        return try await services.write(as: caller) { [services, facts] db, caller in
            let cases = CaseStore(db)
            guard let found = try cases.find(id) else { throw NoSuchPage() }
            let access = try CaseAccess(services.policy, found, caller: caller, facts: facts, in: db)
            guard access.maySee else { throw NoSuchPage(hiding: "case", id.uuid) }
            guard let step = facts.workflow.step(name) else { throw CaseError.noSuchStep(name) }
            guard access.may(name) else {
                let mayElsewhere = services.policy.mayEver(caller, name, on: "case")
                throw mayElsewhere && access.isOwnAct(name) ? CaseError.needsSecondPerson as any Error : NotAllowed()
            }
            if let version, version != found.version { throw CaseError.stale }

            // What reporters do themselves mustn't say who they are.
            let actor = TimelineEntry.isReporters(name) ? nil : caller.id
            var matter = found
            try matter.take(step, input, by: caller.id, at: now, in: facts.workflow)
            var detail = try Self.checkedDetail(step, input, of: &matter, before: found, at: now, facts: facts, in: db)
            if name == "merge" || name == "separate" {
                detail = try Merging(services: services, facts: facts, caller: caller, at: now, ids: mergeIDs, db: db)
                    .take(name, input, on: &matter, before: found)
            }
            try cases.update(matter)
            try TimelineStore(db).insert(
                TimelineEntry(
                    id: stepID, matter: id, at: now, step: name, actor: actor, from: found.state, to: matter.state,
                    note: input.note, result: step.takes(.result) ? input.result : nil, reason: input.reason,
                    detail: detail, tells: step.tells))
            if name == "addPhotos" { try Self.requireRoom(for: input.photos, in: id, in: db) }
            try PhotoStore(db).attach(input.photos, to: id, step: stepID, of: caller.id)
            try Self.runClocks(step, input, of: matter, before: found, at: now, ids: clockIDs, facts: facts, in: db)
            try JournalStore(db).append(
                "case.step", subject: id.uuid, by: actor, at: now,
                data: CaseJournalData(
                    entry: stepID, step: name, from: found.state, to: matter.state, tells: step.tells))
            return matter
        }
    }

    /// Shows the handler who reported, and writes down that they looked.
    ///
    /// - Throws: ``People/Proof/Needed`` when the caller signed in a while ago and hasn't shown since who they are,
    ///   ``CaseError/noReporterToShow`` when the reporter chose not to be named, ``CaseError/tooManyLooks(limit:)`` when
    ///   the caller has looked at too many on this day.
    package func showReporter(
        of id: ID<Case>, to caller: Caller, for purpose: LookPurpose = .handling
    ) async throws -> Person {
        let now = services.now()
        let lookID = services.makeUUID(now)
        let budget = facts.looks
        let person = try await services.write(as: caller) { [services, facts] db, caller in
            guard let matter = try CaseStore(db).find(id) else { throw NoSuchPage() }
            let access = try CaseAccess(services.policy, matter, caller: caller, facts: facts, in: db)
            guard access.maySee else { throw NoSuchPage(hiding: "case", id.uuid) }
            guard access.maySeeReporter else { throw NotAllowed() }
            // There is nothing to prove oneself for.
            guard try ReporterStore(db).find(id)?.identity == .named else { throw CaseError.noReporterToShow }
            // Who found an unlocked screen learns no name. On the server's own console there is no session.
            if let session = caller.session { try ProofStore(db).requireRecent(session, at: now) }
            return try HiddenReporter(db: db).show(
                id, for: purpose, to: caller.id, budget: budget, as: lookID, at: now)
        }
        // Only now: an error in the transaction would undo what it wrote down.
        guard let person else { throw CaseError.tooManyLooks(limit: budget.perDay) }
        return person
    }

    /// Writes down that somebody saw the evidence of a case.
    func noteEvidence(of id: ID<Case>, by caller: Caller) async throws {
        let now = services.now()
        try await services.write(as: caller) { db, caller in
            try EvidenceLook(matter: id, viewer: caller.id, at: now).note(in: db)
        }
    }

    /// What the names in a step stand for. Where the workflow can't know, this checks: an office must be one that the
    /// case may go to, a handler one of that office's people, another body one that exists.
    private static func checkedDetail(
        _ step: Workflow.Step, _ input: StepInput, of matter: inout Case, before: Case, at now: Date, facts: CaseFacts,
        in db: any Transaction
    ) throws -> TimelineEntry.Detail {
        var detail = TimelineEntry.Detail()
        let directory = DirectoryStore(db)
        if step.name == "returnToIntake" {
            matter.office = try directory.dutyDesk(for: matter.territory).id
            matter.handler = nil
        }
        if step.name == "reopen" { matter.handler = before.handler }
        if step.takes(.office) || matter.office != before.office {
            guard let target = try directory.office(matter.office), let source = try directory.office(before.office)
            else { throw CaseError.mayNotForward }
            if step.name != "returnToIntake" {
                let tree = OfficeTree(try directory.allOffices())
                // Another authority is handed a matter with a receipt; it never becomes the owner of one of our cases.
                // Desks forward to desks and dispatch to those who check; a desk that got one dispatched had nobody for it.
                let isForward = step.name == "forward"
                guard !target.isExternal, isForward == target.isDutyDesk,
                    (target.id == source.id && !isForward)
                        || tree.mayHandOver(from: tree.desk(for: source), to: target)
                else { throw CaseError.mayNotForward }
            }
            detail.office = target.name
            // Without a position it lies where the office is that has it, so that this office's superiors see it.
            if matter.place.position == nil { matter.territory = target.territory }
        }
        if let typed = input.business {
            try Self.name(typed, in: &matter, by: step.name, at: now, &detail, in: db)
        }
        if let handler = input.handler {
            guard try !involved(in: matter, at: now, in: db).contains(handler) else { throw CaseError.handlerInvolved }
            let officers = try ColleagueStore(db).officers(of: matter.office, at: now)
            guard let officer = officers.first(where: { $0.id == handler }) else {
                throw CaseError.noSuchHandler
            }
            detail.handler = officer.name
        }
        if let category = input.category { detail.category = category.code }
        if let body = input.body {
            guard facts.bodies[body] != nil else { throw InvalidFields("body", "no-such-choice") }
            detail.body = body
        }
        detail.receipt = input.receipt
        detail.day = input.day
        return detail
    }

    private static func runClocks(
        _ step: Workflow.Step, _ input: StepInput, of matter: Case, before: Case, at now: Date, ids: [ID<CaseClock>],
        facts: CaseFacts, in db: any Transaction
    ) throws {
        var clocks = try CaseClocks(facts.clocks, in: db, of: matter.id)
        clocks.meet(step.meets, at: now)
        if step.stopsAll { clocks.stopAll(at: now) }
        if let category = input.category, category.code != before.category {
            // The matter was with us since it arrived: a better name for it doesn't win time.
            clocks.replaceStatutory(by: category.clocks, startedAt: matter.receivedAt, now: now, ids: ids)
        }
        switch step.name {
        case "pause":
            guard clocks.has(mainClock, .running) else { throw CaseError.nothingToPause }
            clocks.pause(mainClock, on: Day(of: now))
        case "resume":
            guard clocks.has(mainClock, .paused) else { throw CaseError.nothingToPause }
            clocks.resume(mainClock, on: Day(of: now))
        // Whose duty it is can be found out while the clock runs: it stands still for tests only.
        case "returnToIntake": clocks.resume(mainClock, on: Day(of: now))
        case "approveExtension": clocks.extend(mainClock)
        case "merge": clocks.voidAll(at: now)
        case "separate": clocks.start(Merging.clocks(of: matter, facts), at: matter.receivedAt, ids: ids)
        case "handOver":
            clocks.replaceStatutory(by: ["petition-notice"], startedAt: matter.receivedAt, now: now, ids: ids)
        default: break
        }
        clocks.start(step.starts, at: now, fixedDay: step.starts == ["rectification"] ? input.day : nil, ids: ids)
        try clocks.save()
    }

    /// The clock that an officer's check runs against, and so the one that is paused and extended.
    static let mainClock = "report-decision"
}
