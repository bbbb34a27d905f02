import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// Deadlines reckoned for anybody who asks, with every step of the counting.
struct DeadlineAPIRoutes: Sendable {
    private let services: Services
    private let book: ClockBook

    init(_ services: Services, book: ClockBook) {
        self.services = services
        self.book = book
    }

    func add(to routes: Routes) {
        routes.get("api/v1/deadlines", .open, use: deadline)
        routes.get("api/v1/clocks", .open, use: clocks)
    }

    @Sendable
    private func deadline(_ request: Request, context: AppContext) async throws -> Response {
        let question = try Question(QueryFields(request), book: book)
        let calendar = try await services.database.read { try CalendarStore($0).calendar() }
        let deadline = book.reckon(
            question.rule, start: question.start, pauseDays: question.pauseDays, extended: question.isExtended,
            calendar: calendar)
        let t = services.site.strings(in: context.language)
        return try .json(DeadlineAnswer(deadline, t, context.language))
    }

    @Sendable
    private func clocks(_ request: Request, context: AppContext) async throws -> Response {
        var query = QueryFields(request)
        try query.finish()
        let items = book.rules.map { ClockAnswer($0, language: context.language) }
        return try .json(ListAnswer(items: items, next: nil))
    }
}

/// What to reckon: the parameters of `GET /api/v1/deadlines`.
private struct Question {
    let rule: ClockRule
    let start: Date
    let pauseDays: Int
    let isExtended: Bool

    init(_ query: QueryFields, book: ClockBook) throws {
        var query = query
        let name = query.text("clock", 1...64)
        let start = query.instant("start")
        pauseDays = query.integer("pauseDays", 0...1000, optional: true) ?? 0
        isExtended = query.flag("extended") ?? false
        let rule = name.flatMap { name in book.rule(name, on: start.map { Day(of: $0) } ?? Day(number: 0)) }
        if name != nil, rule == nil { query.problem("clock", "no-such-choice") }
        if isExtended, let rule, rule.extension == nil { query.problem("extended", "no-extension") }
        try query.finish()
        guard let rule, let start else { throw InvalidFields("clock", "missing") }
        self.rule = rule
        self.start = start
    }
}

private struct DeadlineAnswer: Encodable {
    struct Unknown: Encodable {
        /// The year whose holidays have to be imported first.
        let year: Int
        let detail: String
    }

    let clock: String
    let rule: RuleAnswer
    let start: Date
    let due: Day?
    /// Of a clock that counts hours.
    let dueAt: Date?
    let unknown: Unknown?
    let why: [String]

    init(_ deadline: Deadline, _ t: Strings, _ language: Language) {
        clock = deadline.rule.name
        rule = RuleAnswer(deadline.rule, language: language)
        start = deadline.start
        due = deadline.due.day
        dueAt = if case .instant(let instant) = deadline.due { instant } else { nil }
        unknown = deadline.due.missingYear.map { Unknown(year: $0, detail: deadline.due.words(t)) }
        why = deadline.why(t, language)
    }
}

private struct RuleAnswer: Encodable {
    let code: String
    let version: String
    let kind: ClockRule.Kind
    let title: String
    let basis: String
    let unit: ClockRule.Unit
    let period: Int
    let `extension`: Int?
    let effectiveFrom: Day?

    init(_ rule: ClockRule, language: Language) {
        code = rule.code
        version = rule.version
        kind = rule.kind
        title = rule.title(language)
        basis = rule.basis(language)
        unit = rule.unit
        period = rule.period
        `extension` = rule.extension
        effectiveFrom = rule.effectiveFrom
    }
}

private struct ClockAnswer: Encodable {
    let clock: String
    let rule: RuleAnswer
    /// Whether the rule has been repealed.
    let former: Bool

    init(_ rule: ClockRule, language: Language) {
        clock = rule.name
        self.rule = RuleAnswer(rule, language: language)
        former = rule.isFormer
    }
}
