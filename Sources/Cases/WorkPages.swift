import Access
import Foundation
import Hummingbird
import Kernel
import Web

/// The workbench's list: what waits, for whom, until when.
struct WorkListPage: Page {
    static let template = "work/list"

    struct Chip: Sendable {
        let url: String
        let name: String
        let count: String?
        let isCurrent: Bool
    }

    struct Item: Sendable {
        let url: String
        let title: String
        let number: String
        let place: String
        let state: String
        let tone: String
        let due: String?
        let dueTone: String
        let office: String
        let handler: String?
        let received: String
    }

    struct Option: Sendable {
        let value: String
        let name: String
        let isChosen: Bool
    }

    let chips: [Chip]
    let items: [Item]
    let isEmpty: Bool
    let total: String
    let nextURL: String?
    let firstURL: String?
    let text: String
    /// Why the words weren't searched for.
    let refusal: String?
    let view: String
    let groups: [Option]
    let states: [Option]
    let isNarrowed: Bool
    let map: MapSettings
    /// What the map shows, as JSON.
    let points: String
    let units: String

    func title(_ t: Strings) -> String { t("work.list.title") }
}

extension WorkListPage.Item {
    init(
        _ row: CaseRow, clocks: [CaseClock], offices: [ID<OfficeEntity>: LocalizedText], names: [ID<Account>: String],
        words: CaseWords
    ) {
        let matter = row.matter
        url = "/work/cases/\(matter.id)"
        title = words.category(matter.category)
        number = matter.number
        place = PersonalNumbers.masked(in: words.place(of: matter))
        state = words.state(matter.state)
        tone = words.tone(of: matter.state)
        let first = clocks.first { $0.name == row.dueClock && $0.isOpen } ?? clocks.first { $0.isOpen }
        let due = first.flatMap(words.due)
        self.due = due?.text
        dueTone = due?.tone ?? ""
        office = offices[matter.office]?(words.language) ?? ""
        handler = matter.handler.flatMap { names[$0] }
        received = words.time(matter.receivedAt)
    }
}

/// One case, for those who work on it.
struct WorkCasePage: Page {
    static let template = "work/case"

    /// Whom the case is about.
    struct Business: Sendable {
        let name: String
        let code: String
    }

    struct Stage: Sendable {
        let name: String
        let isDone: Bool
        let isNow: Bool
    }

    struct Clock: Sendable {
        let name: String
        let kind: String
        let text: String
        let tone: String
        let day: String?
        let why: [String]
        let isOpen: Bool
    }

    struct Line: Sendable {
        let title: String
        let time: String
        let who: String
        let details: [String]
        let note: String?
        let result: String?
        let photos: [MyReportPage.PhotoLink]
    }

    let id: String
    let number: String
    let heading: String
    let path: String
    let state: String
    let tone: String
    let stages: [Stage]
    let description: String
    let place: String
    let accuracy: String?
    let territory: String
    let hasBusinesses: Bool
    let businesses: [Business]
    let office: String
    let handler: String?
    let reporter: String
    let reporterURL: String?
    let photos: [MyReportPage.PhotoLink]
    let evidence: [String]
    let clocks: [Clock]
    let lines: [Line]
    let steps: [StepForm]
    let hasSteps: Bool
    let map: MapSettings
    let hasMap: Bool
    let points = ""
    let requests: [String]
    /// The case that it was merged into, and those that were merged into it.
    let main: MergedLink?
    let merged: [MergedLink]
    let hasMerged: Bool
    /// Open cases that may be of the same fact.
    let similar: [SimilarCase]
    let hasSimilar: Bool
    let hold: HoldPart
    let errorList: [FormFault]
    let status: HTTPResponse.Status

    func title(_ t: Strings) -> String { "\(number) \(heading)" }
}

/// A step that the caller may take now, as a form.
struct StepForm: Sendable {
    struct Option: Sendable {
        let value: String
        let name: String
        let chosen: Bool
    }

    struct OptionGroup: Sendable {
        let name: String
        let options: [Option]
    }

    let name: String
    let title: String
    let url: String
    let photoURL: String
    let version: String
    let isNext: Bool
    let open: Bool
    let id: String
    let takesNote: Bool
    let needsNote: Bool
    let takesResult: Bool
    let needsResult: Bool
    let reasons: [Option]
    let takesReason: Bool
    let categories: [OptionGroup]
    let takesCategory: Bool
    let offices: [Option]
    let takesOffice: Bool
    let handlers: [Option]
    let takesHandler: Bool
    let bodies: [Option]
    let takesBody: Bool
    let takesReceipt: Bool
    /// By typing its code or name.
    let takesBusiness: Bool
    /// One of those that were named before.
    let takesNamedBusiness: Bool
    let businesses: [Option]
    let business: String
    let takesDay: Bool
    let needsDay: Bool
    let takesPhotos: Bool
    /// The case that this one goes into: one of those that look like it, or any other by its number.
    let takesInto: Bool
    let candidates: [SimilarCase]
    let hasCandidates: Bool
    let intoNumber: String
    let takesNewFacts: Bool
    let hasNewFacts: Bool
    let note: String
    let result: String
    let receipt: String
    let day: String
    let earliest: String
    let attached: [ReportFormPage.Attached]
    let errors: [String: String]
}

/// Who reported a case, for its handler alone.
struct ReporterPage: Page {
    static let template = "work/reporter"
    let number: String
    let name: String
    let phone: String
    let platform: String
    let backURL: String

    func title(_ t: Strings) -> String { t("work.reporter.title") }
}
