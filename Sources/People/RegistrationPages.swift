import Directory
import Foundation
import Hummingbird
import Kernel
import Web

/// The first page's form as it came: what could be read of it, and what is wrong with it.
struct RegistrationForm: Sendable {
    var registration = ProfileCommands.Registration()
    /// `nil` when neither was chosen.
    var isAdult: Bool?
    var problems: [FieldProblem] = []

    init() {}

    init(_ form: Form, before: Person) {
        (registration.profile, problems) = Profile.read(form, before: before.profile)
        registration.territory =
            form.values["territory"] == nil
            ? before.territory : form["territory"].map { TerritoryCode(rawValue: String($0.prefix(15))) }
        isAdult = form["adult"].flatMap { ["yes": true, "no": false][$0] }
        for box in form.all("consent") {
            let parts = box.split(separator: "@", maxSplits: 1).map(String.init)
            if parts.count == 2 { registration.agreed[parts[0]] = parts[1] }
        }
    }
}

/// `/welcome`: once, after registering.
struct WelcomePage: Page {
    static let template = "people/welcome"

    struct Box: Sendable {
        let id: String
        let value: String
        let name: String
        let text: String
        let after: String
        let isSeparate: Bool
        let isTicked: Bool
    }

    /// What needs no consent, or gets it by filling in.
    struct Kept: Sendable {
        let name: String
        let text: String
        let law: String
        let keptFor: String
    }

    let to: String
    /// Who filled it in before.
    let author: String?
    let profile: ProfileFields
    let asksAge: Bool
    let isAdult: Bool
    let isMinor: Bool
    let boxes: [Box]
    let kept: [Kept]
    let errors: [String: String]
    let status: HTTPResponse.Status

    init(
        to: String, form: RegistrationForm, author: String? = nil, homes: [Territory], purposes: [Purpose],
        consents: Consents, asksAge: Bool,
        t: Strings, language: Language
    ) {
        self.to = to
        self.author = author.map { t("welcome.enrolled", ["name": $0]) }
        profile = ProfileFields(
            form.registration.profile, homes: homes, territory: form.registration.territory, t: t,
            problems: form.problems)
        self.asksAge = asksAge
        isAdult = form.isAdult == true
        isMinor = form.isAdult == false
        boxes = purposes.filter { $0.isBox && !consents.isGiven($0) }.map { purpose in
            Box(
                id: "consent-\(purpose.key)", value: "\(purpose.key)@\(purpose.version)", name: purpose.name(language),
                text: purpose.text(language), after: purpose.withdrawal(language),
                isSeparate: purpose.asking == .separate,
                isTicked: form.registration.agreed[purpose.key] == purpose.version)
        }
        kept = purposes.filter { !$0.isBox }.map { purpose in
            Kept(
                name: purpose.name(language), text: purpose.text(language), law: purpose.law(language),
                keptFor: purpose.keptFor(language))
        }
        errors = profile.errors
        status = form.problems.isEmpty ? .ok : .unprocessableContent
    }

    func title(_ t: Strings) -> String { t("welcome.title") }
}

/// What somebody under 18 reads instead.
struct TooYoungPage: Page {
    static let template = "people/too-young"

    func title(_ t: Strings) -> String { t("welcome.too-young.title") }
}
