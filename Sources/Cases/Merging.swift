import Access
import Deadlines
import Foundation
import Journal
import Kernel
import Storage
import Web

/// Merges a report of the same fact into another one (合并), or undoes that, within the transaction of the step.
struct Merging {
    let services: Services
    let facts: CaseFacts
    let caller: Caller
    let at: Date
    /// For what it writes on the other case: a line of the timeline, and clocks.
    let ids: [UUID]
    let db: any Transaction

    init(services: Services, facts: CaseFacts, caller: Caller, at: Date, ids: [UUID], db: any Transaction) {
        self.services = services
        self.facts = facts
        self.caller = caller
        self.at = at
        self.ids = ids
        self.db = db
    }

    /// Has the effects of the step `merge` or `separate` on both cases, and says what the timeline keeps of it.
    ///
    /// - Throws: `InvalidFields` when there is no such case for the caller, or it can't take in another one.
    func take(
        _ step: String, _ input: StepInput, on matter: inout Case, before: Case
    ) throws -> TimelineEntry.Detail {
        var detail = TimelineEntry.Detail()
        if step == "merge" {
            let main = try main(called: input.into ?? "", for: before)
            if input.hasNewFacts { try restart(main, for: before) }
            matter.mergedInto = main.id
            detail.main = main.number
            detail.hasNewFacts = input.hasNewFacts ? true : nil
            try note("absorb", on: main, about: before.number, hasNewFacts: detail.hasNewFacts, by: caller.id)
        } else if let main = try before.mergedInto.flatMap({ try CaseStore(db).find($0) }) {
            detail.main = main.number
            try note("release", on: main, about: before.number, by: caller.id)
        }
        return detail
    }

    /// A reporter's own word that theirs is the same: no clock runs on it, and both timelines say so.
    func join(_ matter: Case, to main: Case, as entry: ID<TimelineEntry>) throws {
        var detail = TimelineEntry.Detail()
        detail.main = main.number
        try TimelineStore(db).insert(
            TimelineEntry(
                id: entry, matter: matter.id, at: at, step: "join", actor: nil, from: .received, to: matter.state,
                note: nil, result: nil, reason: nil, detail: detail, tells: "joined"))
        try JournalStore(db).append(
            "case.step", subject: matter.id.uuid, by: nil, at: at,
            data: CaseJournalData(entry: entry, step: "join", from: .received, to: matter.state, tells: "joined"))
        try note("absorb", on: main, about: matter.number, by: nil)
    }

    /// The clocks that run on a case that goes on by itself again: those of its category, from its own arrival. The promise of a
    /// first look only when nobody had looked at it.
    static func clocks(of matter: Case, _ facts: CaseFacts) -> [String] {
        guard let category = facts.categories.category(matter.category) else { return [] }
        return (matter.state == .received ? [category.firstTouchClock] : []) + category.clocks
    }

    /// Writes on the other case that one came to it or left it. Its own reporter isn't told.
    func note(
        _ step: String, on main: Case, about number: String, hasNewFacts: Bool? = nil, by actor: ID<Account>?
    ) throws {
        var detail = TimelineEntry.Detail()
        detail.merged = number
        detail.hasNewFacts = hasNewFacts
        let entry: ID<TimelineEntry> = ID(ids[0])
        try TimelineStore(db).insert(
            TimelineEntry(
                id: entry, matter: main.id, at: at, step: step, actor: actor, from: main.state, to: main.state,
                note: nil, result: nil, reason: nil, detail: detail, tells: nil))
        try JournalStore(db).append(
            "case.step", subject: main.id.uuid, by: actor, at: at,
            data: CaseJournalData(entry: entry, step: step, from: main.state, to: main.state, tells: nil))
    }

    private func main(called text: String, for matter: Case) throws -> Case {
        let cases = CaseStore(db)
        let typed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        let found = try ID<Case>(typed).map { try cases.find($0) } ?? cases.find(number: typed.uppercased())
        // Whoever may not see it learns nothing of it.
        guard let main = found, main.id != matter.id,
            try CaseAccess(services.policy, main, caller: caller, facts: facts, in: db).maySeeAsStaff
        else { throw InvalidFields("into", "no-case-to-merge") }
        guard main.mergedInto == nil, facts.workflow.state(main.state)?.isOpen ?? false else {
            throw InvalidFields("into", "case-has-ended")
        }
        guard try MergedCaseStore(db).ids(mergedInto: matter.id).isEmpty else {
            throw InvalidFields("into", "case-has-merged-ones", details: ["number": main.number])
        }
        return main
    }

    /// New facts from the same person: the time for the whole begins with the last report (市场监督管理投诉举报处理办法 art. 35).
    private func restart(_ main: Case, for matter: Case) throws {
        let access = try CaseAccess(services.policy, main, caller: caller, facts: facts, in: db)
        guard access.may("merge") else { throw NotAllowed() }
        guard try ReporterStore(db).sameReporter(as: matter.id, among: [main.id]) == [main.id] else {
            throw InvalidFields("newFacts", "another-reporter")
        }
        let names = facts.categories.category(main.category)?.clocks ?? []
        var clocks = try CaseClocks(facts.clocks, in: db, of: main.id)
        clocks.restart(names, at: matter.receivedAt, now: at, ids: ids.dropFirst().map { ID($0) })
        try clocks.save()
    }
}

extension ReportCommands {
    /// The open report of the same group near by that a rider says theirs is about as well. `nil` when it can't be that one any
    /// more: then theirs is a report like any other.
    static func joined(_ draft: ReportDraft, facts: CaseFacts, in db: any Transaction) throws -> Case? {
        guard let id = draft.joins, !draft.category.isPrivate, let position = draft.place.position,
            let main = try CaseStore(db).find(id), main.mergedInto == nil, main.closedAt == nil,
            let category = facts.categories.category(main.category), !category.isPrivate,
            category.code.prefix(2) == draft.category.code.prefix(2),
            let there = main.place.position,
            there.distance(to: position) <= NearbyReports.radius(for: draft.category, draft.place)
        else { return nil }
        return main
    }
}
