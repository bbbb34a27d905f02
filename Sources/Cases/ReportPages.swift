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

    let id: String
    let groups: [Group]
    let identities: [Identity]
    let attached: [Attached]
    let place: Place
    /// The question whether it is one of the reports near by.
    let nearby: NearbyPart?
    let description: String
    let map: MapSettings
    let points = ""
    let errorList: [FormFault]
    let errors: [String: String]
    let status: HTTPResponse.Status

    init(
        _ form: ReportForm, nearby: NearbyPart? = nil, facts: CaseFacts, map: MapSettings, t: Strings,
        language: Language
    ) {
        self.nearby = nearby
        id = form.id?.text ?? ""
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
        let faults = form.problems.map { FormFault($0, t) }
        errorList = faults
        errors = FormFault.byField(faults)
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
