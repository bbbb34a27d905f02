import Access
import Deadlines
import Directory
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Web

/// Gathers what the page of one case shows, and the steps that the caller may take now.
struct WorkCaseBuilder {
    private let story: CaseStory
    private let access: CaseAccess
    private let words: CaseWords
    private let map: MapSettings
    private let failed: FailedStep?
    private let failedHold: FailedHold?
    private let offices: [Office]
    private let places: [Territory]
    private let officers: [Colleague]
    private let similar: [SimilarCase]
    private let main: MergedLink?
    private let merged: [MergedLink]
    private let hold: CaseHold?
    /// Who set it, by name.
    private let holders: [ID<Account>: String]

    init(
        _ story: CaseStory, access: CaseAccess, words: CaseWords, map: MapSettings, db: any Transaction,
        failed: FailedStep?, failedHold: FailedHold? = nil
    ) throws {
        self.story = story
        self.access = access
        self.words = words
        self.map = map
        self.failed = failed
        self.failedHold = failedHold
        similar = try SimilarCases(access: access, words: words, db: db).find(for: story)
        (main, merged) = try access.links(of: story.matter, words: words, in: db)
        let directory = DirectoryStore(db)
        offices = try directory.allOffices()
        places = try directory.territories(on: story.matter.territory)
        officers = try CaseCommands.officers(for: story.matter, at: words.now, in: db)
        hold = try CaseHoldStore(db).hold(of: story.matter.id, at: words.now)
        holders = try ColleagueStore(db).names(of: [hold?.setBy].compactMap(\.self))
    }

