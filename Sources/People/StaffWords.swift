import Access
import Directory
import Foundation
import Kernel
import Web

/// The words in which the desk tells of roles and leaves.
struct StaffWords: Sendable {
    private let file: StaffCommands.File
    private let sectors: Sectors
    private let now: Date
    private let t: Strings
    private let language: Language

    init(_ file: StaffCommands.File, sectors: Sectors, now: Date, t: Strings, language: Language) {
        self.file = file
        self.sectors = sectors
        self.now = now
        self.t = t
        self.language = language
    }

    /// `承办人（代李娜）`
    func role(_ grant: Grant) -> String {
        guard !grant.isInterest else { return t("staff.grant.interest") }
        let role = t("role.\(grant.role.rawValue)")
        guard let absent = grant.actingFor else { return role }
        return t("staff.grant.acting", ["role": role, "name": name(absent)])
    }

    /// Where, for whom and for what it holds: `沈河区局食品餐饮科 · 沈河区 · 餐饮食品`.
    func place(_ grant: Grant) -> String {
        let office = grant.office.map { file.offices[$0]?.name(language) ?? "–" }
        let territory = grant.territory.map { path in
            path.codes.last.flatMap { file.territories[$0]?.name } ?? path.rawValue
        }
        let sector = grant.sector.map { sectors.title(of: $0, in: language) }
        let organisation = grant.organisation.map { id in
            file.organisations[id].map { "\($0.name) \($0.code)" } ?? "–"
        }
        let parts = [office, organisation, territory, sector].compactMap(\.self)
        return parts.isEmpty ? t("staff.grant.everywhere") : parts.joined(separator: " · ")
    }

    /// By whom it was given; an interest that somebody declared, by their own word.
    func given(_ dated: DatedGrant) -> String {
        if dated.grant.isInterest, dated.grantedBy == file.account.person.id { return t("staff.show.own-word") }
        return "\(t("staff.show.given-by")) \(name(dated.grantedBy))"
    }

    /// Why it was given, in somebody's words.
    func reason(_ dated: DatedGrant) -> String {
        guard dated.grant.isInterest, InterestCommands.Relation(rawValue: dated.reason) != nil else {
            return dated.reason
        }
        return t("me.interests.relation.\(dated.reason)")
    }

    func post(_ grant: Grant) -> String { "\(role(grant)) · \(place(grant))" }

    func period(from: Date, until: Date?) -> String {
        guard let until else { return t("staff.period.open", ["from": from.dayText]) }
        // What was ended in the middle of a day says when, so that nobody reads it as until the evening.
        let last = Day(of: until).start == until ? until.lastDayText : until.minuteText
        return t("staff.period.closed", ["from": from.dayText, "until": last])
    }

    func leave(_ leave: Leave) -> String {
        t("staff.leave.who", ["absent": name(leave.account), "standIn": name(leave.standIn)])
    }

    func name(_ account: ID<Account>?) -> String {
        guard let account else { return t("staff.console") }
        if account == file.account.person.id { return file.account.person.callName }
        return file.names[account] ?? "–"
    }
}
