import Foundation
import Hummingbird
import Kernel
import Web

/// What a rider reported, the newest first.
struct MyReportsPage: Page {
    static let template = "reports/list"

    struct Item: Sendable {
        let url: String
        let title: String
        let place: String
        let state: String
        let tone: String
        let due: String?
        let photoURL: String?
        let sent: String
        let asks: Bool
    }

    let items: [Item]
    let isEmpty: Bool
    let nextURL: String?

    init(_ rows: [CaseRow], photos: [ID<Case>: ID<Photo>], next: String?, words: CaseWords) {
        items = rows.map { Item($0, photo: photos[$0.matter.id], words: words) }
        isEmpty = rows.isEmpty
        nextURL = next.map { "/reports?cursor=\($0)" }
    }

    func title(_ t: Strings) -> String { t("report.list.title") }
}

extension MyReportsPage.Item {
    init(_ row: CaseRow, photo: ID<Photo>?, words: CaseWords) {
        let matter = row.matter
        url = "/reports/\(matter.id)"
        title = words.category(matter.category)
        place = words.place(of: matter)
        let isMerged = matter.mergedInto != nil
        state = isMerged ? words.t("case.state.merged") : words.state(matter.state)
        tone = isMerged ? "calm" : words.tone(of: matter.state)
        due = row.dueAt.map { words.t("report.due", ["day": words.shortDay(Day(of: $0 - 1))]) }
        photoURL = photo.map { "/photos/\($0)/small" }
        sent = words.time(matter.receivedAt)
        asks = matter.state == .closed && matter.rating == nil && !isMerged
    }
}

/// One report with its story, for the one who sent it.
struct MyReportPage: Page {
    static let template = "reports/show"

    struct Line: Sendable {
        let title: String
        let time: String
        let text: String?
        let photos: [PhotoLink]
    }

    struct PhotoLink: Sendable {
        let small: String
        let large: String
        /// For who sent it: when it was taken.
        let taken: String?
    }

    let number: String
    let heading: String
    let place: String
    let state: String
    let stateWords: String
    let tone: String
    let due: [DueLine]
    let description: String
    let photos: [PhotoLink]
    let lines: [Line]
    let result: String?
    /// Says that it goes on with another one.
    let merged: String?
    let identity: String
    let rateURL: String?
    let reopenURL: String?
    /// Where photos that come later go, while the report is open.
    let photosURL: String?
    let morePhotos: MorePhotos
    let reopenDays: String
    let rated: String?
    /// Whether a wish for another look came back; then what was written and sent with it, and what is wrong.
    let isRefused: Bool
    let note: String
    let attached: [ReportFormPage.Attached]
    let errorList: [FormFault]
    let errors: [String: String]
    let status: HTTPResponse.Status

    /// The form for photos that come later.
    struct MorePhotos: Sendable {
        let isRefused: Bool
        let note: String
        let attached: [ReportFormPage.Attached]
        let errors: [String: String]
    }

    struct DueLine: Sendable {
        let name: String
        let text: String
        let tone: String
        let why: [String]
    }

    init(_ story: CaseStory, identity: Reporter.Identity, words: CaseWords, refused: RefusedForm? = nil) {
        let matter = story.matter
        number = matter.number
        heading = words.category(matter.category)
        place = words.place(of: matter)
        // Once it is merged into another one, that one's way is what matters.
        let main = story.main
        let shown = main?.matter.state ?? matter.state
        state = words.state(shown)
        stateWords = words.riderState(shown)
        tone = words.tone(of: shown)
        merged = main.map { _ in words.t("report.show.merged") }
        description = matter.description
        photos = story.photos.filter { $0.step == nil }.map { PhotoLink($0, words: words) }
        due = (main?.clocks ?? story.clocks).filter(\.isOpen).compactMap { clock in
            words.due(clock).map { due in
                DueLine(
                    name: story.name(of: clock, words), text: due.day ?? due.text, tone: due.tone,
                    why: story.why(clock, words))
            }
        }
        lines =
            story.timeline.filter { $0.tells != nil }.map { entry in
                Line(
                    title: words.t("case.told.\(entry.tells ?? "")", entry.told(words)),
                    time: words.time(entry.at),
                    text: entry.isReporters ? entry.note : entry.result ?? words.reason(entry.reason, of: entry.step),
                    photos: story.photos.filter { $0.step == entry.id }
                        .map { entry.isReporters ? PhotoLink($0, words: words) : PhotoLink($0) })
            }
            + (main?.told ?? []).map { entry in
                // What officers write to one reporter, without numbers that may be his; and without the photos.
                Line(
                    title: words.t("case.told.\(entry.tells ?? "")", entry.told(words)), time: words.time(entry.at),
                    text: entry.result.map(PersonalNumbers.masked) ?? words.reason(entry.reason, of: entry.step),
                    photos: [])
            }
        let ended: [Case.State] = [.closed, .declined]
        result =
            if let main { ended.contains(shown) ? main.matter.result.map(PersonalNumbers.masked) : nil } else {
                ended.contains(shown) ? matter.result : nil
            }
        self.identity = words.t("report.identity.\(identity.rawValue).who-sees")
        let isClosed = matter.state == .closed
        rateURL = isClosed && shown == .closed && matter.rating == nil ? "/reports/\(matter.id)/rating" : nil
        let mayReopen =
            isClosed && matter.reopenRequest == .none
            && Day(of: words.now) - Day(of: matter.closedAt ?? words.now) <= words.facts.workflow.reopenWithinDays
        reopenURL = mayReopen ? "/reports/\(matter.id)/reopening" : nil
        reopenDays = "\(words.facts.workflow.reopenWithinDays)"
        rated = matter.rating.map { words.t("report.rated.\($0.rawValue)") }
        let mayAdd = words.facts.workflow.step("addPhotos")?.from.contains(matter.state) ?? false
        photosURL = mayAdd ? "/reports/\(matter.id)/photos" : nil
        errorList = (refused?.problems ?? []).map { FormFault($0, words.t) }
        let errors = FormFault.byField(errorList)
        let photos = (refused?.photos ?? []).map { ReportFormPage.Attached(id: $0.text, url: "/photos/\($0)/small") }
        let isPhotos = refused?.kind == .photos
        morePhotos = MorePhotos(
            isRefused: isPhotos, note: isPhotos ? refused?.note ?? "" : "", attached: isPhotos ? photos : [],
            errors: isPhotos ? errors : [:])
        isRefused = refused?.kind == .reopening
        note = isRefused ? refused?.note ?? "" : ""
        attached = isRefused ? photos : []
        self.errors = isRefused ? errors : [:]
        status = refused == nil ? .ok : .unprocessableContent
    }

    func title(_ t: Strings) -> String { heading }
}

extension MyReportPage.PhotoLink {
    init(_ photo: Photo) {
        small = "/photos/\(photo.id)/small"
        large = "/photos/\(photo.id)/large"
        taken = nil
    }

    /// The same for who sent it.
    init(_ photo: Photo, words: CaseWords) {
        small = "/photos/\(photo.id)/small"
        large = "/photos/\(photo.id)/large"
        taken = photo.evidence.takenAt.map { words.t("report.show.taken", ["time": words.time($0)]) }
    }
}
