import Deadlines
import Directory
import Foundation
import Kernel
import People
import Storage

/// Everything that is known about one case, read at one moment.
package struct CaseStory: Sendable {
    package let matter: Case
    package let timeline: [TimelineEntry]
    package let clocks: [CaseClock]
    package let photos: [Photo]
    /// Colleagues in the timeline, by name.
    package let names: [ID<Account>: String]
    package let reporter: Reporter?
    /// Whom it is about.
    package let businesses: [Organisation]
    /// The case that it was merged into, as its reporters may see it.
    let main: MainStory?

    package init(_ matter: Case, in db: any Transaction) throws {
        self.matter = matter
        timeline = try TimelineStore(db).entries(of: matter.id)
        clocks = try CaseClockStore(db).clocks(of: matter.id)
        photos = try PhotoStore(db).photos(of: matter.id)
        names = try ColleagueStore(db).names(of: timeline.compactMap(\.actor) + [matter.handler].compactMap(\.self))
        reporter = try ReporterStore(db).find(matter.id)
        businesses = try BusinessStore(db).businesses(of: matter.id)
        main = try matter.mergedInto.flatMap { try MainStory($0, in: db) }
    }

    func name(of clock: CaseClock, _ words: CaseWords) -> String {
        clock.rule(in: words.facts.clocks)?.title(words.language) ?? clock.name
    }

    func why(_ clock: CaseClock, _ words: CaseWords) -> [String] {
        clock.deadline(by: words.facts.clocks, in: words.calendar)?.why(words.t, words.language) ?? []
    }

    /// The name of a colleague who took a step; `nil` for the reporter, also when a colleague is the reporter.
    func name(of actor: ID<Account>, in entry: TimelineEntry) -> String? {
        entry.isReporters ? nil : names[actor]
    }

    /// The steps that somebody who works on the case may take now.
    func steps(in workflow: Workflow, for access: CaseAccess) -> [Workflow.Step] {
        workflow.steps.filter { $0.from.contains(matter.state) && access.may($0.name) && isAskedFor($0.name, access) }
    }

    /// Steps that answer a request are open only while there is one.
    private func isAskedFor(_ step: String, _ access: CaseAccess) -> Bool {
        func hasMainClock(_ state: CaseClock.State) -> Bool {
            clocks.contains { $0.name == CaseCommands.mainClock && $0.state == state }
        }
        return switch step {
        case "approveExtension", "refuseExtension": matter.extensionRequest == .asked
        case "requestExtension": matter.extensionRequest == .none
        case "dropBusiness": !businesses.isEmpty
        case "separate": main != nil
        case "reopen", "keepClosed": matter.reopenRequest == .asked
        case "check": matter.handler.map { access.isCaller($0) } ?? true
        case "pause": hasMainClock(.running)
        case "resume": hasMainClock(.paused)
        case "rate", "requestReopen", "addPhotos": false
        default: true
        }
    }
}

extension TimelineEntry {
    /// What stands in the placeholders of the message to the reporter.
    func told(_ words: CaseWords) -> [String: String] {
        [
            "office": detail.office?(words.language) ?? "",
            "body": detail.body.flatMap { words.facts.bodies[$0] }?.name(words.language) ?? "",
            "receipt": detail.receipt ?? "",
            "day": detail.day.map(words.shortDay) ?? "",
        ]
    }
}
