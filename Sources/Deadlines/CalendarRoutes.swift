import Access
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// `/admin/calendar`: which years are known, and the import of a new one with a look at it first.
struct CalendarRoutes: Sendable {
    private let services: Services
    private static let disk = BlockingQueue("calendar-import")

    init(_ services: Services) {
        self.services = services
    }

    func add(to routes: Routes) {
        routes.get("admin/calendar", .may("read", "calendar"), use: show)
        routes.post("admin/calendar/preview", .may("import", "calendar"), use: preview)
        routes.post("admin/calendar", .may("import", "calendar"), use: keep)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try check(context.requireStaff(), may: "read")
        let years = try await services.database.read { try CalendarStore($0).years() }
        let chosen = request.uri.queryParameters["year"].flatMap { Int($0) }
        let page = CalendarPage(
            years: years, chosen: chosen, today: Day(of: services.now()), t: services.site.strings(in: context.language)
        )
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func preview(_ request: Request, context: AppContext) async throws -> Response {
        try check(context.requireStaff(), may: "import")
        let form = try await Form(request, context, uploads: limits)
        var problems: [FieldProblem] = []
        let text = try await text(of: form, &problems)
        let notice = CalendarImport.Notice(
            year: form["year"], document: form["document"], published: form["published"])
        let read = problems.isEmpty ? CalendarImport(text, notice: notice) : nil
        let years = try await services.database.read { try CalendarStore($0).years() }
        let page = try CalendarPreviewPage(
            read: read, known: years, form: CalendarForm(notice: notice, text: text, problems: problems),
            t: services.site.strings(in: context.language))
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func keep(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        try check(caller, may: "import")
        let form = try await Form(request, context)
        let read = CalendarImport(form["text"] ?? "")
        let changed = try await CalendarCommands(services).keep(read, by: caller)
        let year = changed.last ?? read.years.last?.year
        return .seeOther(
            "/admin/calendar" + (year.map { "?year=\($0)" } ?? ""),
            done: changed.isEmpty ? "calendar-unchanged" : "calendar-imported")
    }

    private func check(_ caller: Caller, may action: String) throws {
        guard services.policy.allows(caller, action, on: Subject(kind: "calendar")) else { throw NotAllowed() }
    }

    private var limits: UploadLimits {
        var limits = UploadLimits(folder: services.uploads)
        limits.fileBytes = 64 * 1024
        limits.files = 1
        return limits
    }

    /// What was typed or, when there is one, the file.
    private func text(of form: Form, _ problems: inout [FieldProblem]) async throws -> String {
        guard let upload = form.files.first, upload.size > 0 else {
            let text = form["text"] ?? ""
            if text.isEmpty { problems.append(FieldProblem("text", "missing")) }
            return text
        }
        guard !upload.isTooLarge else {
            problems.append(
                FieldProblem("file", "calendar-too-large", details: ["limit": "\(limits.fileBytes / 1024)"]))
            return ""
        }
        let data = try await Self.disk.run { try Data(contentsOf: upload.file) }
        // The files live as long as the form.
        guard !form.files.isEmpty, let text = String(validating: data, as: UTF8.self), !text.contains("\0") else {
            problems.append(FieldProblem("file", "calendar-not-utf8"))
            return ""
        }
        return text
    }
}
