import Access
import Cases
import Deadlines
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import People
import Storage
import Web

/// Taking one's data along, leaving, and what waits for an answer.
struct LeavingRoutes: Sendable {
    private let services: Services
    private let requests: DataRequestCommands
    private let exports: ExportCommands

    init(_ services: Services, requests: DataRequestCommands, exports: ExportCommands) {
        self.services = services
        self.requests = requests
        self.exports = exports
    }

    func add(to routes: Routes) {
        routes.get("me/data/export", .may("export", "myData"), use: showExport)
        routes.post("me/data/export", .may("export", "myData"), use: export)
        routes.get("me/data/deletion", .may("delete", "myData"), use: showDeletion)
        routes.post("me/data/deletion", .may("delete", "myData"), use: askDeletion)
        routes.get("me/data/lost-phone", .may("changePhone", "myData"), use: showLostPhone)
        routes.post("me/data/lost-phone", .may("changePhone", "myData"), use: askLostPhone)
        routes.post("me/data/requests/:request/take-back", .may("correct", "myData"), use: takeBack)
    }

    @Sendable
    private func showExport(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let page = ExportPage(frame: caller.isStaff ? "work" : "rider", isStaff: caller.isStaff)
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func export(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        let isFile = form["format"] == "json"
        do {
            let document = try await exports.export(
                of: caller, as: isFile ? "json" : "page", in: context.language)
            guard isFile else {
                let t = services.site.strings(in: context.language)
                return try services.site.render(ReadablePage(document, t: t), for: request, context)
            }
            var response = try Response.json(document)
            response.headers[.contentDisposition] =
                "attachment; filename=\"nuanxin-my-data-\(Day(of: document.madeAt)).json\""
            return response
        } catch is Proof.Needed {
            return .seeOther("/me/proof?to=/me/data/export")
        }
    }

    // MARK: Leaving

    @Sendable
    private func showDeletion(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let now = services.now()
        let t = services.site.strings(in: context.language)
        let language = context.language
        let page = try await services.database.read { [requests] db in
            guard try AccountStore(db).find(caller.id).kind == .rider else { throw NoSuchPage() }
            let asked = try DataRequestStore(db).list(of: caller.id, limit: 100).first {
                $0.kind == .deletion && $0.state.isOpen
            }
            let began = asked?.askedAt ?? now
            let deadline = try requests.deadline(of: began, in: db)
            let open = try ReporterStore(db).matters(of: caller.id, ended: false, at: now).prefix(20)
            let days = DayWords(t)
            return DeletionPage(
                from: days.short(Day(of: began + DataRequest.reflection)), due: deadline?.due.words(t) ?? "",
                why: deadline?.why(t, language) ?? [],
                open: try open.compactMap { id in
                    try CaseStore(db).find(id).map { .init(number: $0.number, url: "/reports/\(id)") }
                }, hasOpen: !open.isEmpty, isAsked: asked != nil,
                takeBackURL: asked.map { "/me/data/requests/\($0.id)/take-back" } ?? "")
        }
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func askDeletion(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        _ = try await Form(request, context)
        do {
            try await requests.ask(.deletion, by: caller)
            return .seeOther("/me/data", done: "deletion-asked")
        } catch is Proof.Needed {
            return .seeOther("/me/proof?to=/me/data/deletion")
        }
    }

    @Sendable
    private func takeBack(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        _ = try await Form(request, context)
        try await requests.takeBack(context.id("request", of: DataRequest.self), by: caller)
        return .seeOther("/me/data", done: "data-request-taken-back")
    }

    // MARK: A number that is gone

    @Sendable
    private func showLostPhone(_ request: Request, context: AppContext) async throws -> Response {
        try await lostPhone(phone: "", text: "", problems: [], request, context)
    }

    @Sendable
    private func askLostPhone(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        var problems: [FieldProblem] = []
        let text = form.text("text", limit: DataRequest.longest, problems: &problems)
        let phone = form["phone"].flatMap { Phone($0) }
        if phone == nil {
            problems.append(FieldProblem("phone", form["phone"] == nil ? "missing" : "not-a-mobile-number"))
        }
        guard problems.isEmpty, let phone else {
            return try await lostPhone(
                phone: form["phone"] ?? "", text: form.values["text"]?.first ?? "", problems: problems, request, context
            )
        }
        try await requests.ask(.lostPhone, .init(text: text, phone: phone.digits), by: caller)
        return .seeOther("/me/data", done: "data-request-asked")
    }

    private func lostPhone(
        phone: String, text: String, problems: [FieldProblem], _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try context.requireCaller()
        let now = services.now()
        let t = services.site.strings(in: context.language)
        let (old, due) = try await services.database.read { [requests] db in
            (try AccountStore(db).find(caller.id).phone?.masked, try requests.deadline(of: now, in: db)?.due)
        }
        guard let old else { throw NoSuchPage() }
        let errors = problems.reduce(into: [:]) { $0[$1.field] = t("field.\($1.name)", $1.details) }
        let page = LostPhonePage(
            old: old, phone: phone, text: text, due: due?.words(t) ?? "", errors: errors,
            status: problems.isEmpty ? .ok : .unprocessableContent)
        return try services.site.render(page, for: request, context)
    }
}

extension HTTPField.Name {
    fileprivate static let contentDisposition = HTTPField.Name("Content-Disposition")!
}
