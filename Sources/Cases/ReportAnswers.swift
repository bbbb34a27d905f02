import Deadlines
import Foundation
import Kernel
import Web

/// A report in a list, for its reporter.
struct ReportSummary: Encodable, Sendable {
    let id: String
    let number: String
    let category: String
    let categoryName: String
    let state: Case.State
    let stateWords: String
    let place: String
    let receivedAt: Date
    let dueAt: Date?

    init(_ row: CaseRow, words: CaseWords) {
        id = row.matter.id.text
        number = row.matter.number
        category = row.matter.category
        categoryName = words.category(row.matter.category)
        state = row.matter.state
        stateWords = words.riderState(row.matter.state)
        place = words.place(of: row.matter)
        receivedAt = row.matter.receivedAt
        dueAt = row.dueAt
    }
}

/// A report with its story, for its reporter. What stays inside, such as remarks and names of staff, isn't in it.
struct ReportAnswer: Encodable, Sendable {
    struct Line: Encodable, Sendable {
        let at: Date
        let step: String
        let words: String
        let result: String?
        let photos: [PhotoAnswer]
    }

    let id: String
    let number: String
    let category: String
    let categoryName: String
    let state: Case.State
    let stateWords: String
    let description: String
    let position: Position?
    let accuracy: Double?
    let address: String?
    let identity: Reporter.Identity?
    let receivedAt: Date
    let closedAt: Date?
    let result: String?
    let rating: Case.Rating?
    let reopenRequest: Case.Request
    let photos: [PhotoAnswer]
    let clocks: [DueAnswer]
    let timeline: [Line]
    /// How the report stands that it was merged into.
    let mergedInto: Main?

    struct Main: Encodable, Sendable {
        let state: Case.State
        let stateWords: String
        let result: String?
        let timeline: [Line]
    }

    init(_ story: CaseStory, words: CaseWords) {
        let matter = story.matter
        mergedInto = story.main.map { main in
            let hasEnded = main.matter.state == .closed || main.matter.state == .declined
            return Main(
                state: main.matter.state, stateWords: words.riderState(main.matter.state),
                result: hasEnded ? main.matter.result.map(PersonalNumbers.masked) : nil,
                timeline: main.told.map { entry in
                    Line(
                        at: entry.at, step: entry.step,
                        words: words.t("case.told.\(entry.tells ?? "")", entry.told(words)),
                        result: entry.result.map(PersonalNumbers.masked), photos: [])
                })
        }
        id = matter.id.text
        number = matter.number
        category = matter.category
        categoryName = words.category(matter.category)
        state = matter.state
        stateWords = words.riderState(matter.state)
        description = matter.description
        position = matter.place.position
        accuracy = matter.place.accuracy
        address = matter.place.address
        identity = story.reporter?.identity
        receivedAt = matter.receivedAt
        closedAt = matter.closedAt
        result = matter.state == .closed || matter.state == .declined ? matter.result : nil
        rating = matter.rating
        reopenRequest = matter.reopenRequest
        photos = story.photos.filter { $0.step == nil }.map { PhotoAnswer($0, toItsSender: true) }
        clocks = story.clocks.map { DueAnswer($0, of: story, words: words) }
        timeline = story.timeline.filter { $0.tells != nil }.map { entry in
            Line(
                at: entry.at, step: entry.step,
                words: words.t("case.told.\(entry.tells ?? "")", entry.told(words)), result: entry.result,
                photos: story.photos.filter { $0.step == entry.id }
                    .map { PhotoAnswer($0, toItsSender: entry.isReporters) })
        }
    }
}
