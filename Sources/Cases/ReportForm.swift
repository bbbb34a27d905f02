import Foundation
import Kernel
import Web

/// The report form as it came: what could be read of it, what is wrong with it, and the raw input for showing it again.
struct ReportForm: Sendable {
    /// `nil` only in the form that a phone keeps: each report needs its own.
    let id: ID<Case>?
    let raw: [String: String]
    var photos: [ID<Photo>]
    let identity: Reporter.Identity
    var problems: [FieldProblem] = []
    private(set) var category: Category?
    private(set) var place: Case.Place?
    /// Whether the person has said if theirs is one of the reports near by.
    let hasDecided: Bool
    private let joins: ID<Case>?

    /// An empty form. Nobody is named who hasn't agreed to it.
    init(id: ID<Case>?, identity: Reporter.Identity = .confidential) {
        self.id = id
        raw = [:]
        photos = []
        self.identity = identity
        (hasDecided, joins) = (false, nil)
    }

    init(_ form: Form, fallback: ID<Case>, categories: Categories) {
        let sent = form["id"].flatMap { ID<Case>($0) }
        id = sent.map { $0.uuid.version == 7 ? $0 : fallback } ?? fallback
        raw = form.values.compactMapValues(\.first)
        photos = form.all("photoId").compactMap { ID($0) }
        hasDecided = form.values["joins"] != nil
        joins = form["joins"].flatMap { ID($0) }
        identity = form["identity"].flatMap { Reporter.Identity(rawValue: $0) } ?? .confidential
        category = form["category"].flatMap { categories.category($0) }
        if category == nil { problems.append(FieldProblem("category", "category-missing")) }
        readPlace(form)
        _ = form.text("description", limit: 1000, problems: &problems)
    }

    private mutating func readPlace(_ form: Form) {
        let lat = form["lat"].flatMap { Double($0) }
        let lng = form["lng"].flatMap { Double($0) }
        let position = lat.flatMap { lat in lng.flatMap { Position(checkedLat: lat, lng: $0) } }
        let address = form.text("address", limit: 200, problems: &problems)
        if position == nil, address == nil {
            problems.append(FieldProblem("position", "place-missing"))
            return
        }
        let accuracy = form["accuracy"].flatMap { Double($0) }.flatMap { (0...100_000).contains($0) ? $0 : nil }
        let source = form["positionSource"].flatMap { Case.Place.Source(rawValue: $0) }
        place = Case.Place(
            position: position, accuracy: position == nil ? nil : accuracy,
            source: position == nil ? .address : source ?? .map, address: address)
    }

    var hasWords: Bool {
        !(raw["description"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines).isEmpty
    }

    /// The draft, when nothing is wrong.
    var draft: ReportDraft? {
        guard problems.isEmpty, let id, let category, let place else { return nil }
        return ReportDraft(
            id: id, category: category, place: place,
            description: raw["description"]?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "", identity: identity,
            joins: joins)
    }
}

/// A wish for another look, or photos to add, that couldn't be taken as they were: what was sent, for showing it again.
struct RefusedForm: Sendable {
    enum Kind: Sendable {
        case reopening, photos
    }

    var kind = Kind.reopening
    let note: String
    let photos: [ID<Photo>]
    let problems: [FieldProblem]
}
