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
    package let calendar: WorkingCalendar

    package init(_ matter: Case, in db: any Transaction) throws {
        self.matter = matter
        timeline = try TimelineStore(db).entries(of: matter.id)
        clocks = try CaseClockStore(db).clocks(of: matter.id)
        photos = try PhotoStore(db).photos(of: matter.id)
        names = try ColleagueStore(db).names(of: timeline.compactMap(\.actor) + [matter.handler].compactMap(\.self))
        reporter = try ReporterStore(db).find(matter.id)
        calendar = try CalendarStore(db).calendar()
    }

    func name(of clock: CaseClock, _ words: CaseWords) -> String {
        clock.rule(in: words.facts.clocks)?.title(words.language) ?? clock.name
    }

    func why(_ clock: CaseClock, _ words: CaseWords) -> [String] {
        clock.deadline(by: words.facts.clocks, in: calendar)?.why(words.t, words.language) ?? []
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
