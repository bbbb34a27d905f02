import Foundation
import Kernel
import Storage

/// Reckons the whole chain of seals anew, and says where it first breaks.
package struct JournalAudit: Sendable {
    /// What is wrong with a journal. Nothing of what the entry says is named.
    package enum Fault: Sendable, Hashable {
        /// The entry was changed, or stands in another place than when it was sealed.
        case changed(sequence: Int)
        /// An entry that was sealed isn't there any more.
        case missing(sequence: Int)
        /// An entry stands among sealed ones, and was never sealed itself.
        case inserted(sequence: Int)
        /// The seal at a place isn't there, with others after it.
        case noSeal(number: Int)
        /// The journal ends before what somebody has signed: its end was cut off.
        case cutOff(number: Int, signed: Int)
        /// Other entries led up to this place when it was signed.
        case otherThanSigned(number: Int)
        /// A checkpoint that nobody whom we trust has signed.
        case forgedCheckpoint(number: Int)
    }

    package struct Report: Sendable, Hashable {
        /// How many entries are sealed in an unbroken chain.
        package var sealed: Int
        /// How many have come since.
        package var waiting: Int
        package var checkpoints: Int
        package var fault: Fault?

        package init(sealed: Int = 0, waiting: Int = 0, checkpoints: Int = 0, fault: Fault? = nil) {
            self.sealed = sealed
            self.waiting = waiting
            self.checkpoints = checkpoints
            self.fault = fault
        }
    }

    let database: any Database

    package init(_ database: any Database) {
        self.database = database
    }

    /// Reckons with `checkpoints`, from wherever copies of what was signed are kept; only the word of those with one of the
    /// public keys `signers` counts.
    package func run(checkpoints: [JournalCheckpoint], signers: Set<Data>) async throws -> Report {
        var report = Report(checkpoints: checkpoints.count)
        if let forged = checkpoints.first(where: { !signers.contains($0.signer) || !$0.isGenuine }) {
            report.fault = .forgedCheckpoint(number: forged.number)
            return report
        }
        let signed = Dictionary(grouping: checkpoints, by: \.number).mapValues { Set($0.map(\.hash)) }
        var last = JournalSeal.beginning
        repeat {
            let page = try await database.read { [last] db in try SealStore(db).seals(after: last.number, limit: 5000) }
            guard !page.isEmpty else { break }
            for sealed in page {
                if let fault = Self.fault(in: sealed, after: last, signed: signed) {
                    report.fault = fault
                    return report
                }
                last = sealed.seal
                report.sealed = last.number
            }
        } while true
        let (inserted, waiting) = try await database.read { db in
            let end = try JournalStore(db).cursor(of: JournalSealer.name)
            return (try SealStore(db).firstUnsealed(upTo: end), try SealStore(db).waiting())
        }
        report.waiting = waiting
        if let inserted {
            report.fault = .inserted(sequence: inserted)
        } else if let newest = signed.keys.max(), newest > last.number {
            report.fault = .cutOff(number: last.number, signed: newest)
        }
        return report
    }

    static func fault(
        in sealed: SealStore.Sealed, after last: JournalSeal, signed: [Int: Set<Data>]
    ) -> Fault? {
        guard sealed.seal.number == last.number + 1 else { return .noSeal(number: last.number + 1) }
        guard let entry = sealed.entry else { return .missing(sequence: sealed.sequence) }
        guard JournalChain.seal(entry, number: sealed.seal.number, after: last.hash) == sealed.seal.hash else {
            return .changed(sequence: sealed.sequence)
        }
        if let hashes = signed[sealed.seal.number], hashes != [sealed.seal.hash] {
            return .otherThanSigned(number: sealed.seal.number)
        }
        return nil
    }
}
