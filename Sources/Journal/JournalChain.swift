import Crypto
import Foundation
import Kernel

/// Binds each entry of the journal to all before it: who changes, removes, adds or moves one breaks every seal that
/// follows.
///
/// The transaction that an entry was written in is no part of it: it is another one after a move to another cluster.
package enum JournalChain {
    /// What the first entry is bound to.
    package static let beginning = Data(SHA256.hash(data: Data("nuanxin journal, version 1".utf8)))

    /// The seal of the entry that stands at place `number`, counted from 1, after the one with the seal `previous`.
    package static func seal(_ entry: JournalEntry, number: Int, after previous: Data) -> Data {
        var bytes = Data(capacity: 128 + entry.data.count)
        bytes.append(previous)
        bytes.append(bigEndian: number)
        bytes.append(bigEndian: entry.sequence)
        bytes.append(bigEndian: entry.at.milliseconds)
        bytes.append(entry.actor == nil ? 0 : 1)
        if let actor = entry.actor { bytes.append(actor.uuid.bytes) }
        bytes.append(entry.subject.bytes)
        // Each text with its length before it, so that nothing can be shifted from one into the other.
        for text in [Data(entry.kind.utf8), entry.data] {
            bytes.append(bigEndian: text.count)
            bytes.append(text)
        }
        return Data(SHA256.hash(data: bytes))
    }
}

extension Data {
    fileprivate mutating func append(bigEndian number: Int) {
        Swift.withUnsafeBytes(of: Int64(number).bigEndian) { append(contentsOf: $0) }
    }
}
