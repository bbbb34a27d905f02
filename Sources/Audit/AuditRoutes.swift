import Access
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import Kernel
import People
import Storage
import Web

/// `/admin/journal`: what was done, by whom, to what.
struct AuditRoutes: Sendable {
    private let services: Services
    private static let pageSize = 50
    /// How many entries one page looks at when an index can't answer all that was asked.
    static let reach = 5000

    init(_ services: Services) {
        self.services = services
    }

    func add(to routes: Routes) {
        routes.get("admin/journal", .may("read", "journal"), use: list)
        routes.post("admin/journal", .may("read", "journal"), use: find)
        routes.get("admin/journal/entries/:entry", .may("read", "journal"), use: show)
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        var fields = QueryFields(request)
        let search = JournalSearch(&fields)
        let cursor = fields.text("cursor", 1...512, optional: true)
        _ = fields.text("done", 1...60, optional: true)
        try fields.finish()
        return try await page(
            search, from: cursor.map { try JournalSearch.Place($0) }, sent: nil, request, context)
    }

    /// Takes what was typed: a login becomes whom it stands for, a number the case. Neither gets into an address.
    @Sendable
    private func find(_ request: Request, context: AppContext) async throws -> Response {
        let form = try await Form(request, context)
        let sent = SentSearch(form)
        let (search, problems) = try await services.database.read { db in try sent.read(in: db) }
        guard problems.isEmpty else {
            var failed = sent
            failed.problems = problems
            return try await page(JournalSearch(), from: nil, sent: failed, request, context)
        }
        return .seeOther("/admin/journal" + (search.isEmpty ? "" : "?\(search.query)"))
    }

    private func page(
        _ search: JournalSearch, from place: JournalSearch.Place?, sent: SentSearch?, _ request: Request,
        _ context: AppContext
    ) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let page = try await services.database.read { db in
            let store = EntryStore(db)
            let found =
                try sent == nil
                ? store.search(search, before: place, limit: Self.pageSize, reach: Self.reach)
                : EntryStore.Found(entries: [], next: nil, isCut: false)
            let words = try EntryWords(found.entries, also: search.actor.map { [$0] } ?? [], t: t, in: db)
            let kinds = try store.kinds()
            let number = try search.subject.flatMap { try store.caseNumbers(of: [$0])[$0] }
            return JournalPage(
                form: SearchForm(
                    search, sent: sent, login: try search.actor.flatMap { try Self.login(of: $0, in: db) },
                    number: number, kinds: kinds, words: words, t: t),
                items: found.entries.map { EntryItem($0, words: words) },
                next: found.next.map { "/admin/journal?\(Self.query(search, $0))" },
                lookedBackTo: found.isCut ? found.next.map { $0.at.secondText } : nil,
                isFirst: place == nil, status: sent == nil ? .ok : .unprocessableContent, t: t)
        }
        return try services.site.render(page, for: request, context)
    }

    /// What a member of staff signs in with; `nil` for everybody else, and for a pseudonym.
    private static func login(of actor: ID<Account>, in db: any Transaction) throws -> String? {
        do {
            return try AccountStore(db).find(actor).login?.text
        } catch AccountError.notFound {
            return nil
        }
    }

    private static func query(_ search: JournalSearch, _ place: JournalSearch.Place) -> String {
        (search.isEmpty ? "" : search.query + "&") + "cursor=\(place.cursor.text)"
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        guard let sequence = context.parameters.get("entry").flatMap({ Int($0) }), sequence > 0 else {
            throw NoSuchPage()
        }
        let t = services.site.strings(in: context.language)
        let page = try await services.database.read { db in
            let store = EntryStore(db)
            guard let entry = try store.entry(sequence) else { throw NoSuchPage() }
            let seals = SealStore(db)
            let place = try seals.place(of: sequence)
            let checkpoint = try place.number.flatMap { try seals.checkpoint(from: $0) }
            let words = try EntryWords([entry], t: t, in: db)
            return EntryPage(
                entry, place: place, hash: try store.seals(of: [sequence])[sequence]?.hash,
                signedAt: checkpoint?.at, words: words)
        }
        return try services.site.render(page, for: request, context)
    }
}

/// What was typed into the form that searches the journal.
struct SentSearch: Sendable {
    let from: String
    let until: String
    let kind: String
    let role: String
    let login: String
    let number: String
    var problems: [FieldProblem] = []

    init(_ form: Form) {
        from = form["from"] ?? ""
        until = form["until"] ?? ""
        kind = form["kind"] ?? ""
        role = form["role"] ?? ""
        login = form["login"] ?? ""
        number = form["number"] ?? ""
    }

    func read(in db: any Transaction) throws -> (JournalSearch, [FieldProblem]) {
        var search = JournalSearch()
        var problems: [FieldProblem] = []
        for (field, text, path) in [
            ("from", from, \JournalSearch.from), ("until", until, \JournalSearch.until),
        ] where !text.isEmpty {
            search[keyPath: path] = Day(text)
            if search[keyPath: path] == nil { problems.append(FieldProblem(field, "not-a-day")) }
        }
        if let from = search.from, let until = search.until, until < from {
            problems.append(FieldProblem("until", "before-start"))
        }
        if !kind.isEmpty { search.kind = String(kind.prefix(60)) }
        if !role.isEmpty {
            search.role = Role(rawValue: role)
            if search.role == nil { problems.append(FieldProblem("role", "no-such-choice")) }
        }
        if !login.isEmpty {
            // A pseudonym that stands in an entry does as well as a login.
            let person = try Login(login).flatMap { try AccountStore(db).person(with: $0) }
            search.actor = try person.map { try AccountStore(db).journalID(of: $0.id) } ?? ID(login)
            if search.actor == nil { problems.append(FieldProblem("login", "no-such-login")) }
        }
        if !number.isEmpty {
            let code = number.uppercased()
            search.subject = try EntryStore(db).caseWith(number: code) ?? ID<Account>(number)?.uuid
            if search.subject == nil { problems.append(FieldProblem("number", "no-such-case")) }
        }
        return (search, problems)
    }
}
