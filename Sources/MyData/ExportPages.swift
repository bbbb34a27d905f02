import Foundation
import Kernel
import People
import Web

/// What somebody takes along, to read and to print.
struct ReadablePage: Page {
    static let template = "mydata/readable"

    struct Fact: Sendable {
        let name: String
        let value: String
    }

    struct Line: Sendable {
        let title: String
        let text: String
        let time: String
    }

    struct Report: Sendable {
        let number: String
        let facts: [Fact]
        let told: [Line]
        let photos: [Fact]
    }

    let madeAt: String
    let isComplete: Bool
    let account: [Fact]
    let consents: [Line]
    let sessions: [Line]
    let reports: [Report]
    let messages: [Line]
    let looks: [Line]
    let requests: [Line]

    init(_ document: ExportDocument, t: Strings) {
        madeAt = document.madeAt.minuteText
        isComplete = document.isComplete
        account = Self.facts(document.account, t)
        consents = document.consents.map { entry in
            Line(
                title: entry.name, text: t(entry.given ? "mydata.readable.given" : "mydata.readable.withdrawn"),
                time: entry.at.minuteText)
        }
        sessions = document.sessions.map { session in
            Line(
                title: t("me.device.\(session.device)"),
                text: t("mydata.readable.seen", ["time": session.seenAt.minuteText]), time: session.createdAt.minuteText
            )
        }
        reports = document.reports.map { report in
            Report(
                number: report.number, facts: Self.facts(report, t),
                told: report.told.map { Line(title: "", text: $0.words, time: $0.at.minuteText) },
                photos: report.photos.map { Fact(name: $0.sentAt.minuteText, value: $0.sha256 ?? "") })
        }
        messages = document.messages.map { Line(title: $0.report, text: $0.words, time: $0.at.minuteText) }
        looks = document.looks.map { look in
            Line(
                title: [look.unit, look.role.map { t("role.\($0)") }].compactMap(\.self).joined(separator: " · "),
                text: LookWords.purpose(look.purpose, t), time: look.at.minuteText)
        }
        requests = document.requests.map { request in
            Line(
                title: t("mydata.request.\(request.kind)"), text: t("mydata.request.state.\(request.state)"),
                time: request.askedAt.minuteText)
        }
    }

    func title(_ t: Strings) -> String { t("mydata.readable.title") }

    private static func facts(_ account: ExportDocument.AccountPart, _ t: Strings) -> [Fact] {
        [
            (t("me.phone"), account.phone), (t("me.login"), account.login), (t("profile.name"), account.name),
            (t("profile.platform"), account.platform.map { t("platform.\($0)") }),
            (t("profile.company"), account.company), (t("profile.site"), account.site),
            (t("mydata.readable.territory"), account.territoryName ?? account.territory),
            (t("me.roles"), account.roles.map { t("role.\($0)") }.joined(separator: ", ")),
            (t("mydata.readable.registered"), account.createdAt.minuteText),
        ].compactMap { name, value in value.map { Fact(name: name, value: $0) } }
    }

    private static func facts(_ report: ExportDocument.ReportPart, _ t: Strings) -> [Fact] {
        [
            (t("mydata.readable.sent"), report.receivedAt.minuteText), (t("mydata.readable.words"), report.description),
            (t("mydata.readable.address"), report.address),
            (t("mydata.readable.position"), report.position.map { "\($0.lat), \($0.lng)" }),
            (t("mydata.readable.identity"), t("report.identity.\(report.identity).name")),
            (t("mydata.readable.result"), report.result),
        ].compactMap { name, value in value.map { Fact(name: name, value: $0) } }
    }
}
