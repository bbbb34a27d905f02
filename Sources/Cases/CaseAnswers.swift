import Deadlines
import Directory
import Foundation
import Kernel
import People
import Web

/// A due date as the API gives it.
struct DueAnswer: Encodable, Sendable {
    let clock: String
    let title: String
    let kind: String
    let state: String
    let startedAt: Date
    let due: Day?
    let dueAt: Date?
    /// The year whose calendar is missing.
    let unknown: Int?
    let why: [String]

    init(_ clock: CaseClock, of story: CaseStory, words: CaseWords) {
        let deadline = clock.deadline(by: words.facts.clocks, in: words.calendar)
        self.clock = clock.name
        title = story.name(of: clock, words)
        kind = clock.kind.rawValue
        state = clock.state.rawValue
        startedAt = clock.startedAt
        switch deadline?.due {
        case .day(let day): (due, dueAt, unknown) = (day, nil, nil)
        case .instant(let instant): (due, dueAt, unknown) = (Day(of: instant), instant, nil)
        case .unknown(let year): (due, dueAt, unknown) = (nil, nil, year)
        case nil: (due, dueAt, unknown) = (nil, nil, nil)
        }
        why = story.why(clock, words)
    }
}

struct PhotoAnswer: Encodable, Sendable {
    let id: String
    let small: String
    let large: String
    let width: Int
    let height: Int
    /// For who sent it: when it was taken, as far as that is known.
    let capturedAt: Date?

    init(_ photo: Photo, toItsSender isTheirs: Bool = false) {
        id = photo.id.text
        small = "/api/v1/photos/\(photo.id)/small"
        large = "/api/v1/photos/\(photo.id)/large"
        width = photo.width
        height = photo.height
        capturedAt = isTheirs ? photo.evidence.takenAt : nil
    }
}

/// A case in a list of the workbench.
struct CaseSummary: Encodable, Sendable {
    let id: String
    let number: String
    let category: String
    let categoryName: String
    let severity: Int
    let state: Case.State
    let outcome: Case.Outcome?
    let position: Position?
    let address: String?
    let territory: String
    let office: String
    let handler: String?
    let receivedAt: Date
    let dueAt: Date?
    let dueClock: String?
    let version: Int

    /// `access`: in a list there is none for each row, and nobody's numbers are shown.
    init(_ row: CaseRow, access: CaseAccess? = nil, words: CaseWords) {
        let matter = row.matter
        id = matter.id.text
        number = matter.number
        category = matter.category
        categoryName = words.category(matter.category)
        severity = matter.severity
        state = matter.state
        outcome = matter.outcome
        position = matter.place.position
        address = matter.place.address.map { access?.readable($0) ?? PersonalNumbers.masked(in: $0) }
        territory = matter.territory.codes.last?.rawValue ?? ""
        office = matter.office.text
        handler = matter.handler?.text
        receivedAt = matter.receivedAt
        dueAt = row.dueAt
        dueClock = row.dueClock
        version = matter.version
    }
}

/// A case with its story, for those who work on it. Who reported is an alias.
struct CaseAnswer: Encodable, Sendable {
    struct Line: Encodable, Sendable {
        let at: Date
        let step: String
        let title: String
        let actor: String?
        let from: Case.State?
        let to: Case.State
        let note: String?
        let result: String?
        let reason: String?
        let photos: [PhotoAnswer]
    }

    /// Whom the case is about.
    struct Business: Encodable, Sendable {
        let id: ID<OrganisationEntity>
        let code: String
        let name: String
    }

    let summary: CaseSummary
    let description: String
    let reporter: String
    let identity: Reporter.Identity?
    let result: String?
    let body: String?
    let receipt: String?
    let businesses: [Business]
    let extensionRequest: Case.Request
    let reopenRequest: Case.Request
    let rating: Case.Rating?
    let photos: [PhotoAnswer]
    let clocks: [DueAnswer]
    let timeline: [Line]
    /// The steps that the caller may take now.
    let steps: [String]
    /// Who can be named with them.
    let choices: Choices

    struct Choices: Encodable, Sendable {
        struct Choice: Encodable, Sendable {
            let id: String
            let name: String
        }

        /// By the step that takes an office: `dispatch`, `forward`.
        let offices: [String: [Choice]]
        let handlers: [Choice]
    }

    init(_ story: CaseStory, access: CaseAccess, words: CaseWords, offices: [Office], officers: [Colleague]) {
        let matter = story.matter
        let first = story.clocks.filter { $0.state == .running && $0.dueAt != nil }
            .min { ($0.dueAt ?? .distantFuture, $0.id) < ($1.dueAt ?? .distantFuture, $1.id) }
        summary = CaseSummary(
            CaseRow(matter: matter, dueAt: first?.dueAt, dueClock: first?.name), access: access, words: words)
        description = access.readable(matter.description)
        reporter = story.reporter.map { "#\($0.alias)" } ?? ""
        identity = story.reporter?.identity
        result = matter.result
        body = matter.body
        receipt = matter.receipt
        businesses = story.businesses.map { Business(id: $0.id, code: $0.code, name: $0.name) }
        extensionRequest = matter.extensionRequest
        reopenRequest = matter.reopenRequest
        rating = matter.rating
        photos = story.photos.filter { $0.step == nil }.map { PhotoAnswer($0) }
        clocks = story.clocks.map { DueAnswer($0, of: story, words: words) }
        timeline = story.timeline.map { entry in
            Line(
                at: entry.at, step: entry.step, title: words.step(entry.step),
                actor: entry.actor.flatMap { story.name(of: $0, in: entry) }, from: entry.from, to: entry.to,
                note: access.note(of: entry),
                result: entry.result, reason: entry.reason,
                photos: story.photos.filter { $0.step == entry.id }.map { PhotoAnswer($0) })
        }
        let open = story.steps(in: words.facts.workflow, for: access)
        steps = open.map(\.name)
        let targets = open.filter { $0.takes(.office) }.map { step in
            let offices = StepForm.targets(of: step, for: matter, offices: offices)
            return (step.name, offices.map { Choices.Choice(id: $0.id.text, name: $0.name(words.language)) })
        }
        choices = Choices(
            offices: Dictionary(uniqueKeysWithValues: targets),
            handlers: open.contains { $0.takes(.handler) }
                ? officers.map { Choices.Choice(id: $0.id.text, name: $0.name) } : [])
    }

    func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(description, forKey: .description)
        try values.encode(reporter, forKey: .reporter)
        try values.encodeIfPresent(identity, forKey: .identity)
        try values.encodeIfPresent(result, forKey: .result)
        try values.encodeIfPresent(body, forKey: .body)
        try values.encodeIfPresent(receipt, forKey: .receipt)
        try values.encode(businesses, forKey: .businesses)
        try values.encode(extensionRequest, forKey: .extensionRequest)
        try values.encode(reopenRequest, forKey: .reopenRequest)
        try values.encodeIfPresent(rating, forKey: .rating)
        try values.encode(photos, forKey: .photos)
        try values.encode(clocks, forKey: .clocks)
        try values.encode(timeline, forKey: .timeline)
        try values.encode(steps, forKey: .steps)
        try values.encode(choices, forKey: .choices)
    }

    private enum Key: String, CodingKey {
        case description, reporter, identity, result, body, receipt, businesses, extensionRequest, reopenRequest
        case rating, photos
        case clocks, timeline, steps, choices
    }
}
