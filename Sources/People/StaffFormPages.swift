import Access
import Directory
import Foundation
import Hummingbird
import Kernel
import Web

/// `/admin/staff/new`
struct NewStaffPage: Page {
    static let template = "staff/new"
    let form: DeskForm
    let errorList: [FormFault]
    let status: HTTPResponse.Status

    init(_ form: DeskForm) {
        self.form = form
        errorList = form.errorList(["login", "name", "totp"])
        status = form.status
    }

    func title(_ t: Strings) -> String { t("staff.new.title") }
}

/// What is shown this once, after an account was made or one of its secrets was made anew.
struct HandedPage: Page {
    static let template = "staff/handed"
    let url: String
    let name: String
    let login: String
    let password: String?
    let secret: String?
    /// What an authenticator app reads.
    let address: String?
    /// The same as a drawing for a camera.
    let picture: String?
    let isNew: Bool

    init(_ handed: StaffCommands.Handed, name: String, isNew: Bool) {
        url = "/admin/staff/\(handed.account)"
        self.name = name
        login = handed.login.text
        password = handed.password
        secret = handed.oneTimePassword.map { secret in
            // In groups of four, as people type it.
            Swift.stride(from: 0, to: secret.base32.count, by: 4).map { start in
                String(secret.base32.dropFirst(start).prefix(4))
            }.joined(separator: " ")
        }
        address = handed.oneTimePassword?.address(for: handed.login)
        picture = address.flatMap { QRCode($0) }?.path
        self.isNew = isNew
    }

    func title(_ t: Strings) -> String { t("staff.handed.title") }
}

/// `/admin/staff/:account/grant`
struct GrantPage: Page {
    typealias Option = StaffListPage.Option

    static let template = "staff/grant"
    let url: String
    let name: String
    let roles: [Option]
    let offices: [Option]
    let territories: [Option]
    let sectors: [Option]
    let form: DeskForm
    let errorList: [FormFault]
    let status: HTTPResponse.Status

    /// `held` are the roles that the account has or will have: who has one of the three guards' gets no other, and the other
    /// way round.
    init(
        _ account: StaffAccount, _ form: DeskForm, held: [Role], offices: [Office], territories: [Territory],
        sectors: Sectors, t: Strings, language: Language
    ) {
        url = "/admin/staff/\(account.person.id)"
        name = account.person.callName
        let open = Role.staff.filter { role in
            let all = Set(held + [role]).subtracting([.everyone])
            return all.count < 2 || all.isDisjoint(with: Role.guards)
        }
        func option(_ field: String, _ value: String, _ name: String) -> Option {
            Option(value: value, name: name, isChosen: form.values[field] == value)
        }
        roles = open.map { option("role", $0.rawValue, t("role.\($0.rawValue)")) }
        self.offices = offices.map { option("office", $0.id.text, $0.name(language)) }
        self.territories = territories.map { territory in
            let indent = String(repeating: "　", count: max(0, territory.path.codes.count - 1))
            return option("territory", territory.code.rawValue, indent + territory.name)
        }
        self.sectors = sectors.all.map {
            option("sector", $0.path.rawValue, sectors.title(of: $0.path, in: language))
        }
        self.form = form
        errorList = form.errorList(["role", "office", "territory", "sector", "from", "until", "reason", "totp"])
        status = form.status
    }

    func title(_ t: Strings) -> String { t("staff.grant.title") }
}

/// `/admin/staff/:account/leave`
struct LeavePage: Page {
    struct Colleague: Sendable {
        let login: String
        let name: String
    }

    static let template = "staff/leave"
    let url: String
    let name: String
    let colleagues: [Colleague]
    let form: DeskForm
    let errorList: [FormFault]
    let status: HTTPResponse.Status

    init(_ account: StaffAccount, _ form: DeskForm, colleagues: [StaffAccount]) {
        url = "/admin/staff/\(account.person.id)"
        name = account.person.callName
        self.colleagues = colleagues.map {
            Colleague(login: $0.person.login?.text ?? "", name: $0.person.callName)
        }
        self.form = form
        errorList = form.errorList(["standIn", "from", "until", "reason", "totp"])
        status = form.status
    }

    func title(_ t: Strings) -> String { t("staff.leave.title") }
}

/// An act on an account that wants to be confirmed.
struct StaffActPage: Page {
    static let template = "staff/act"
    let heading: String
    let lead: String
    let button: String
    let isGrave: Bool
    let url: String
    let action: String
    let name: String
    let login: String
    /// What it is about, or what it ends.
    let about: [String]
    /// The open cases that go back to an office, one line for each.
    let work: [String]
    let hasWork: Bool
    let asksReason: Bool
    let form: DeskForm
    let errorList: [FormFault]
    let status: HTTPResponse.Status

    init(
        _ act: StaffAct, _ account: StaffAccount, _ form: DeskForm, about: [String], work: [String], path: String,
        t: Strings
    ) {
        heading = t("staff.act.\(act.rawValue).title")
        lead = t("staff.act.\(act.rawValue).lead")
        button = t("staff.act.\(act.rawValue).button")
        isGrave = act.isGrave
        url = "/admin/staff/\(account.person.id)"
        action = path
        name = account.person.callName
        login = account.person.login?.text ?? ""
        self.about = about
        self.work = work
        hasWork = !work.isEmpty
        asksReason = act.asksReason
        self.form = form
        errorList = form.errorList(["reason", "totp"])
        status = form.status
    }

    /// What a departure ends, one line each.
    static func ends(_ farewell: StaffCommands.Farewell, t: Strings) -> [String] {
        [
            ("grants", farewell.grants), ("standIns", farewell.standIns), ("standsIn", farewell.standsIn),
            ("sessions", farewell.sessions), ("codes", farewell.recoveryCodes),
        ].filter { $0.1 > 0 }.map { what, count in t("staff.departure.\(what)", count: count) }
            + [t("staff.departure.password")]
    }

    /// Where open cases go, and who assigns them there.
    static func line(_ work: StaffCommands.OpenWork, t: Strings, language: Language) -> String {
        let details = [
            "office": work.office.name(language), "count": t("staff.departure.cases", count: work.count),
            "names": work.supervisors.joined(separator: t("staff.and")),
        ]
        return t(work.supervisors.isEmpty ? "staff.departure.nobody" : "staff.departure.supervisors", details)
    }

    func title(_ t: Strings) -> String { heading }
}
