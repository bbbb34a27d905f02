import Deadlines
import Foundation
import Hummingbird
import Kernel
import Web

/// The form in which a rider reports something; shown again with everything in it when something was wrong.
struct ReportFormPage: Page {
    static let template = "reports/new"

    struct Group: Sendable {
        let name: String
        let count: String
        let open: Bool
        let categories: [Choice]
    }

    struct Choice: Sendable {
        let code: String
        let name: String
        let hint: String?
        let searchText: String
        let checked: Bool
        let stop: Stop?
    }

    struct Stop: Sendable {
        let question: String
        let numbers: [Line]
    }

    struct Line: Sendable {
        let number: String
        let name: String
    }

    struct Identity: Sendable {
        let value: String
        let name: String
        let whoSees: String
        let checked: Bool
    }

    struct Attached: Sendable {
        let id: String
        let url: String
    }

    struct Place: Sendable {
        var lat = ""
        var lng = ""
        var accuracy = ""
        var positionSource = ""
        var address = ""
    }

    struct Fault: Sendable {
        let field: String
        let detail: String
    }

    let id: String
    let groups: [Group]
    let identities: [Identity]
    let attached: [Attached]
    let place: Place
    let description: String
    let map: MapSettings
    let points = ""
    /// Differs per account, so that a draft on a shared phone is given back to nobody else.
    let owner: String
    let errorList: [Fault]
    let errors: [String: String]
    let status: HTTPResponse.Status

    init(
        _ form: ReportForm, owner: ID<Account>, facts: CaseFacts, map: MapSettings, t: Strings, language: Language
    ) {
        id = form.id.text
        self.owner = CaseNumber.alias(from: owner.uuid)
        groups = facts.categories.groups.map { group in
            let categories = group.categories.map {
                Choice($0, in: group, facts: facts, form: form, language: language)
            }
            return Group(
                name: group.name(language), count: "\(categories.count)", open: categories.contains(where: \.checked),
                categories: categories)
        }
        identities = [Reporter.Identity.named, .confidential].map { identity in
            Identity(
                value: identity.rawValue, name: t("report.identity.\(identity.rawValue).name"),
                whoSees: t("report.identity.\(identity.rawValue).who-sees"), checked: form.identity == identity)
        }
        attached = form.photos.map { Attached(id: $0.text, url: "/photos/\($0)/small") }
        place = Place(
            lat: form.raw["lat"] ?? "", lng: form.raw["lng"] ?? "", accuracy: form.raw["accuracy"] ?? "",
            positionSource: form.raw["positionSource"] ?? "", address: form.raw["address"] ?? "")
        description = form.raw["description"] ?? ""
        self.map = map
        let faults = form.problems.map { problem in
            Fault(field: problem.field, detail: t("field.\(problem.name)", problem.details))
        }
        errorList = faults
        errors = faults.reduce(into: [:]) { errors, fault in
            errors[fault.field] = [errors[fault.field], fault.detail].compactMap(\.self).joined(separator: " ")
        }
        status = faults.isEmpty ? .ok : .unprocessableContent
    }

    func title(_ t: Strings) -> String { t("report.new.title") }
}

extension ReportFormPage.Choice {
    fileprivate init(
        _ category: Category, in group: Categories.Group, facts: CaseFacts, form: ReportForm, language: Language
    ) {
        code = category.code
        name = category.name(language)
        hint = category.duty == .handOver ? category.department(language) : nil
        searchText = [
            category.name.chinese, category.name.english, group.name.chinese, group.name.english,
            category.keywords ?? "", category.code,
        ].joined(separator: " ").lowercased()
        checked = form.raw["category"] == category.code
        stop = category.stop.flatMap { facts.categories.stops[$0] }.map { stop in
            ReportFormPage.Stop(
                question: stop.question(language),
                numbers: stop.numbers.map { ReportFormPage.Line(number: $0.number, name: $0.name(language)) })
        }
    }
}

