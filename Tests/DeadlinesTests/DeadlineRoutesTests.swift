import Access
import Deadlines
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Storage
import TestSupport
import Testing
import Web

/// The API and the pages, in process, as App puts them together.
struct DeadlineRoutesTests {
    @Test func `the API says when and why, in the reader's language`() async throws {
        try await withClient { client in
            let answer = try await client.api(.get, "deadlines?clock=report-decision&start=2026-09-30T08:00:00Z").json()
            #expect(answer["due"] as? String == "2026-10-27")
            #expect(answer["clock"] as? String == "report-decision")
            #expect(answer["start"] as? String == "2026-09-30T08:00:00.000Z")
            let rule = try #require(answer["rule"] as? [String: Any])
            #expect(rule["code"] as? String == "D6")
            #expect(rule["version"] as? String == "市场监管总局令第61号")
            #expect(rule["kind"] as? String == "statutory")
            #expect((answer["why"] as? [String])?.last == "Due by the end of Tue 27 Oct 2026, Beijing time.")
            #expect(answer["unknown"] == nil)
            let chinese = try await client.api(
                .get, "deadlines?clock=report-decision&start=2026-09-30T16:00:00+08:00&extended=true&pauseDays=6",
                language: "zh-Hans"
            ).json()
            #expect(chinese["due"] as? String == "2026-11-25")
            #expect((chinese["why"] as? [String])?.last == "到期：2026年11月25日（周三）结束前（北京时间）。")
        }
    }

    @Test func `an unknown deadline has no day but the missing year`() async throws {
        try await withClient { client in
            let answer = try await client.api(
                .get, "deadlines?clock=report-decision&start=2026-11-23T04:00:00Z&extended=true", language: "zh-Hans"
            ).json()
            #expect(answer["due"] == nil)
            let unknown = try #require(answer["unknown"] as? [String: Any])
            #expect(unknown["year"] as? Int == 2027)
            #expect(unknown["detail"] as? String == "日历未导入(2027)")
        }
    }

    @Test func `a clock in hours has an instant`() async throws {
        try await withClient { client in
            let answer = try await client.api(
                .get, "deadlines?clock=first-touch-urgent&start=2026-10-01T14:30:00Z"
            ).json()
            #expect(answer["due"] as? String == "2026-10-02")
            #expect(answer["dueAt"] as? String == "2026-10-01T16:30:00.000Z")
        }
    }

    @Test(arguments: [
        ("", 422, "clock"), ("clock=lunch&start=2026-09-30T08:00:00Z", 422, "clock"),
        ("clock=petition", 422, "start"), ("clock=petition&start=2026-09-30", 422, "start"),
        ("clock=petition&start=2026-09-30T08:00:00Z&pauseDays=-1", 422, "pauseDays"),
        ("clock=petition&start=2026-09-30T08:00:00Z&pauseDays=1.5", 422, "pauseDays"),
        ("clock=petition&start=2026-09-30T08:00:00Z&pauseDays=99999999999999999999", 422, "pauseDays"),
        ("clock=petition&start=2026-09-30T08:00:00Z&extended=yes", 422, "extended"),
        ("clock=advertising&start=2026-09-30T08:00:00Z&extended=true", 422, "extended"),
        ("clock=petition&start=2026-09-30T08:00:00Z&lunch=1", 400, "lunch"),
        ("clock=petition&clock=petition&start=2026-09-30T08:00:00Z", 400, "clock"),
        ("clock=petition&start=%ff", 400, "start"), ("clock=petition&start=%00", 400, "start"),
        ("clock=petition&start=%zz", 400, "start"), ("=&clock=petition&start=2026-09-30T08:00:00Z", 400, ""),
    ])
    func `a wrong parameter is named`(query: String, status: Int, field: String) async throws {
        try await withClient { client in
            let answer = try await client.api(.get, "deadlines?\(query)")
            #expect(answer.status.code == status)
            #expect(answer.headers[.contentType] == "application/problem+json")
            let errors = try answer.json()["errors"] as? [[String: Any]] ?? []
            #expect(errors.contains { $0["field"] as? String == field }, "\(answer.text)")
            #expect(!answer.text.contains("field."))
        }
    }

    @Test func `the clocks and years are listed for everybody`() async throws {
        try await withClient { client in
            let clocks = try await client.api(.get, "clocks").json()["items"] as? [[String: Any]] ?? []
            #expect(Set(clocks.compactMap { $0["clock"] as? String }) == Set(try Facts.book().names))
            let years = try await client.api(.get, "calendar").json()["items"] as? [[String: Any]] ?? []
            #expect(years.compactMap { $0["year"] as? Int } == [2025, 2026])
            #expect(try await client.api(.get, "clocks?page=2").status == .badRequest)
        }
    }

