import Access
import Cases
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import People
import Storage
import Web

/// `/open311/v2`: the server's side of GeoReport v2. Everybody may read; who sends needs a key.
struct Open311Routes: Sendable {
    private let services: Services
    private let cases: CaseFacts
    private let facts: Open311Facts
    private let isSecure: Bool
    private let answers: Open311Answers

    init(_ services: Services, cases: CaseFacts, facts: Open311Facts, isSecure: Bool) {
        self.services = services
        self.cases = cases
        self.facts = facts
        self.isSecure = isSecure
        answers = Open311Answers(site: services.site, facts: facts)
    }

    func add(to routes: Routes) {
        for ending in ["", ".xml", ".json"] {
            routes.get("open311/discovery\(ending)", .open, use: discover)
            routes.get("open311/v2/discovery\(ending)", .open, use: discover)
            routes.get("open311/v2/services\(ending)", .open, use: list)
            routes.get("open311/v2/requests\(ending)", .open, use: requests)
            routes.post("open311/v2/requests\(ending)", .open, use: file)
        }
        routes.get("open311/v2/services/:service", .open, use: define)
        routes.get("open311/v2/requests/:request", .open, use: request)
        routes.get("open311/v2/tokens/:token", .open, use: redeem)
    }

    private func services(_ context: AppContext) -> ServiceList {
        ServiceList(
            categories: cases.categories, facts: facts, language: context.language,
            t: services.site.strings(in: context.language))
    }

    @Sendable
    private func discover(_ request: Request, context: AppContext) async throws -> Response {
        try await answers.answer(request, context) { _ in
            let host = request.head.authority ?? ""
            let isName = host.utf8.allSatisfy { byte in
                Character(Unicode.Scalar(byte)).isLetter || (0x30...0x39).contains(byte) || ".:-[]".utf8.contains(byte)
            }
            guard !host.isEmpty, isName else { throw Open311Error.noSuchJurisdiction }
            let endpoint = Spark.members([
                .init("specification", "http://wiki.open311.org/GeoReport_v2"),
                .init("url", "\(isSecure ? "https" : "http")://\(host)/open311/v2"),
                .init("changeset", facts.changeset), .init("type", "production"),
                .init("formats", .items("format", SparkDocument.Format.allCases.map { .text($0.mediaType) })),
            ])
            return (
                SparkDocument(
                    "discovery",
                    .members([
                        .init("changeset", facts.changeset), .init("contact", facts.contact(context.language)),
                        .init("key_service", facts.keyService(context.language)),
                        .init("endpoints", .items("endpoint", [endpoint])),
                    ])), .ok, [:]
            )
        }
    }

    @Sendable
    private func list(_ request: Request, context: AppContext) async throws -> Response {
        try await answers.answer(request, context, for: 300) { _ in (services(context).document, .ok, [:]) }
    }

    @Sendable
    private func define(_ request: Request, context: AppContext) async throws -> Response {
        try await answers.answer(request, context, for: 300) { code in
            guard let definition = services(context).definition(of: code) else { throw Open311Error.noSuchService }
            return (definition, .ok, [:])
        }
    }

    // MARK: Requests

    @Sendable
    private func requests(_ request: Request, context: AppContext) async throws -> Response {
        try await answers.answer(request, context, for: 60) { _ in
            let today = Day(of: services.now())
            let filter = try RequestFilter(RequestFilter.parameters(of: request), on: today)
            let shown = try await shown(context) { store, allowed in
                if let numbers = filter.numbers {
                    return try store.find(numbers, of: facts, on: today, where: allowed)
                }
                return try store.list(filter, of: facts, on: today, where: allowed)
            }
            return (document(shown, context), .ok, [:])
        }
    }

    @Sendable
    private func request(_ request: Request, context: AppContext) async throws -> Response {
        try await answers.answer(request, context, for: 60) { number in
            let today = Day(of: services.now())
            let filter = try RequestFilter(["service_request_id": [number]], on: today)
            let shown = try await shown(context) { store, allowed in
                try store.find(filter.numbers ?? [], of: facts, on: today, where: allowed)
            }
            guard !shown.isEmpty else { throw Open311Error.noSuchRequest }
            return (document(shown, context), .ok, [:])
        }
    }

    /// Reads as whoever asks: signed in or not, it is the policy's row for everybody that lets them.
    private func shown(
        _ context: AppContext,
        _ find: @escaping @Sendable (PublicRequestStore, SQL) throws -> [PublicRequestStore.Shown]
    ) async throws -> [PublicRequestStore.Shown] {
        let anybody = Caller(id: .nobody, name: "", grants: [])
        let allowed = services.policy.condition(for: anybody, doing: "read", on: "publicRequest", in: AccessColumns())
        return try await services.database.read { db in try find(PublicRequestStore(db), allowed) }
    }

    private func document(_ shown: [PublicRequestStore.Shown], _ context: AppContext) -> SparkDocument {
        let t = services.site.strings(in: context.language)
        return SparkDocument(
            "service_requests",
            .items("request", shown.map { $0.spark(cases.categories, context.language, t) }))
    }

    // MARK: Sending

    @Sendable
    private func file(_ request: Request, context: AppContext) async throws -> Response {
        let commands = FilingCommands(services, cases: cases, facts: facts)
        let t = services.site.strings(in: context.language)
        return try await answers.answer(request, context) { _ in
            // An address stands in logs and histories.
            guard request.uri.queryParameters["api_key"] == nil else { throw Open311Error.keyInAddress }
            let form = try await Form(request, context)
            let key = try await commands.key(form["api_key"])
            try answers.checkJurisdiction(form["jurisdiction_id"])
            let filing = try Filing(
                form.values, external: request.headers[.idempotencyKey], categories: cases.categories, facts: facts)
            let receipt = try await commands.file(filing, by: key)
            // By what was sent, not by what the case is by now: the same answer as the first time.
            let isShown = facts.shows(receipt.matter.reportedCategory)
            let notices = [
                isShown ? nil : t("open311.notice.blackbox"), filing.hasPerson ? t("open311.notice.no-person") : nil,
                filing.hasMedia ? t("open311.notice.no-media") : nil,
            ].compactMap(\.self)
            var members: [Spark.Member] = isShown ? [.init("service_request_id", receipt.matter.number)] : []
            members.append(.init("service_notice", notices.isEmpty ? nil : notices.joined(separator: " ")))
            members.append(.init("account_id", .null))
            var headers: HTTPFields = [:]
            if isShown { headers[.location] = "/open311/v2/tokens/\(receipt.token)" }
            return (
                SparkDocument("service_requests", .items("request", [.members(members)])),
                receipt.isNew ? .created : .ok, headers
            )
        }
    }

    @Sendable
    private func redeem(_ request: Request, context: AppContext) async throws -> Response {
        try await answers.answer(request, context) { token in
            guard UUID(uuidString: token) != nil,
                let found = try await services.database.read({ db in
                    try ReceiptStore(db).request(token: token.lowercased())
                }), facts.shows(found.category)
            else { throw Open311Error.noSuchToken }
            return (
                SparkDocument(
                    "service_requests",
                    .items(
                        "request",
                        [.members([.init("service_request_id", found.number), .init("token", token.lowercased())])])),
                .ok, [:]
            )
        }
    }
}

extension SparkDocument.Format {
    fileprivate var mediaType: String { self == .xml ? "text/xml" : "application/json" }
}

extension HTTPField.Name {
    fileprivate static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
}