    func page() throws -> WorkCasePage {
        let matter = story.matter
        let steps = steps()
        let faults = faults
        return WorkCasePage(
            id: matter.id.text, number: matter.number, heading: words.category(matter.category),
            path: words.categoryPath(matter.category), state: words.state(matter.state),
            tone: words.tone(of: matter.state), stages: stages, description: access.readable(matter.description),
            place: access.readable(words.place(of: matter)), accuracy: words.accuracy(matter.place.accuracy),
            territory: places.map(\.name).joined(separator: " "), hasBusinesses: !story.businesses.isEmpty,
            businesses: story.businesses.map { .init(name: $0.name, code: $0.code) }, office: office(matter.office),
            handler: matter.handler.flatMap { story.names[$0] }, reporter: reporter, reporterURL: reporterURL,
            photos: story.photos.filter { $0.step == nil }.map(MyReportPage.PhotoLink.init), evidence: evidence,
            clocks: clocks, lines: lines, steps: steps, hasSteps: !steps.isEmpty,
            map: map.centred(on: matter.place.position, accuracy: matter.place.accuracy),
            hasMap: matter.place.position != nil, requests: requests,
            main: main, merged: merged, hasMerged: !merged.isEmpty, similar: similar, hasSimilar: !similar.isEmpty,
            hold: holdPart, errorList: faults,
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }

    /// What is wrong with the step that was sent. Far from the fields, each has to say which field it means.
    private var faults: [FormFault] {
        if let failedHold {
            return failedHold.problems.map { problem in
                let label = words.t(problem.field == "until" ? "work.hold.until-label" : "work.hold.reason")
                return fault(problem, of: "hold", called: label)
            }
        }
        guard let failed else { return [] }
        return failed.problems.map { fault($0, of: failed.name, called: label(of: $0.field)) }
    }

    private func fault(_ problem: FieldProblem, of form: String, called label: String?) -> FormFault {
        let detail = words.t("field.\(problem.name)", problem.details)
        return .init(
            field: "\(form)-\(problem.field)",
            detail: label.map { words.t("work.step.fault", ["field": $0, "detail": detail]) } ?? detail)
    }

    private func label(of field: String) -> String? {
        if ["photo", "photos"].contains(field) { return words.t("widget.photos.legend") }
        return words.t.has("work.step.\(field)") ? words.t("work.step.\(field)") : nil
    }

    private func office(_ id: ID<OfficeEntity>) -> String {
        offices.first { $0.id == id }?.name(words.language) ?? ""
    }

    /// The way a matter usually goes, with where this one stands.
    private var stages: [WorkCasePage.Stage] {
        let matter = story.matter
        var way: [Case.State] = [.received, .accepted, .dispatched, .checking]
        switch matter.outcome {
        case .handedOver: way = [.received, .handedOver, .transferred]
        case .declined, .duplicate: way = [.received]
        case .unfounded: way += [.unfounded]
        case .verified, nil: way += [.verified, .rectifying, .rechecking]
        }
        way.append(matter.state == .declined ? .declined : .closed)
        let now = way.firstIndex(of: matter.state) ?? 0
        return way.enumerated().map { index, state in
            .init(name: words.state(state), isDone: index < now, isNow: index == now)
        }
    }

    private var reporter: String {
        guard let reporter = story.reporter else { return "" }
        return words.t("work.reporter.\(reporter.identity.rawValue)", ["alias": reporter.alias])
    }

    private var holdPart: HoldPart {
        HoldPart(
            hold, of: story.matter.id, by: hold.flatMap { holders[$0.setBy] }, maySet: access.mayHold,
            areWordsErased: story.matter.areWordsErased, failed: failedHold, words: words)
    }

    private var reporterURL: String? {
        guard story.reporter?.identity == .named, access.maySeeReporter else { return nil }
        return "/work/cases/\(story.matter.id)/reporter"
    }

    /// What the cameras wrote, for those who work on the case.
    private var evidence: [String] {
        guard access.maySeeEvidence else { return [] }
        let added = Set(story.timeline.filter { $0.step == "addPhotos" }.map(\.id))
        let theirs = story.photos.filter { $0.step.map(added.contains) ?? true }
        // Those of the report first, then what came later.
        return theirs.sorted { $0.step == nil && $1.step != nil }.enumerated().compactMap { index, photo in
            var parts: [String] = []
            if photo.step != nil {
                parts.append(words.t("work.case.photo-added", ["time": words.time(photo.createdAt)]))
            }
            if let time = photo.evidence.capturedAt {
                parts.append(words.time(time))
            } else if let time = photo.evidence.toldAt {
                parts.append(words.t("work.case.photo-told", ["time": words.time(time)]))
            }
            if let position = photo.evidence.position, let place = story.matter.place.position {
                parts.append(
                    words.t("work.case.photo-distance", ["distance": words.distance(position.distance(to: place))]))
            }
            guard !parts.isEmpty else { return nil }
            return words.t(
                "work.case.photo-evidence", ["number": "\(index + 1)", "facts": parts.joined(separator: " · ")])
        }
    }

    private var clocks: [WorkCasePage.Clock] {
        story.clocks.map { clock in
            let due = words.due(clock)
            let text = due?.text ?? words.t("case.clock.\(clock.state.rawValue)")
            return .init(
                name: story.name(of: clock, words), kind: words.t("case.clock.kind.\(clock.kind.rawValue)"), text: text,
                tone: due?.tone ?? (clock.state == .late ? "late" : clock.state == .met ? "good" : ""), day: due?.day,
                why: story.why(clock, words), isOpen: clock.isOpen)
        }.sorted { $0.isOpen && !$1.isOpen }
    }

    private var requests: [String] {
        var requests: [String] = []
        if story.matter.extensionRequest == .asked { requests.append(words.t("work.case.extension-asked")) }
        if story.matter.reopenRequest == .asked { requests.append(words.t("work.case.reopen-asked")) }
        return requests
    }

    private var lines: [WorkCasePage.Line] {
        story.timeline.reversed().map { entry in
            let who: String =
                if entry.isReporters {
                    words.t("work.case.by-reporter")
                } else if let actor = entry.actor {
                    story.names[actor] ?? ""
                } else {
                    words.t("work.case.by-system")
                }
            return .init(
                title: words.step(entry.step), time: words.time(entry.at), who: who, details: details(entry),
                note: access.note(of: entry), result: entry.result,
                photos: story.photos.filter { $0.step == entry.id }.map(MyReportPage.PhotoLink.init))
        }
    }

    private func details(_ entry: TimelineEntry) -> [String] {
        let detail = entry.detail
        return [
            detail.routing.map { routing in
                routing.words(
                    words.t, in: words.language,
                    category: routing.category.flatMap { words.facts.categories.group(of: $0) }?.name(words.language))
            },
            detail.routing == nil
                ? detail.office.map { words.t("work.detail.office", ["name": $0(words.language)]) } : nil,
            detail.handler.map { words.t("work.detail.handler", ["name": $0]) },
            detail.category.map { words.t("work.detail.category", ["name": words.categoryPath($0)]) },
            detail.body.flatMap { words.facts.bodies[$0] }.map {
                words.t("work.detail.body", ["name": $0.name(words.language)])
            },
            detail.business.map { words.t("work.detail.business", ["name": $0]) },
            detail.isHandlerInvolved == true ? words.t("work.detail.handler-involved") : nil,
            detail.main.map { words.t("work.detail.main", ["number": $0]) },
            detail.merged.map { words.t("work.detail.merged", ["number": $0]) },
            detail.hasNewFacts == true ? words.t("work.detail.new-facts") : nil,
            detail.receipt.map { words.t("work.detail.receipt", ["number": $0]) },
            detail.day.map { words.t("work.detail.day", ["day": words.days.day($0)]) },
            words.reason(entry.reason, of: entry.step),
        ].compactMap(\.self)
    }

    private func steps() -> [StepForm] {
        let taken = story.steps(in: words.facts.workflow, for: access)
        // What is another body's from the start goes there; everything else takes the usual way.
        let isOthers = words.facts.categories.category(story.matter.category)?.duty == .handOver
        let next =
            taken.first { isOthers && $0.name == "handOver" }
            ?? taken.first { !$0.isAside && $0.to != nil && $0.to != story.matter.state }
        return taken.map { step in
            StepForm(
                step, isNext: step.name == next?.name, story: story, offices: offices, officers: officers,
                similar: similar, words: words,
                failed: failed?.name == step.name ? failed : nil)
        }
    }
}