/// How the map's base is loaded; from the configuration.
package struct MapSettings: Sendable {
    package let tiles: String
    package let attribution: String
    package let crs: String
    package let lat: String
    package let lng: String
    package let accuracy: String
    package let level: String
    package let zoom: String

    package init(
        tiles: String = "", attribution: String = "", crs: String = "wgs84", centre: Position? = nil,
        accuracy: Double? = nil, level: String = "township", zoom: String = ""
    ) {
        self.zoom = zoom
        self.tiles = tiles
        self.attribution = attribution
        self.crs = crs
        lat = centre.map { "\($0.lat)" } ?? ""
        lng = centre.map { "\($0.lng)" } ?? ""
        self.accuracy = accuracy.map { "\($0)" } ?? ""
        self.level = level
    }

    func centred(on position: Position?, accuracy: Double? = nil, zoom: String = "") -> MapSettings {
        MapSettings(
            tiles: tiles, attribution: attribution, crs: crs, centre: position, accuracy: accuracy, level: level,
            zoom: zoom)
    }

    /// Where a map starts on which nothing is marked yet.
    package var home: Position? {
        Double(lat).flatMap { lat in Double(lng).map { Position(lat: lat, lng: $0) } }
    }
}

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
        state = words.state(matter.state)
        tone = words.tone(of: matter.state)
        due = row.dueAt.map { words.t("report.due", ["day": words.shortDay(Day(of: $0 - 1))]) }
        photoURL = photo.map { "/photos/\($0)/small" }
        sent = words.time(matter.receivedAt)
        asks = matter.state == .closed && matter.rating == nil
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
    let identity: String
    let rateURL: String?
    let reopenURL: String?
    let reopenDays: String
    let rated: String?
    let errors: [String: String]

    struct DueLine: Sendable {
        let name: String
        let text: String
        let tone: String
        let why: [String]
    }

    init(_ story: CaseStory, identity: Reporter.Identity, words: CaseWords, problems: [FieldProblem] = []) {
        let matter = story.matter
        number = matter.number
        heading = words.category(matter.category)
        place = words.place(of: matter)
        state = words.state(matter.state)
        stateWords = words.riderState(matter.state)
        tone = words.tone(of: matter.state)
        description = matter.description
        photos = story.photos.filter { $0.step == nil }.map(PhotoLink.init)
        due = story.clocks.filter(\.isOpen).compactMap { clock in
            words.due(clock).map { due in
                DueLine(
                    name: story.name(of: clock, words), text: due.day ?? due.text, tone: due.tone,
                    why: story.why(clock, words))
            }
        }
        lines = story.timeline.filter { $0.tells != nil }.map { entry in
            Line(
                title: words.t("case.told.\(entry.tells ?? "")", entry.told(words)),
                time: words.time(entry.at), text: entry.result ?? words.reason(entry.reason, of: entry.step),
                photos: story.photos.filter { $0.step == entry.id }.map(PhotoLink.init))
        }
        result = matter.state == .closed || matter.state == .declined ? matter.result : nil
        self.identity = words.t("report.identity.\(identity.rawValue).who-sees")
        let isClosed = matter.state == .closed
        rateURL = isClosed && matter.rating == nil ? "/reports/\(matter.id)/rating" : nil
        let mayReopen =
            isClosed && matter.reopenRequest == .none
            && Day(of: words.now) - Day(of: matter.closedAt ?? words.now) <= words.facts.workflow.reopenWithinDays
        reopenURL = mayReopen ? "/reports/\(matter.id)/reopening" : nil
        reopenDays = "\(words.facts.workflow.reopenWithinDays)"
        rated = matter.rating.map { words.t("report.rated.\($0.rawValue)") }
        errors = problems.reduce(into: [:]) { $0[$1.field] = words.t("field.\($1.name)", $1.details) }
    }

    func title(_ t: Strings) -> String { heading }
}

extension MyReportPage.PhotoLink {
    init(_ photo: Photo) {
        small = "/photos/\(photo.id)/small"
        large = "/photos/\(photo.id)/large"
    }
}