    @Test func `an administrator imports by the API what was tried dry before`() async throws {
        try await withClient(as: .administrator) { client in
            let (text, wrong) = (Self.year2027, Self.year2027.replacing("2027-01-03", with: "2027-01-04"))
            let dry = try await client.api(.post, "calendar?dryRun=true", json: text).json()
            #expect(dry["changed"] as? [Int] == [2027])
            let refused = try await client.api(.post, "calendar", json: wrong)
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("years[0].makeUp[0]"))
            #expect(try await client.api(.post, "calendar", json: "{\"years\": 1}").status == .badRequest)
            #expect(
                try await client.api(.post, "calendar", json: "{\"years\": [], \"years\": []}").status == .badRequest)
            #expect(try await client.api(.post, "calendar", json: text).status == .ok)
            let answer = try await client.api(.get, "deadlines?clock=report-decision&start=2026-12-24T04:00:00Z").json()
            #expect(answer["due"] as? String == "2027-01-14")
        }
    }

    @Test(arguments: [(Role?.none, 401), (.rider, 403), (.supervisor, 403)])
    func `nobody else imports by the API`(role: Role?, status: Int) async throws {
        try await withClient(as: role) { client in
            let answer = try await client.api(.post, "calendar", json: Self.year2027)
            #expect(answer.status.code == status)
        }
    }

    @Test func `the page shows the year, warns of the next and imports it after a look`() async throws {
        try await withClient(as: .administrator) { client in
            let page = try await client.page("/admin/calendar")
            #expect(page.status == .ok)
            #expect(page.text.contains("2027 年的放假通知还没有导入"))
            #expect(page.text.contains("2026年10月1日至7日"))
            let text = Self.year2027.replacing("\n", with: "\r\n")
            let preview = try await client.submit("/admin/calendar/preview", ["text": text])
            #expect(preview.status == .ok)
            #expect(preview.text.contains("新的年份"))
            #expect(try await client.page("/admin/calendar").text.contains("2027 年的放假通知还没有导入"))
            let done = try await client.submit("/admin/calendar", ["text": text])
            #expect(done.status == .seeOther)
            #expect(done.headers[.location] == "/admin/calendar?year=2027&done=calendar-imported")
            let after = try await client.page("/admin/calendar?year=2027", language: "en")
            #expect(!after.text.contains("is not imported"))
        }
    }

    @Test func `the preview lists what is wrong and keeps what was typed`() async throws {
        try await withClient(as: .administrator) { client in
            let preview = try await client.submit(
                "/admin/calendar/preview",
                ["text": "date,kind\r\n2027-01-04,makeUp", "year": "2027", "document": "测试文号"], language: "en")
            #expect(preview.status == .unprocessableContent)
            #expect(preview.text.contains("line 2"))
            #expect(preview.text.contains("2027-01-04,makeUp"))
            #expect(preview.text.contains("测试文号"))
            let empty = try await client.submit("/admin/calendar/preview", [:])
            #expect(empty.status == .unprocessableContent)
            #expect(empty.text.contains("text-error"))
        }
    }

    @Test(arguments: [(Role?.none, 303), (.rider, 404), (.officer, 404)])
    func `the page is for administrators`(role: Role?, status: Int) async throws {
        try await withClient(as: role) { client in
            let page = try await client.page("/admin/calendar")
            #expect(page.status.code == status)
        }
    }

    /// Not the real notice, which isn't out: only for trying the import.
    static let year2027 = """
        {"years": [{"year": 2027, "document": "a test's notice", "published": "2026-11-20",
          "off": ["2027-01-01", "2027-01-02", "2027-02-06", "2027-02-07", "2027-02-08", "2027-02-09", "2027-02-10"],
          "makeUp": ["2027-01-03"], "statutory": ["2027-01-01"]}]}
        """

    func withClient(
        as role: Role? = nil, _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.chosen.open(JournalSchema.migrations + Deadlines.migrations)
        let services = try Services.test(database, modules: [Deadlines.bundle])
        _ = try await CalendarCommands(services).keepAsOperator(try Facts.calendarFile())
        let router = Router(context: AppContext.self)
        router.middlewares.add(LanguageMiddleware())
        router.middlewares.add(ProblemMiddleware(site: services.site))
        router.middlewares.add(SignedInAs(role: role))
        Deadlines(services, book: try Facts.book()).addRoutes(to: Routes(router, policy: services.policy))
        try await Application(router: router).test(.router) { try await test($0) }
    }
}

/// Signs everybody in with one role, as the sign-in of People would.
private struct SignedInAs: RouterMiddleware {
    let role: Role?

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.signedIn = role.map { role in
            SignedIn(
                caller: Caller(
                    id: ID(UUID(uuidString: "00000000-0000-4000-8000-0000000000a1")!), name: "测试",
                    grants: [Grant(role: role)]),
                session: ID(UUID(uuidString: "00000000-0000-4000-8000-0000000000b1")!), means: .bearer, formToken: "",
                unread: 0)
        }
        return try await next(request, context)
    }
}
