import Storage

/// Seals the entries in the order in which all consumers get them, behind those who write: nobody waits for it.
package struct JournalSealer: JournalConsumer {
    package static let name: String = "seal"

    package var name: String { Self.name }

    package init() {}

    package func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        let store = SealStore(db)
        let last = try store.last()
        let number = last.number + 1
        let seal = JournalSeal(number: number, hash: JournalChain.seal(entry, number: number, after: last.hash))
        try store.insert(seal, of: entry)
    }
}
