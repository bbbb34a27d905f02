import Access
import Foundation
import Hummingbird
import Journal
import Kernel
import Storage
import Web

/// `/admin/journal/chain`: whether the journal is what it was, and how one would know.
struct ChainRoutes: Sendable {
    private let services: Services
    private let commands: AuditCommands
    private let witness: Audit.Witness

    init(_ services: Services, commands: AuditCommands, witness: Audit.Witness) {
        self.services = services
        self.commands = commands
        self.witness = witness
    }

    func add(to routes: Routes) {
        routes.get("admin/journal/chain", .may("read", "journal"), use: show)
        routes.post("admin/journal/chain/verification", .may("verify", "journal"), use: verify)
    }

    @Sendable
    private func show(_ request: Request, context: AppContext) async throws -> Response {
        try await page(nil, request, context)
    }

    @Sendable
    private func verify(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        _ = try await Form(request, context)
        return try await page(try await commands.verifyEnd(by: caller), request, context)
    }

    private func page(
        _ piece: JournalAudit.Piece?, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let t = services.site.strings(in: context.language)
        let now = services.now()
        let page = try await services.database.read { [witness] db in
            let store = SealStore(db)
            let waiting = try store.waiting(upTo: 1000)
            let newest = try store.newestCheckpoint()
            let isOurs = newest.map { $0.isGenuine && $0.signer == witness.signer } ?? false
            let age = newest.map { now.timeIntervalSince($0.at) } ?? .infinity
            let signed: String =
                if let newest {
                    t(
                        isOurs ? "journal.chain.signed" : "journal.chain.signed-by-others",
                        ["time": newest.at.secondText, "number": "\(newest.number)"])
                } else {
                    t("journal.chain.never-signed")
                }
            return ChainPage(
                sealed: "\(try store.last().number)", waiting: waiting >= 1000 ? "1000+" : "\(waiting)",
                signed: signed,
                // Once an hour is usual; a journal in which nothing happened since needs no new signature.
                signedTone: isOurs && (age < 2 * 3600 || waiting == 0) ? "good" : "warn",
                kept: t(witness.isElsewhere ? "journal.chain.elsewhere" : "journal.chain.here"),
                keptTone: witness.isElsewhere ? "good" : "warn", signer: witness.signer.base64EncodedString(),
                most: "\(AuditCommands.sealsAtOnce)", result: piece.map { Self.words(of: $0, t) },
                resultTone: piece?.fault == nil ? "good" : "late")
        }
        return try services.site.render(page, for: request, context)
    }

    private static func words(of piece: JournalAudit.Piece, _ t: Strings) -> String {
        guard let fault = piece.fault else {
            guard let numbers = piece.numbers else { return t("journal.chain.nothing") }
            return t(
                "journal.chain.whole", ["from": "\(numbers.lowerBound)", "to": "\(numbers.upperBound)"])
        }
        switch fault {
        case .changed(let sequence): return t("journal.fault.changed", ["number": "\(sequence)"])
        case .missing(let sequence): return t("journal.fault.missing", ["number": "\(sequence)"])
        case .inserted(let sequence): return t("journal.fault.inserted", ["number": "\(sequence)"])
        case .noSeal(let number): return t("journal.fault.no-seal", ["number": "\(number)"])
        case .cutOff(let number, let signed):
            return t("journal.fault.cut-off", ["number": "\(number)", "signed": "\(signed)"])
        case .otherThanSigned(let number): return t("journal.fault.other", ["number": "\(number)"])
        case .forgedCheckpoint(let number): return t("journal.fault.forged", ["number": "\(number)"])
        }
    }
}
