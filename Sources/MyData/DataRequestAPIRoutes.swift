import Access
import Foundation
import Hummingbird
import Kernel
import People
import Storage
import Web

/// The custodian's desk for programs.
struct DataRequestAPIRoutes: Sendable {
    private let services: Services
    private let requests: DataRequestCommands

    init(_ services: Services, requests: DataRequestCommands) {
        self.services = services
        self.requests = requests
    }

    func add(to routes: Routes) {
        routes.get("api/v1/data-requests", .may("read", "dataRequest"), use: list)
        routes.get("api/v1/data-requests/:request", .may("read", "dataRequest"), use: show)
        routes.post("api/v1/data-requests/:request/answer", .may("answer", "dataRequest"), use: answer)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        let state = query.choice("state", of: DataRequest.State.self, optional: true)
        let isOverdue = query.flag("overdue")
        let cursor = try query.text("cursor", 1...512, optional: true).map { try DataRequest.place($0) }
        let limit = query.integer("limit", 1...100, optional: true) ?? 30
        try query.finish()
        let today = Day(of: services.now())
        let answer = try await services.database.read { db in
            let found = try DataRequestStore(db).list(
                in: state, isOverdue: isOverdue, on: today, before: cursor, limit: limit + 1)
            let shown = Array(found.prefix(limit))
            let names = try ColleagueStore(db).names(of: Set(shown.compactMap(\.answeredBy)))
            return ListAnswer(
                items: shown.map { DeskRequestItem($0, answeredBy: $0.answeredBy.flatMap { names[$0] }, today: today) },
                next: found.count > limit ? shown.last?.cursor : nil)
        }
        return try .json(answer)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var query = QueryFields(request)
        try query.finish()
        let file = try await requests.open(context.id("request", of: DataRequest.self), by: caller)
        return try .json(DeskRequestItem(file, today: Day(of: services.now())))
    }

    @Sendable
    private func answer(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let id = try context.id("request", of: DataRequest.self)
        var fields = try await JSONFields(request)
        let outcome = fields.choice("outcome", of: Outcome.self)
        let words = fields.text("words", 1...DataRequest.longest)
        let isIdentityChecked = fields.flag("identityChecked") ?? false
        try fields.finish()
        guard let outcome, let words else { throw InvalidFields("outcome", "missing") }
        try await requests.answer(
            id, outcome == .done ? .done : .refused, words: words, isIdentityChecked: isIdentityChecked, by: caller)
        return Response(status: .noContent)
    }

    private enum Outcome: String {
        case done, refused
    }
}

extension DataRequest {
    fileprivate var cursor: String { Cursor(["\(askedAt.milliseconds)", id.text]).text }

    fileprivate static func place(_ text: some StringProtocol) throws -> (Date, ID<DataRequest>) {
        let cursor = try Cursor(text, parts: 2)
        guard let id = ID<DataRequest>(cursor.parts[1]) else { throw InvalidFields("cursor", "bad-cursor") }
        return (try cursor.instant(0), id)
    }
}

/// A request as whoever answers it sees it; what is personal stands in a single one only.
struct DeskRequestItem: Encodable, Sendable {
    let id: String
    let kind: String
    let state: String
    let askedAt: Date
    /// Missing while the calendar of its year is.
    let due: Day?
    let isOverdue: Bool
    let answeredAt: Date?
    let answeredBy: String?
    let isInTime: Bool?
    var mayAnswer: Bool?
    var carriedOutFrom: Date?
    var openCases: Int?
    var text: String?
    var name: String?
    var oldPhone: String?
    var phone: String?
    var answer: String?

    init(_ request: DataRequest, answeredBy: String?, today: Day) {
        id = request.id.text
        kind = request.kind.rawValue
        state = request.state.rawValue
        askedAt = request.askedAt
        due = request.due
        isOverdue = request.isOverdue(on: today)
        answeredAt = request.answeredAt
        self.answeredBy = answeredBy
        isInTime = request.isInTime
    }

    init(_ file: DataRequestFile, today: Day) {
        self.init(file.request, answeredBy: file.answeredBy, today: today)
        mayAnswer = file.mayAnswer
        if file.request.kind == .deletion, file.request.state.isOpen {
            carriedOutFrom = file.request.carriedOutFrom
            openCases = file.openCases
        }
        text = file.words?.text
        name = file.person?.profile.name
        oldPhone = file.person?.phone?.masked
        phone = file.words?.phone
        answer = file.answer
    }
}
