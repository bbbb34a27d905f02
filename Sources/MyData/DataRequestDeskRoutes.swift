import Access
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Web

/// `/work/data-requests`: the custodian answers what people ask about their own data.
struct DataRequestDeskRoutes: Sendable {
    private let services: Services
    private let requests: DataRequestCommands
    private let desk: StaffDesk

    init(_ services: Services, requests: DataRequestCommands, desk: StaffDesk) {
        self.services = services
        self.requests = requests
        self.desk = desk
    }

    func add(to routes: Routes) {
        routes.get("work/data-requests", .may("read", "dataRequest"), use: list)
        routes.get("work/data-requests/:request", .may("read", "dataRequest"), use: show)
        routes.post("work/data-requests/:request/answer", .may("answer", "dataRequest"), use: answer)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let today = Day(of: services.now())
        let page = try await services.database.read { db in
            let store = DataRequestStore(db)
            let waiting = try store.desk(limit: 200)
            let answered = try store.answered(limit: 50)
            let names = try ColleagueStore(db).names(of: Set(answered.compactMap(\.answeredBy)))
            let counts = try store.counts(since: (today + -365).start, on: today)
            return DataRequestDeskPage(
                figures: DataRequestDeskPage.Figure.all(counts, t),
                waiting: waiting.map { .init(waiting: $0, today: today, t: t) }, isEmpty: waiting.isEmpty,
                answered: answered.map { .init(answered: $0, by: names, today: today, t: t) },
                hasAnswered: !answered.isEmpty)
        }
        return try services.site.render(page, for: request, context)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("request", of: DataRequest.self)
        do {
            let file = try await requests.open(id, by: caller)
            return try render(file, try await desk.blank(context), request, context)
        } catch is Proof.Needed {
            return .seeOther("/me/proof?to=/work/data-requests/\(id)")
        }
    }

    /// A refused answer is shown again with all that was typed, also when somebody else was faster.
    @Sendable
    private func answer(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("request", of: DataRequest.self)
        return try await desk.submit(request, context, fields: DataRequestPage.fields) { form in
            try await again(id, form, request, context)
        } doing: { sent, form in
            var problems: [FieldProblem] = []
            let outcome = [DataRequest.State.done, .refused].first { $0.rawValue == sent["outcome"] }
            if outcome == nil {
                problems.append(FieldProblem("outcome", sent["outcome"] == nil ? "missing" : "no-such-choice"))
            }
            let words = sent.needed("words", limit: DataRequest.longest, problems: &problems)
            guard problems.isEmpty, let outcome else { throw InvalidFields(problems) }
            do {
                try await requests.answer(
                    id, outcome, words: words, isIdentityChecked: sent["identityChecked"] == "yes", by: caller)
                return .seeOther("/work/data-requests", done: "data-request-answered")
            } catch let error as DataRequestError where error != .notFound {
                let told = ProblemWords(error.problem, t: services.site.strings(in: context.language))
                var form = form
                form.notice = "\(told.title) \(told.detail)"
                form.status = .init(code: error.problem.status)
                return try await again(id, form, request, context)
            }
        }
    }

    /// What was written is shown again only to who has proved lately who they are.
    private func again(
        _ id: ID<DataRequest>, _ form: DeskForm, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try context.requireCaller()
        let file: DataRequestFile
        do {
            file = try await requests.open(id, by: caller)
        } catch is Proof.Needed {
            file = try await requests.glance(id, by: caller)
        }
        return try render(file, form, request, context)
    }

    private func render(
        _ file: DataRequestFile, _ form: DeskForm, _ request: Request, _ context: AppContext
    ) throws -> Response {
        let t = services.site.strings(in: context.language)
        let page = DataRequestPage(file, form: form, today: Day(of: services.now()), t: t, context.language)
        return try services.site.render(page, for: request, context)
    }
}
