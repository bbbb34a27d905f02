import Access
import Directory
import Foundation
import Hummingbird
import Kernel
import Web

/// `/admin/staff`
struct StaffListPage: Page {
    struct Line: Sendable {
        let url: String
        let name: String
        let login: String
        let roles: [String]
        let standing: String
        let tone: String
    }

    struct Option: Sendable {
        let value: String
        let name: String
        let isChosen: Bool
    }

    static let template = "staff/list"
    let search: String
    let roles: [Option]
    let standings: [Option]
    let lines: [Line]
    let isEmpty: Bool
    let isNarrowed: Bool
    /// That there should be more than one to give accounts and roles.
    let isLonely: Bool
    let firstURL: String?
    let nextURL: String?

    init(
        _ found: [StaffAccount], roles held: [ID<Account>: [Grant]], securityAdministrators: Int, query: StaffQuery,
        pageSize: Int, t: Strings
    ) {
        let shown = found.prefix(pageSize)
        search = query.text ?? ""
        roles = Role.staff.map {
            Option(value: $0.rawValue, name: t("role.\($0.rawValue)"), isChosen: $0 == query.role)
        }
        standings = StaffAccount.Standing.allCases.map {
            Option(value: $0.rawValue, name: t("staff.state.\($0.rawValue)"), isChosen: $0 == query.standing)
        }
        lines = shown.map { account in
            let id = account.person.id
            var names: [String] = []
            for grant in held[id] ?? [] where grant.role != .everyone {
                let role = t("role.\(grant.role.rawValue)")
                let name = grant.actingFor == nil ? role : t("staff.list.acting", ["role": role])
                if !names.contains(name) { names.append(name) }
            }
            return Line(
                url: "/admin/staff/\(id)", name: account.person.callName, login: account.person.login?.text ?? "",
                roles: names, standing: t("staff.state.\(account.standing.rawValue)"), tone: account.standing.tone)
        }
        isEmpty = shown.isEmpty
        isNarrowed = query.text != nil || query.role != nil || query.standing != nil
        isLonely = securityAdministrators < 2
        let parameters = [
            query.text.map { "q=\(percentEncoded($0))" }, query.role.map { "role=\($0.rawValue)" },
            query.standing.map { "state=\($0.rawValue)" },
        ].compactMap(\.self)
        func address(_ more: String?) -> String {
            let all = parameters + [more].compactMap(\.self)
            return "/admin/staff" + (all.isEmpty ? "" : "?" + all.joined(separator: "&"))
        }
        firstURL = query.after == nil ? nil : address(nil)
        nextURL =
            found.count > shown.count
            ? shown.last?.person.login.map { address("cursor=\(percentEncoded(Cursor([$0.text]).text))") } : nil
    }

    func title(_ t: Strings) -> String { t("staff.list.title") }
}

/// `/admin/staff/:account`
struct StaffAccountPage: Page {
    struct Line: Sendable {
        let role: String
        let place: String
        let period: String
        /// By whom it was given, or that they said so themselves; and why.
        let given: String
        let reason: String
        let ended: String?
        let endURL: String?
    }

    struct LeaveLine: Sendable {
        let who: String
        let period: String
        let reason: String
        let standing: String
        let tone: String
        let endURL: String?
    }

    static let template = "staff/show"
    let url: String
    let name: String
    let login: String
    let standing: String
    let tone: String
    let reason: String?
    let created: String
    let changeBy: String?
    let leftAt: String?
    let sessions: String
    let recoveryCodes: String
    let current: [Line]
    let past: [Line]
    let hasPast: Bool
    let leaves: [LeaveLine]
    let isOwn: Bool
    let hasLeft: Bool
    /// Whether the forms of the desk are open for this account.
    let isOpen: Bool
    let isSuspended: Bool

    init(
        _ file: StaffCommands.File, isOwn: Bool, sectors: Sectors, now: Date, t: Strings, language: Language
    ) {
        let account = file.account
        let words = StaffWords(file, sectors: sectors, now: now, t: t, language: language)
        let address = "/admin/staff/\(account.person.id)"
        let isChangeable = !isOwn && account.standing != .left
        url = address
        name = account.person.callName
        login = account.person.login?.text ?? ""
        standing = t("staff.state.\(account.standing.rawValue)")
        tone = account.standing.tone
        reason = account.standing == .active || account.standing == .mustChange ? nil : account.reason
        created = account.person.createdAt.dayText
        changeBy = account.standing == .mustChange ? account.changeBy?.minuteText : nil
        leftAt = account.leftAt?.minuteText
        sessions = "\(file.sessions)"
        recoveryCodes = "\(file.recoveryCodes)"
        func line(_ dated: DatedGrant) -> Line {
            let holds = dated.until.map { $0 > now } ?? true
            let id = dated.id.uuidString.lowercased()
            return Line(
                role: words.role(dated.grant), place: words.place(dated.grant),
                period: words.period(from: dated.from, until: dated.until)
                    + (holds && dated.from > now ? t("staff.grant.planned") : ""),
                given: words.given(dated), reason: words.reason(dated),
                ended: dated.endedReason.map { reason in
                    t("staff.grant.ended", ["name": words.name(dated.endedBy), "reason": reason])
                }, endURL: holds && isChangeable ? "\(address)/grants/\(id)/end" : nil)
        }
        let own = file.grants.filter { $0.grant.role != .everyone || $0.grant.isInterest }
        current = own.filter { $0.until.map { $0 > now } ?? true }.map(line)
        past = own.filter { !($0.until.map { $0 > now } ?? true) }.reversed().prefix(50).map(line)
        hasPast = !past.isEmpty
        leaves = file.leaves.prefix(50).map { leave in
            let standing = leave.standing(at: now)
            return LeaveLine(
                who: words.leave(leave), period: words.period(from: leave.from, until: leave.last),
                reason: leave.reason, standing: t("staff.leave.state.\(standing.rawValue)"),
                tone: standing == .running ? "good" : standing == .planned ? "calm" : "",
                endURL: standing != .over && isChangeable ? "\(address)/leaves/\(leave.id)/end" : nil)
        }
        self.isOwn = isOwn
        hasLeft = account.standing == .left
        isOpen = isChangeable
        isSuspended = account.standing == .suspended
    }

    func title(_ t: Strings) -> String { name }
}

extension StaffAccount.Standing {
    var tone: String {
        switch self {
        case .active: "good"
        case .mustChange: "warn"
        case .suspended: "late"
        case .left: ""
        }
    }
}

extension Role {
    /// Those that are given: what comes with the kind of account isn't.
    static let staff = allCases.filter { $0 != .rider && $0 != .everyone }
}
