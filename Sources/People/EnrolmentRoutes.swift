import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Web

/// `/work/enrolments`: keepers write down the rider before them, sites the riders of their sheet.
struct EnrolmentRoutes: Sendable {
    let services: Services
    let enrolments: EnrolmentCommands
    let reader: SheetReader

    func addRoutes(to routes: Routes) {
        routes.get("work/enrolments", .may("create", "enrolment"), use: show)
        routes.post("work/enrolments", .may("create", "enrolment"), use: enrol)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await page(SentEnrolment(), request, context)
    }

    @Sendable
    private func enrol(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireStaff()
        var limits = UploadLimits(folder: services.uploads)
        limits.files = 1
        limits.fileBytes = SheetFile.limit
        limits.fieldBytes = SheetFile.textLimit
        let form = try await Form(request, context, uploads: limits)
        let sent = try await SentEnrolment(form, platformNames: platformNames, reader: reader)
        guard sent.faults.isEmpty else { return try await page(sent, request, context) }
        do {
            try await enrolments.enrol(sent.people, by: caller)
            return .seeOther("/work/enrolments", done: "enrolled")
        } catch let error as AccountError {
            guard case .tooManyEnrolments = error else { throw error }
            var refused = sent
            refused.faults = [
                .init(row: 0, problem: FieldProblem("sheet", error.problem.name, details: error.problem.details))
            ]
            return try await page(refused, request, context)
        }
    }

    /// Platforms by their code and their names in both languages.
    private var platformNames: [String: Platform] {
        let names = Language.allCases.flatMap { language in
            let t = services.site.strings(in: language)
            return Platform.allCases.flatMap { [($0.rawValue, $0), (t("platform.\($0.rawValue)").lowercased(), $0)] }
        }
        return Dictionary(names) { first, _ in first }
    }

    private func page(
        _ sent: SentEnrolment, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let caller = try context.requireStaff()
        let t = services.site.strings(in: context.language)
        let page = EnrolmentsPage(try await enrolments.batches(of: caller), sent: sent, t: t)
        return try services.site.render(page, for: request, context)
    }
}

/// What came by one of the two forms, and what is wrong with it.
struct SentEnrolment: Sendable {
    var people: [(phone: Phone, profile: Profile)] = []
    var faults: [EnrolmentSheet.Fault] = []
    /// What was typed, to be shown again.
    var values: [String: String] = [:]
    /// Whether the file couldn't be read now, and may be later.
    var isOfTheServer = false

    init() {}

    init(_ form: Form, platformNames: [String: Platform], reader: SheetReader) async throws {
        values = form.values.compactMapValues(\.first)
        if form.values["sheet"] == nil, form.files.isEmpty {
            let cells = values.compactMapValues { $0.isEmpty ? nil : $0.trimmingCharacters(in: .whitespaces) }
            let (phone, profile, problems) = EnrolmentSheet.person(cells, platformNames)
            if let phone, problems.isEmpty { people = [(phone, profile)] }
            faults = problems.map { .init(row: 0, problem: $0) }
            return
        }
        if let file = form.files.first, file.size > 0 {
            do {
                values["sheet"] = try await reader.text(of: file)
            } catch let fault as SheetFault {
                values["sheet"] = values["sheet"] ?? ""
                isOfTheServer = fault.isOfTheServer
                let details = ["megabytes": "\(SheetFile.limit >> 20)", "limit": "\(EnrolmentSheet.limit)"]
                faults = [.init(row: 0, problem: FieldProblem("file", fault.rawValue, details: details))]
                return
            }
        }
        let sheet = EnrolmentSheet(values["sheet"] ?? "", platformNames: platformNames)
        people = sheet.people
        faults = sheet.faults
    }

    var isSheet: Bool { values["sheet"] != nil }
}

private struct EnrolmentsPage: Page {
    struct Line: Sendable {
        let time: String
        let count: String
    }

    struct Fault: Sendable {
        let words: String
    }

    static let template = "people/enrolments"
    let phone: String
    let name: String
    let site: String
    let platforms: [ChoiceItem]
    let errors: [String: String]
    let sheet: String
    let sheetError: String?
    let fileError: String?
    let faults: [Fault]
    let hasFaults: Bool
    let batches: [Line]
    let isEmpty: Bool
    let limit: String
    let status: HTTPResponse.Status

    init(_ batches: [EnrolmentBatch], sent: SentEnrolment, t: Strings) {
        let single = sent.isSheet ? [:] : sent.values
        phone = single["phone"] ?? ""
        name = single["name"] ?? ""
        site = single["site"] ?? ""
        platforms = Platform.allCases.map { platform in
            .init(
                value: platform.rawValue, name: t("platform.\(platform.rawValue)"),
                isChosen: single["platform"] == platform.rawValue)
        }
        func words(_ problem: FieldProblem) -> String { t("field.\(problem.name)", problem.details) }
        errors = sent.isSheet ? [:] : sent.faults.reduce(into: [:]) { $0[$1.problem.field] = words($1.problem) }
        sheet = sent.values["sheet"] ?? ""
        let rows = sent.isSheet ? sent.faults.filter { $0.row > 0 } : []
        fileError = sent.faults.first { $0.problem.field == "file" }.map { words($0.problem) }
        sheetError =
            sent.isSheet && !sent.faults.isEmpty && fileError == nil
            ? sent.faults.first { $0.row == 0 }.map { words($0.problem) }
                ?? t("enrolment.faults", ["count": "\(rows.count)"])
            : nil
        // The first ones are enough to see what is wrong with all.
        faults = rows.prefix(50).map { fault in
            Fault(
                words: t(
                    "enrolment.fault",
                    [
                        "row": "\(fault.row)", "field": t("profile.\(fault.problem.field)"),
                        "detail": words(fault.problem),
                    ]))
        }
        hasFaults = !rows.isEmpty
        self.batches = batches.map {
            Line(time: $0.at.minuteText, count: t("enrolment.count", ["count": "\($0.count)"]))
        }
        isEmpty = batches.isEmpty
        limit = t("enrolment.sheet-hint", ["limit": "\(EnrolmentSheet.limit)"])
        status = sent.isOfTheServer ? .serviceUnavailable : sent.faults.isEmpty ? .ok : .unprocessableContent
    }

    func title(_ t: Strings) -> String { t("enrolment.title") }
}
