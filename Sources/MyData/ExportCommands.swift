import Access
import Cases
import Directory
import Foundation
import Kernel
import Notices
import People
import Storage
import Web

/// Puts together what somebody takes along.
package struct ExportCommands: Sendable {
    private let services: Services
    private let facts: CaseFacts
    private let requests: DataRequestCommands

    package init(_ services: Services, facts: CaseFacts, requests: DataRequestCommands) {
        self.services = services
        self.facts = facts
        self.requests = requests
    }

    /// Throws ``People/Proof/Needed`` without a fresh proof. Each export is written down.
    package func export(
        of caller: Caller, as format: String, in language: Language
    ) async throws -> ExportDocument {
        let now = services.now()
        try await services.write(as: caller) { [policy = services.policy] db, caller in
            guard policy.allows(caller, "export", on: .myData(of: caller)) else { throw NotAllowed() }
            guard let session = caller.session else { throw Proof.Needed() }
            try ProofStore(db).require(session, at: now)
            try requests.noteExport(by: caller.id, as: format, at: now, in: db)
        }
        // Gathering takes a while: nobody who writes waits for it.
        return try await services.database.read { db in try document(of: caller.id, at: now, language, in: db) }
    }

    private func document(
        of account: ID<Account>, at now: Date, _ language: Language, in db: any Transaction
    ) throws -> ExportDocument {
        let limit = ExportDocument.limit
        let person = try AccountStore(db).find(account)
        let t = services.site.strings(in: language)
        let told = try Told(services.site, language, facts: facts, now: now, in: db)
        let rows = try CaseStore(db).reported(by: account, limit: limit)
        let notices = try NoticeStore(db).list(of: account, limit: limit).filter { !$0.isLook }
        let looks = try LookStore(db).list(
            of: account, requests: DataRequestStore.requests(of: account), limit: limit, policy: services.policy)
        let words = try told.words(of: notices.map { ($0.matter, $0.step) }, in: db)
        let numbers = Dictionary(rows.map { ($0.matter.id, $0.matter.number) }) { first, _ in first }
        let units = try LookWords(looks, facts: facts, t: t, language, in: db)
        return ExportDocument(
            format: ExportDocument.format, madeAt: now,
            isComplete: max(rows.count, notices.count, looks.count) < limit,
            account: try self.account(person, at: now, in: db),
            consents: try ConsentStore(db).consents(of: account).entries.map { entry in
                let purpose = facts.purposes.version(entry.version, of: entry.purpose)
                return ExportDocument.ConsentPart(
                    purpose: entry.purpose, version: entry.version,
                    name: purpose?.name(language) ?? t("mydata.consent.adult"), given: entry.isGiven, at: entry.at,
                    source: entry.source.rawValue)
            },
            sessions: try SessionStore(db).list(of: account).map { session in
                ExportDocument.SessionPart(
                    device: session.device.rawValue, means: session.means.rawValue, createdAt: session.createdAt,
                    seenAt: session.seenAt, expiresAt: session.expiresAt)
            },
            reports: try rows.map { try report($0.matter, told: told, language, in: db) },
            messages: notices.map { notice in
                ExportDocument.MessagePart(
                    at: notice.at, report: numbers[notice.matter] ?? "", words: words[notice.step]?.text ?? "",
                    isRead: notice.isRead)
            },
            looks: looks.map { look in
                ExportDocument.LookPart(
                    at: look.at, kind: look.kind, purpose: look.purpose, role: look.role?.rawValue,
                    unit: units.unit(of: look), report: look.matter.flatMap { numbers[$0] })
            },
            requests: try DataRequestStore(db).list(of: account, limit: limit).map { request in
                ExportDocument.RequestPart(
                    kind: request.kind.rawValue, state: request.state.rawValue, askedAt: request.askedAt,
                    due: request.due, answeredAt: request.answeredAt, text: try requests.words(of: request)?.text,
                    answer: try requests.answer(of: request))
            })
    }

    private func account(
        _ person: Person, at now: Date, in db: any Transaction
    ) throws -> ExportDocument.AccountPart {
        let roles = person.kind.grants + (try GrantStore(db).current(of: person.id, at: now))
        return ExportDocument.AccountPart(
            id: person.id.text, kind: person.kind.rawValue, phone: person.phone?.digits, login: person.login?.text,
            name: person.profile.name, platform: person.profile.platform?.rawValue, company: person.profile.company,
            site: person.profile.site, territory: person.territory?.rawValue,
            territoryName: try person.territory.flatMap { try DirectoryStore(db).territory($0)?.name },
            roles: Set(roles.map(\.role.rawValue)).sorted(), createdAt: person.createdAt,
            welcomedAt: person.welcomedAt)
    }

    private func report(
        _ matter: Case, told: Told, _ language: Language, in db: any Transaction
    ) throws -> ExportDocument.ReportPart {
        let entries = try TimelineStore(db).entries(of: matter.id).filter { $0.tells != nil }
        let words = try told.words(of: entries.map { (matter.id, $0.id) }, in: db)
        let reporter = try ReporterStore(db).find(matter.id)
        let photos = try PhotoStore(db).photos(of: matter.id).filter { $0.step == nil }
        let hasResult = matter.state == .closed || matter.state == .declined
        return ExportDocument.ReportPart(
            id: matter.id.text, number: matter.number, receivedAt: matter.receivedAt, category: matter.reportedCategory,
            description: matter.description, address: matter.place.address, position: matter.place.position,
            identity: reporter?.identity.rawValue ?? "", alias: reporter?.alias ?? "", state: matter.state.rawValue,
            result: hasResult ? matter.result : nil,
            told: entries.map { .init(at: $0.at, words: words[$0.id]?.text ?? "") },
            photos: photos.map { photo in
                ExportDocument.PhotoPart(
                    url: "/photos/\(photo.id)/large",
                    sha256: photo.hasOriginal
                        ? photo.originalHash.map { String(format: "%02x", $0) }.joined() : nil,
                    sentAt: photo.createdAt,
                    capturedAt: photo.evidence.takenAt, position: photo.evidence.position)
            })
    }
}

/// Where those who looked belong, in words.
struct LookWords: Sendable {
    private let words: VisibilityWords

    init(
        _ looks: [Look], facts: CaseFacts, t: Strings, _ language: Language, in db: any Transaction
    ) throws {
        words = try VisibilityWords(looks.compactMap(Self.line), facts: facts, t: t, language, in: db)
    }

    /// A purpose that only a newer version knows is shown as another one.
    static func purpose(_ purpose: String, _ t: Strings) -> String {
        t.has("looks.purpose.\(purpose)") ? t("looks.purpose.\(purpose)") : t("looks.purpose.other")
    }

    func unit(of look: Look) -> String? { Self.line(look).map(words.unit) }

    private static func line(_ look: Look) -> Visibility.Line? {
        look.post.map { post in
            .init(
                role: post.role, place: Visibility.place(of: post), isHandler: false, view: nil, seesEvidence: false,
                seesReporter: true)
        }
    }
}
