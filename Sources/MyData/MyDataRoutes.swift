import Access
import Cases
import Directory
import Foundation
import Hummingbird
import Kernel
import Notices
import People
import Storage
import Web

/// The pages that tell: the overview, who can see me, who looked.
struct MyDataRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let requests: DataRequestCommands

    init(_ services: Services, facts: CaseFacts, requests: DataRequestCommands) {
        self.services = services
        self.facts = facts
        self.requests = requests
    }

    func add(to routes: Routes) {
        routes.get("me/data", .may("read", "myData"), use: overview)
        routes.get("me/data/visibility", .may("read", "myData"), use: visibility)
        routes.get("me/data/looks", .may("read", "myData"), use: looks)
    }

    @Sendable
    private func overview(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let now = services.now()
        let t = services.site.strings(in: context.language)
        let page = try await services.database.read { [services, facts, requests] db in
            let desk = try VisibilityDesk(services, facts: facts, of: caller.id, at: now, in: db)
            let purposes = facts.purposes.current(on: Day(of: now)).filter(\.isOptional)
            let given = purposes.count { desk.consents.isGiven($0) }
            let looks = try LookStore(db).list(
                of: caller.id, requests: DataRequestStore.requests(of: caller.id), limit: 100, policy: services.policy)
            let asked = try DataRequestStore(db).list(of: caller.id, limit: 20)
            return OverviewPage(
                frame: caller.isStaff ? "work" : "rider", isStaff: desk.person.kind == .staff,
                seers: t("mydata.overview.seers", count: try desk.account(in: desk.person.territory).lines.count),
                looks: looks.isEmpty ? t("mydata.overview.no-looks") : t("mydata.overview.looks", count: looks.count),
                consents: t("mydata.overview.consents", ["given": "\(given)", "all": "\(purposes.count)"]),
                isAsked: purposes.contains { purpose in
                    if case .outdated = desk.consents.answer(to: purpose) { purpose.isBox } else { false }
                },
                requests: try asked.map {
                    OverviewPage.Asked($0, answer: try requests.answer(of: $0), today: Day(of: now), t: t)
                }, hasRequests: !asked.isEmpty)
        }
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func visibility(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let now = services.now()
        let language = context.language
        let t = services.site.strings(in: language)
        let page = try await services.database.read { [services, facts] db in
            let desk = try VisibilityDesk(services, facts: facts, of: caller.id, at: now, in: db)
            let home = desk.person.territory
            let account = try desk.account(in: home)
            let usual = try desk.report(in: home, isNamed: desk.isNamed)
            let other = try desk.report(in: home, isNamed: !desk.isNamed)
            let change = VisibilityChange(from: usual, to: other)
            let sent = try CaseStore(db).reported(by: caller.id, limit: 10).map { row in
                let identity = try ReporterStore(db).find(row.matter.id)?.identity ?? .confidential
                return (row.matter, identity, try desk.report(row.matter, identity: identity))
            }
            let all = account.sorted + usual.sorted + other.sorted + sent.flatMap { $0.2.sorted }
            let words = try VisibilityWords(all, facts: facts, t: t, language, in: db)
            func lines(_ lines: [Visibility.Line], _ kind: String) -> [SeerLine] {
                lines.map { SeerLine($0, of: kind, words: words) }
            }
            return VisibilityPage(
                frame: caller.isStaff ? "work" : "rider", isStaff: desk.person.kind == .staff,
                account: lines(account.sorted, "account"), isNamed: desk.isNamed,
                place: try home.flatMap { try DirectoryStore(db).territory($0)?.name },
                report: lines(usual.sorted, "case"),
                otherwise: ChangeLine.all(of: change, kind: "case", words: words, t: t),
                reports: sent.map { matter, identity, seen in
                    VisibilityPage.Report(
                        number: matter.number, title: facts.categories.category(matter.category)?.name(language) ?? "",
                        url: "/reports/\(matter.id)", identity: t("report.identity.\(identity.rawValue).name"),
                        lines: lines(seen.sorted, "case"))
                }, hasReports: !sent.isEmpty)
        }
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func looks(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let cursor = try request.uri.queryParameters["cursor"].map { try Look.place($0) }
        let t = services.site.strings(in: context.language)
        let page = try await services.database.read { [facts, policy = services.policy] db in
            let looks = try LookStore(db).list(
                of: caller.id, requests: DataRequestStore.requests(of: caller.id), before: cursor, limit: 31,
                policy: policy)
            let shown = Array(looks.prefix(30))
            let words = try LookWords(shown, facts: facts, t: t, context.language, in: db)
            return LooksPage(
                frame: caller.isStaff ? "work" : "rider", isStaff: caller.isStaff,
                items: shown.map { look in
                    LooksPage.Item(look, unit: words.unit(of: look) ?? "", t: t)
                },
                isEmpty: looks.isEmpty,
                nextURL: looks.count > 30 ? shown.last.map { "/me/data/looks?cursor=\($0.cursor)" } : nil)
        }
        return try services.site.render(page, for: request, context)
    }
}

extension Look {
    var cursor: String { Cursor(["\(at.milliseconds)", id.text]).text }

    static func place(_ text: some StringProtocol) throws -> (Date, ID<Look>) {
        let cursor = try Cursor(text, parts: 2)
        guard let id = ID<Look>(cursor.parts[1]) else { throw InvalidFields("cursor", "bad-cursor") }
        return (try cursor.instant(0), id)
    }
}
