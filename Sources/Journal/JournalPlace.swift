import Foundation
import Kernel
import Storage

/// Where one entry stands in the chain, and whether what is there still fits its seal.
package enum JournalPlace: Sendable, Hashable {
    /// It was written a moment ago, and waits for its seal.
    case waiting
    case whole(number: Int)
    /// The entry, or the one before it, isn't what it was when it was sealed.
    case broken(number: Int)

    package var number: Int? {
        switch self {
        case .waiting: nil
        case .whole(let number), .broken(let number): number
        }
    }
}

extension SealStore {
    /// Costs the same wherever in the journal the entry stands. It says that this entry fits the seal before it, not that
    /// all before it do: that is ``JournalAudit``.
    package func place(of sequence: Int) throws -> JournalPlace {
        guard let number = try number(of: sequence) else { return .waiting }
        guard let before = try seal(number - 1), let sealed = try seals(after: number - 1, limit: 1).first,
            sealed.seal.number == number, let entry = sealed.entry,
            JournalChain.seal(entry, number: number, after: before.hash) == sealed.seal.hash
        else { return .broken(number: number) }
        return .whole(number: number)
    }
}

extension JournalAudit {
    /// The end of the chain, reckoned anew: for a look in passing. The whole is ``run(checkpoints:signers:)``.
    package struct Piece: Sendable, Hashable {
        /// The seals that were reckoned; `nil` when there are none yet.
        package let numbers: ClosedRange<Int>?
        package let fault: Fault?
    }

    /// Reckons the last `limit` seals anew, and compares them with the checkpoints that the database holds of them.
    package func end(limit: Int, signers: Set<Data>) async throws -> Piece {
        let (end, start, signed) = try await database.read { db in
            let store = SealStore(db)
            let end = try store.last()
            let start = try store.seal(max(0, end.number - limit))
            return (end, start, try store.checkpoints(after: max(0, end.number - limit)))
        }
        guard end.number > 0 else {
            return Piece(numbers: nil, fault: signed.last.map { .cutOff(number: 0, signed: $0.number) })
        }
        let first = max(0, end.number - limit) + 1
        func piece(_ fault: Fault?) -> Piece { Piece(numbers: first...end.number, fault: fault) }
        guard var last = start else { return piece(.noSeal(number: first - 1)) }
        if let forged = signed.first(where: { !signers.contains($0.signer) || !$0.isGenuine }) {
            return piece(.forgedCheckpoint(number: forged.number))
        }
        if let cut = signed.last, cut.number > end.number {
            return piece(.cutOff(number: end.number, signed: cut.number))
        }
        let hashes = Dictionary(grouping: signed, by: \.number).mapValues { Set($0.map(\.hash)) }
        while last.number < end.number {
            let page = try await database.read { [last] db in
                try SealStore(db).seals(after: last.number, limit: min(1000, end.number - last.number))
            }
            guard !page.isEmpty else { return piece(.noSeal(number: last.number + 1)) }
            for sealed in page {
                if let fault = Self.fault(in: sealed, after: last, signed: hashes) { return piece(fault) }
                last = sealed.seal
            }
        }
        return piece(nil)
    }
}
