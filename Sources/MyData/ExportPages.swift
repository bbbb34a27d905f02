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
        madeAt = Self.time(document.madeAt)
        isComplete = document.isComplete
        account = Self.facts(document.account, t)
        consents = document.consents.map { entry in
            Line(
                title: entry.name, text: t(entry.given ? "mydata.readable.given" : "mydata.readable.withdrawn"),
                time: Self.time(entry.at))
        }
        sessions = document.sessions.map { session in
            Line(
                title: t("me.device.\(session.device)"),
                text: t("mydata.readable.seen", ["time": Self.time(session.seenAt)]), time: Self.time(session.createdAt)
            )
        }
        reports = document.reports.map { report in
            Report(
                number: report.number, facts: Self.facts(report, t),
                told: report.told.map { Line(title: "", text: $0.words, time: Self.time($0.at)) },
                photos: report.photos.map { Fact(name: Self.time($0.sentAt), value: $0.sha256 ?? "") })
        }
        messages = document.messages.map { Line(title: $0.report, text: $0.words, time: Self.time($0.at)) }
        looks = document.looks.map { look in
            Line(
                title: [look.unit, look.role.map { t("role.\($0)") }].compactMap(\.self).joined(separator: " · "),
                text: LookWords.purpose(look.purpose, t), time: Self.time(look.at))
        }
        requests = document.requests.map { request in
            Line(
                title: t("mydata.request.\(request.kind)"), text: t("mydata.request.state.\(request.state)"),
                time: Self.time(request.askedAt))
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
            (t("mydata.readable.registered"), time(account.createdAt)),
        ].compactMap { name, value in value.map { Fact(name: name, value: $0) } }
    }

    private static func facts(_ report: ExportDocument.ReportPart, _ t: Strings) -> [Fact] {
        [
            (t("mydata.readable.sent"), time(report.receivedAt)), (t("mydata.readable.words"), report.description),
            (t("mydata.readable.address"), report.address),
            (t("mydata.readable.position"), report.position.map { "\($0.lat), \($0.lng)" }),
            (t("mydata.readable.identity"), t("report.identity.\(report.identity).name")),
            (t("mydata.readable.result"), report.result),
        ].compactMap { name, value in value.map { Fact(name: name, value: $0) } }
    }

    /// `2026-11-21 09:30`, by the clocks of Shanghai.
    static func time(_ instant: Date) -> String {
        let day = Day(of: instant)
        let minutes = Int(instant.timeIntervalSince(day.start) / 60)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day) \(two(minutes / 60)):\(two(minutes % 60))"
    }
}
