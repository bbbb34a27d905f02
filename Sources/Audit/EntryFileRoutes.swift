import Access
import Foundation
import HTTPTypes
import Hummingbird
import Journal
import Kernel
import NIOCore
import People
import Storage
import Web

/// `/admin/journal/export`: entries as a file, after a fresh code, with the purpose written down.
struct EntryFileRoutes: Sendable {
    private let services: Services
    private let commands: AuditCommands
    /// How many entries are in memory at a time.
    private static let chunk = 500

    init(_ services: Services, commands: AuditCommands) {
        self.services = services
        self.commands = commands
    }

    func add(to routes: Routes) {
        routes.get("admin/journal/export", .may("export", "journal"), use: show)
        routes.post("admin/journal/export", .may("export", "journal"), use: export)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        var fields = QueryFields(request)
        let search = JournalSearch(&fields)
        try fields.finish()
        return try await page(search, format: .csv, purpose: nil, problems: [], request, context)
    }

    @Sendable
    private func export(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let form = try await Form(request, context)
        let query = ["kind", "role", "actor", "subject"].compactMap { name in
            form[name].map { "\(name)=\(percentEncoded($0))" }
        }
        var fields = QueryFields(query: query.joined(separator: "&"))
        var search = JournalSearch(&fields)
        try fields.finish()
        var problems: [FieldProblem] = []
        for (field, path) in [("from", \JournalSearch.from), ("until", \JournalSearch.until)] {
            guard let text = form[field] else { continue }
            search[keyPath: path] = Day(text)
            if search[keyPath: path] == nil { problems.append(FieldProblem(field, "not-a-day")) }
        }
        let format = form["format"].flatMap(EntryFile.init) ?? .csv
        let purpose = form["purpose"].flatMap(AuditCommands.Purpose.init)
        if purpose == nil { problems.append(FieldProblem("purpose", "missing")) }
        guard problems.isEmpty, let purpose else {
            return try await page(
                search, format: format, purpose: purpose, problems: problems, request, context)
        }
        do {
            let noted = try await commands.noteExport(search, as: format.rawValue, for: purpose, by: caller)
            return file(noted.search, rows: noted.rows, as: format, in: context.language)
        } catch let invalid as InvalidFields {
            return try await page(
                search, format: format, purpose: purpose, problems: invalid.fields, request, context)
        } catch is Proof.Needed {
            let back = "/admin/journal/export" + (search.isEmpty ? "" : "?\(search.query)")
            return .seeOther("/me/proof?to=\(percentEncoded(back))")
        }
    }

    /// Reads and writes piece by piece: the same memory for ten entries and for fifty thousand.
    private func file(
        _ search: JournalSearch, rows: Int, as format: EntryFile, in language: Language
    ) -> Response {
        let t = services.site.strings(in: language)
        let span = "\(search.from?.description ?? "")-\(search.until?.description ?? "")"
        let body = ResponseBody { [database = services.database] writer in
            try await writer.write(ByteBuffer(string: format.head))
            var place: JournalSearch.Place?
            var left = rows
            repeat {
                let (text, count, next) = try await database.read { [place, left] db in
                    let store = EntryStore(db)
                    let found = try store.search(
                        search, before: place, limit: min(Self.chunk, left), reach: AuditRoutes.reach)
                    let words = try EntryWords(found.entries, t: t, in: db)
                    let seals = try store.seals(of: found.entries.map(\.sequence))
                    let lines = found.entries.map { format.line($0, seal: seals[$0.sequence], words: words) }
                    return (lines.joined(), found.entries.count, found.next)
                }
                try await writer.write(ByteBuffer(string: text))
                left -= count
                place = next
            } while place != nil && left > 0
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: format.contentType, .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"nuanxin-journal-\(span).\(format.rawValue)\"",
            ], body: body)
    }

    private func page(
        _ search: JournalSearch, format: EntryFile, purpose: AuditCommands.Purpose?, problems: [FieldProblem],
        _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let today = Day(of: services.now())
        var asked = search
        // Without a span: the last month, which can be changed in the form.
        asked.from = search.from ?? today + -30
        asked.until = search.until ?? today
        let page = try await services.database.read { [asked] db in
            let store = EntryStore(db)
            let days = (asked.until ?? today) - (asked.from ?? today)
            let isCountable = (0...AuditCommands.mostDays).contains(days)
            let count = isCountable ? try store.count(asked, upTo: AuditCommands.mostRows + 1) : nil
            let words = try EntryWords([], also: asked.actor.map { [$0] } ?? [], t: t, in: db)
            let number = try asked.subject.flatMap { try store.caseNumbers(of: [$0])[$0] }
            return EntryFilePage(
                asked, count: count, format: format, purpose: purpose, problems: problems, number: number,
                words: words)
        }
        return try services.site.render(page, for: request, context)
    }
}

extension EntryFilePage {
    init(
        _ search: JournalSearch, count: Int?, format: EntryFile, purpose: AuditCommands.Purpose?,
        problems: [FieldProblem], number: String?, words: EntryWords
    ) {
        let t = words.t
        filters = [
            (t("journal.kind-of-act"), search.kind.map(words.kind)),
            (t("journal.role"), search.role.map { t("role.\($0.rawValue)") }),
            (t("journal.who"), search.actor.map { words.name(of: $0) }),
            (t("journal.subject"), search.subject.map { number ?? EntryWords.short($0) }),
        ].compactMap { name, value in value.map { EntryPage.Member(name: name, value: $0) } }
        hasFilters = !filters.isEmpty
        hidden = [
            ("kind", search.kind), ("role", search.role?.rawValue), ("actor", search.actor?.text),
            ("subject", search.subject.map { ID<Never>($0).text }),
        ].compactMap { name, value in value.map { EntryPage.Member(name: name, value: $0) } }
        let most = AuditCommands.mostRows
        limit = t("journal.export.limit", ["rows": "\(most)", "days": "\(AuditCommands.mostDays)"])
        isTooMany = count.map { $0 > most } ?? true
        found =
            count.map {
                $0 > most ? t("journal.export.too-many", ["rows": "\(most)"]) : t("journal.export.found", count: $0)
            } ?? t("journal.export.too-wide")
        from = search.from?.description ?? ""
        until = search.until?.description ?? ""
        formats = EntryFile.allCases.map {
            ChoiceItem(value: $0.rawValue, name: t("journal.export.format.\($0.rawValue)"), isChosen: $0 == format)
        }
        purposes = AuditCommands.Purpose.allCases.map {
            ChoiceItem(value: $0.rawValue, name: t("journal.export.purpose.\($0.rawValue)"), isChosen: $0 == purpose)
        }
        errorList = problems.map { FormFault($0, t) }
        errors = errorList.reduce(into: [:]) { $0[$1.field] = $1.detail }
        status = problems.isEmpty ? .ok : .unprocessableContent
    }
}

extension HTTPField.Name {
    fileprivate static let contentDisposition = HTTPField.Name("Content-Disposition")!
}
