import Directory
import Foundation
import Hummingbird
import Kernel
import Web

/// `/sign-in`, first step: the number.
struct PhonePage: Page {
    static let template = "people/phone"
    let to: String
    var phone = ""
    var errors: [String: String] = [:]
    /// What went wrong besides the number itself.
    var notice: String?
    var status: HTTPResponse.Status = .ok

    func title(_ t: Strings) -> String { t("signIn.phone.title") }
}

/// `/sign-in`, second step: the code.
struct CodePage: Page {
    static let template = "people/code"
    let to: String
    let maskedPhone: String
    /// In the demo, where no message is sent.
    let shownCode: String?
    var errors: [String: String] = [:]
    var notice: String?
    var status: HTTPResponse.Status = .ok

    func title(_ t: Strings) -> String { t("signIn.code.title") }
}

/// `/sign-in/staff`
struct StaffSignInPage: Page {
    static let template = "people/staff"
    let to: String
    var login = ""
    var errors: [String: String] = [:]
    var notice: String?
    var status: HTTPResponse.Status = .ok

    func title(_ t: Strings) -> String { t("signIn.staff.title") }
}

/// `/me`
struct MePage: Page {
    struct Door: Sendable {
        let device: String
        let since: String
        let seen: String
        let isThis: Bool
        let endURL: String
    }

    static let template = "people/me"
    let frame: String
    let isStaff: Bool
    /// Whether conflicts of interest matter in what the person does.
    let declares: Bool
    let name: String
    /// The masked number of a rider, the login of staff.
    let door: String
    let roles: [String]
    let profile: ProfileFields
    let sessions: [Door]
    let hasOthers: Bool
    /// Whether something was asked anew that nobody has answered yet.
    let isAsked: Bool
    var status: HTTPResponse.Status = .ok

    init(
        _ person: Person, roles: [String], profile: ProfileFields, sessions: [OpenSession], current: ID<Session>,
        isAsked: Bool = false, declares: Bool = false, t: Strings, status: HTTPResponse.Status = .ok
    ) {
        isStaff = person.kind == .staff
        self.declares = declares
        frame = isStaff ? "work" : "rider"
        name = person.callName
        door = person.phone?.masked ?? person.login?.text ?? ""
        self.roles = roles
        self.profile = profile
        self.sessions = sessions.map { session in
            Door(
                device: t("me.device.\(session.device.rawValue)"),
                since: session.createdAt.minuteText, seen: session.seenAt.minuteText, isThis: session.id == current,
                endURL: "/me/sessions/\(session.id)/end")
        }
        hasOthers = sessions.contains { $0.id != current }
        self.isAsked = isAsked
        self.status = status
    }

    func title(_ t: Strings) -> String { t("me.title") }
}

/// What somebody says of themselves, as fields of a form.
package struct ProfileFields: Sendable {
    let name: String
    let platforms: [ChoiceItem]
    let company: String
    let site: String
    /// The city's territories; empty where nobody chooses.
    let territories: [ChoiceItem]
    let hasTerritories: Bool
    package let errors: [String: String]

    package init(
        _ profile: Profile, homes: [Territory] = [], territory: TerritoryCode? = nil, t: Strings,
        problems: [FieldProblem] = []
    ) {
        territories = homes.map { home in
            ChoiceItem(value: home.code.rawValue, name: home.name, isChosen: home.code == territory)
        }
        hasTerritories = !homes.isEmpty
        name = profile.name ?? ""
        platforms = Platform.allCases.map { platform in
            ChoiceItem(
                value: platform.rawValue, name: t("platform.\(platform.rawValue)"),
                isChosen: platform == profile.platform)
        }
        company = profile.company ?? ""
        site = profile.site ?? ""
        errors = problems.reduce(into: [:]) { $0[$1.field] = t("field.\($1.name)", $1.details) }
    }
}
