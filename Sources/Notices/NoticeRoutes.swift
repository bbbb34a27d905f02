import Access
import Cases
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// The inbox.
package struct NoticeRoutes: Sendable {
    private let services: Services
    private let facts: CaseFacts

    package init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
    }

    package func add(to routes: Routes) {
        routes.get("inbox", .may("read", "notice"), use: inbox)
        routes.post("inbox/reading", .may("mark", "notice"), use: markRead)
        routes.get("api/v1/notices", .may("read", "notice"), use: list)
        routes.post("api/v1/notices/reading", .may("mark", "notice"), use: apiMarkRead)
    }

    @Sendable
    private func inbox(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let cursor = try request.uri.queryParameters["cursor"].map { try Self.place($0) }
        let now = services.now()
        let page = try await services.database.read { [facts, services] db in
            let notices = try NoticeStore(db).list(of: caller.id, before: cursor, limit: 31)
            let shown = Array(notices.prefix(30))
            let told = try Told(services.site, context.language, facts: facts, now: now, in: db)
            let words = try told.words(of: shown.map { ($0.matter, $0.step) }, in: db)
            return InboxPage(
                shown, words: words, next: notices.count > 30 ? shown.last.map(Self.cursor) : nil,
                upTo: shown.first?.at, t: services.site.strings(in: context.language))
        }
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func markRead(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        // Up to the newest that the page showed: what came since stays new.
        let time = form["upTo"].flatMap { Int($0) }.map { Date(milliseconds: $0) } ?? services.now()
        try await read(upTo: time, by: caller.id)
        return .seeOther("/inbox")
    }

    private func read(upTo time: Date, by account: ID<Account>) async throws {
        let now = services.now()
        try await services.database.write { db in
            try NoticeStore(db).markRead(of: account, upTo: min(time, now), at: now)
        }
    }

    private struct NoticeAnswer: Encodable {
        let id: String
        let report: String
        let at: Date
        let title: String
        let words: String
        let isRead: Bool
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var query = QueryFields(request)
        let cursor = try query.text("cursor", 1...512, optional: true).map { try Self.place($0) }
        let limit = query.integer("limit", 1...100, optional: true) ?? 30
        try query.finish()
        let now = services.now()
        let answer = try await services.database.read { [facts, services] db in
            let notices = try NoticeStore(db).list(of: caller.id, before: cursor, limit: limit + 1)
            let shown = Array(notices.prefix(limit))
            let told = try Told(services.site, context.language, facts: facts, now: now, in: db)
            let words = try told.words(of: shown.map { ($0.matter, $0.step) }, in: db)
            return ListAnswer(
                items: shown.map { notice in
                    let t = services.site.strings(in: context.language)
                    let look = notice.isLook ? (t("inbox.look.title"), t("inbox.look.text")) : nil
                    return NoticeAnswer(
                        id: notice.id.text, report: notice.matter.text, at: notice.at,
                        title: look?.0 ?? words[notice.step]?.title ?? "",
                        words: look?.1 ?? words[notice.step]?.text ?? "", isRead: notice.isRead)
                },
                next: notices.count > limit ? shown.last.map(Self.cursor) : nil)
        }
        return try .json(answer)
    }

    @Sendable
    private func apiMarkRead(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await JSONFields(request)
        let time = fields.instant("upTo", optional: true)
        try fields.finish()
        try await read(upTo: time ?? services.now(), by: caller.id)
        return Response(status: .noContent)
    }

    private static func cursor(_ notice: Notice) -> String {
        Cursor(["\(notice.at.milliseconds)", notice.id.text]).text
    }

    private static func place(_ text: some StringProtocol) throws -> (Date, ID<Notice>) {
        let cursor = try Cursor(text, parts: 2)
        guard let id = ID<Notice>(cursor.parts[1]) else { throw InvalidFields("cursor", "bad-cursor") }
        return (try cursor.instant(0), id)
    }
}

struct InboxPage: Page {
    static let template = "inbox"

    struct Item: Sendable {
        let url: String
        let title: String
        let text: String
        let time: String
        let isNew: Bool
    }

    let items: [Item]
    let isEmpty: Bool
    let hasNew: Bool
    let upTo: String
    let nextURL: String?

    init(
        _ notices: [Notice], words: [ID<TimelineEntry>: Told.Words], next: String?, upTo: Date?, t: Strings
    ) {
        items = notices.map { notice in
            guard !notice.isLook else {
                // Nothing of the case: whoever glances at the screen learns nothing.
                return Item(
                    url: "/me/data/looks", title: t("inbox.look.title"), text: t("inbox.look.text"),
                    time: "\(Day(of: notice.at))", isNew: !notice.isRead)
            }
            let told = words[notice.step]
            return Item(
                url: "/reports/\(notice.matter)", title: told?.title ?? "", text: told?.text ?? "",
                time: told?.time ?? "", isNew: !notice.isRead)
        }
        isEmpty = notices.isEmpty
        hasNew = notices.contains { !$0.isRead }
        self.upTo = upTo.map { "\($0.milliseconds)" } ?? ""
        nextURL = next.map { "/inbox?cursor=\($0)" }
    }

    func title(_ t: Strings) -> String { t("inbox.title") }
}
