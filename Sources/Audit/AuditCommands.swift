import Access
import Foundation
import Journal
import Kernel
import People
import Storage
import Web

/// What an auditor does that is written down: taking entries along, having the chain reckoned, looking into what is unusual.
package struct AuditCommands: Sendable {
    /// How many entries one file holds at most.
    package static let mostRows = 50_000
    /// How many days it may span, so that counting beforehand doesn't go through years.
    package static let mostDays = 366
    /// How many seals are reckoned on a page. A whole chain is the work of `nuanxin verify-journal`.
    package static let sealsAtOnce = 5000
    /// How long a note may be.
    static let longestNote = 500

    private let services: Services
    private let signer: Data

    init(_ services: Services, signer: Data) {
        self.services = services
        self.signer = signer
    }

    /// Why entries are taken along. A closed list, as for looks: no name gets into the journal by it.
    package enum Purpose: String, Sendable, CaseIterable {
        case review, complaint, incident, authority, request
    }

    struct ExportData: Encodable, Sendable {
        let format: String
        let purpose: String
        let rows: Int
        let from: String?
        let until: String?
        let kind: String?
        let role: String?
        let actor: String?
        let subject: String?
    }

    /// Writes down that entries are taken along, and says up to which instant they go and how many they are.
    ///
    /// Throws ``People/Proof/Needed`` without a fresh proof, and for a search that is too wide.
    package func noteExport(
        _ search: JournalSearch, as format: String, for purpose: Purpose, by caller: Caller
    ) async throws -> (search: JournalSearch, rows: Int) {
        let now = services.now()
        let id = services.makeUUID(now)
        guard let from = search.from else { throw InvalidFields("from", "missing") }
        var search = search
        search.until = min(search.until ?? Day(of: now), Day(of: now))
        let days = (search.until ?? from) - from + 1
        guard days > 0 else { throw InvalidFields("until", "before-start") }
        guard days <= Self.mostDays else {
            throw InvalidFields("from", "too-many-days", details: ["limit": "\(Self.mostDays)"])
        }
        let wanted = search
        let rows = try await services.write(as: caller) { [policy = services.policy] db, caller in
            guard policy.allows(caller, "export", on: .journal) else { throw NotAllowed() }
            guard let session = caller.session else { throw Proof.Needed() }
            try ProofStore(db).require(session, at: now)
            let rows = try EntryStore(db).count(wanted, upTo: Self.mostRows + 1)
            guard rows <= Self.mostRows else {
                throw InvalidFields("from", "too-many-rows", details: ["limit": "\(Self.mostRows)"])
            }
            try JournalStore(db).append(
                "journal.exported", subject: id, by: caller.id, at: now,
                data: ExportData(
                    format: format, purpose: purpose.rawValue, rows: rows, from: wanted.from?.description,
                    until: wanted.until?.description, kind: wanted.kind, role: wanted.role?.rawValue,
                    actor: wanted.actor?.text, subject: wanted.subject.map { ID<Account>($0).text }))
            return rows
        }
        return (wanted, rows)
    }

    /// Reckons the end of the chain anew, and writes down what came out.
    package func verifyEnd(by caller: Caller) async throws -> JournalAudit.Piece {
        let now = services.now()
        let id = services.makeUUID(now)
        let piece = try await JournalAudit(services.database).end(limit: Self.sealsAtOnce, signers: [signer])
        try await services.write(as: caller) { [policy = services.policy] db, caller in
            guard policy.allows(caller, "verify", on: .journal) else { throw NotAllowed() }
            try JournalStore(db).append(
                "journal.verified", subject: id, by: caller.id, at: now,
                data: [
                    "from": "\(piece.numbers?.lowerBound ?? 0)", "to": "\(piece.numbers?.upperBound ?? 0)",
                    "outcome": piece.fault == nil ? "whole" : "fault",
                ])
        }
        return piece
    }

    /// Keeps that somebody has looked into what was unusual, and what they found.
    package func examine(_ key: Unusual.Key, note: String, by caller: Caller) async throws {
        let now = services.now()
        let id = services.makeUUID(now)
        try await services.write(as: caller) { [policy = services.policy] db, caller in
            guard policy.allows(caller, "examine", on: .journal) else { throw NotAllowed() }
            try ExaminationStore(db).insert(
                Examination(id: id, key: key, note: note, by: caller.id, at: now))
            try JournalStore(db).append(
                "journal.examined", subject: key.actor.uuid, by: caller.id, at: now,
                data: ["rule": key.rule.rawValue, "day": key.day.description])
        }
    }
}

extension Subject {
    static var journal: Subject { Subject(kind: "journal") }
}
