import Access
import Cases
import Crypto
import Foundation
import Journal
import Kernel
import People
import Storage
import Web

/// Takes in what programs of others send: by the same way as a rider's report, with nobody as its reporter.
///
/// A program's key is all that is known of whoever sent it. Who stood behind the program isn't asked for and isn't kept.
struct FilingCommands: Sendable {
    private let services: Services
    private let cases: CaseFacts
    private let facts: Open311Facts

    init(_ services: Services, cases: CaseFacts, facts: Open311Facts) {
        self.services = services
        self.cases = cases
        self.facts = facts
    }

    struct Receipt: Sendable {
        let matter: Case
        let token: String
        let isNew: Bool
    }

    /// The key that `text` is.
    ///
    /// - Throws: ``Open311Error/noKey``, ``Open311Error/wrongKey``: also for one that has ended.
    func key(_ text: String?) async throws -> ProgramKey {
        guard let text else { throw Open311Error.noKey }
        let now = services.now()
        guard let token = Token(text),
            let key = try await services.database.read({ db in try ProgramKeyStore(db).find(token.hash) }),
            key.holds(at: now)
        else { throw Open311Error.wrongKey }
        return key
    }

    /// - Throws: ``Open311Error``; ``Cases/CaseError/keyUsedOtherwise`` when the program used its name for something else.
    func file(_ filing: Filing, by key: ProgramKey) async throws -> Receipt {
        let hash = filing.external.map { external in
            Data(SHA256.hash(data: key.id.uuid.bytes + Data(external.utf8)))
        }
        for _ in 0..<3 {
            do {
                return try await file(filing, by: key, external: hash)
            } catch StorageError.uniqueViolation where hash != nil {
                // The same was sent at the same time: now the other one is there.
                continue
            }
        }
        throw StorageError.busy
    }

    private func file(_ filing: Filing, by key: ProgramKey, external: Data?) async throws -> Receipt {
        let now = services.now()
        let earlier = try await services.database.read { db in
            try external.flatMap { try ReceiptStore(db).find(external: $0) }
        }
        let token = earlier?.token ?? services.makeName().uuidString.lowercased()
        let draft = ReportDraft(
            id: earlier?.matter ?? ID(services.makeUUID(now)), category: filing.category, place: filing.place,
            description: filing.words, identity: .anonymous)
        // A program may do what a rider may, and owns nothing of it.
        let program = Caller(id: .nobody, name: "", grants: AccountKind.rider.grants)
        let receipt = try await ReportCommands(services, facts: cases).submit(
            draft, photos: [], digest: draft.digest(photos: []), by: program,
            through: door(of: key, external: external, token: token, at: now))
        return Receipt(matter: receipt.matter, token: token, isNew: receipt.isNew)
    }

    private struct FiledData: Encodable {
        let program: String
    }

    private func door(of key: ProgramKey, external: Data?, token: String, at now: Date) -> ReportDoor {
        ReportDoor { db in
            guard try ProgramKeyStore(db).find(key.id)?.holds(at: now) == true else { throw Open311Error.wrongKey }
        } keep: { [facts] matter, db in
            if matter.place.position != nil, !key.territory.contains(matter.territory) {
                throw Open311Error.outsideTerritory
            }
            let budget = Budget("program-hour", key.perHour, per: 3600)
            if let wait = try Allowance.draw([budget], of: ID(key.id.uuid), at: now, in: db) {
                throw Open311Error.tooManyRequests(retryAfter: wait)
            }
            try ReceiptStore(db).insert(matter.id, of: key.id, external: external, token: token, at: now)
            if facts.shows(matter.category) {
                try PublicRequestStore(db).save(PublicRequest(matter, on: Day(of: now), isFromProgram: true))
            }
            try JournalStore(db).append(
                "program.filed", subject: matter.id.uuid, by: nil, at: now, data: FiledData(program: key.id.text))
        }
    }
}
