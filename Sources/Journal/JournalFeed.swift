import Foundation
import Kernel
import Logging
import ServiceLifecycle
import Storage

/// Something that reacts to what happened, such as the messages to a reporter.
package protocol JournalConsumer: Sendable {
    /// Names its cursor. Never change one that has shipped: the consumer would start again from the first entry.
    var name: String { get }

    /// Has the effect of one entry. The cursor moves in the same transaction, so each entry is handled once, also after
    /// a crash.
    func handle(_ entry: JournalEntry, in db: any Transaction) throws
}

/// Hands the journal's entries to the consumers, in order, for as long as the server runs.
///
/// Of many nodes one leads each consumer; another takes over when it is gone. That an entry is handled once doesn't depend
/// on it: the cursor moves in the transaction of the effect.
package struct JournalFeed: Service {
    private let database: any Database
    private let consumers: [any JournalConsumer]
    private let logger: Logger

    package init(database: any Database, consumers: [any JournalConsumer], logger: Logger) {
        self.database = database
        self.consumers = consumers
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup { group in
                for consumer in consumers { group.addTask { await lead(consumer) } }
            }
        }
    }

    /// Handles what is waiting, for all consumers, and says how many entries that was. Entries that could still be
    /// overtaken are waited for, `patience` at the most.
    @discardableResult
    package func catchUp(patience: Duration = .seconds(600)) async -> Int {
        var handled = 0
        for consumer in consumers { handled += await catchUp(consumer, patience: patience).handled }
        return handled
    }

    private func lead(_ consumer: any JournalConsumer) async {
        while !Task.isCancelled {
            if let leadership = await database.leadership(of: "journal/\(consumer.name)") {
                await follow(consumer, while: leadership)
                await leadership.resign()
            }
            try? await Task.sleep(for: .seconds(2))
        }
    }

    private func follow(_ consumer: any JournalConsumer, while leadership: any Leadership) async {
        while !Task.isCancelled, await leadership.confirm() {
            let mark = database.signals.mark(.journal)
            let turn = await catchUp(consumer, patience: .seconds(2))
            if turn.isHeldUp {
                try? await Task.sleep(for: .seconds(1))
            } else if turn.handled == 0 {
                await database.signals.wait(for: .journal, after: mark, atMost: .seconds(1))
            }
        }
    }

    private func catchUp(
        _ consumer: any JournalConsumer, patience: Duration
    ) async -> (handled: Int, isHeldUp: Bool) {
        var handled = 0
        do {
            do {
                while case let count = try await advance(consumer, by: 100, patience: patience), count > 0 {
                    handled += count
                }
            } catch {
                // One entry can't be handled: those before it need not wait for it. Those after it go together again.
                for _ in 0..<100 {
                    let count = try await advance(consumer, by: 1, patience: patience)
                    guard count > 0 else { break }
                    handled += count
                }
            }
            return (handled, false)
        } catch {
            // The entry stays where it is and is tried again: skipping it would lose a message for good.
            logger.error("journal consumer failed", metadata: ["consumer": "\(consumer.name)", "error": "\(error)"])
            return (handled, true)
        }
    }

    /// Hands the next entries, `limit` at most, to the consumer, all of them in one transaction.
    private func advance(
        _ consumer: any JournalConsumer, by limit: Int, patience: Duration
    ) async throws -> Int {
        let (cursor, entries) = try await settledEntries(for: consumer, limit: limit, patience: patience)
        guard let last = entries.last else { return 0 }
        return try await database.write { db in
            let journal = JournalStore(db)
            // Entries never change, so they need not be read again; but another feed may have handled them meanwhile.
            guard try journal.cursor(of: consumer.name) == cursor else { return 0 }
            for entry in entries { try consumer.handle(entry, in: db) }
            try journal.moveCursor(of: consumer.name, to: last.position)
            return entries.count
        }
    }

    /// The next entries. When there are only such that wait for an older transaction to end, it waits for that a while.
    private func settledEntries(
        for consumer: any JournalConsumer, limit: Int, patience: Duration
    ) async throws -> (JournalPosition, [JournalEntry]) {
        var wait = Duration.milliseconds(2)
        var waited = Duration.zero
        while true {
            let (cursor, entries, more) = try await database.read { db in
                let journal = JournalStore(db)
                let cursor = try journal.cursor(of: consumer.name)
                let entries = try journal.entries(after: cursor, limit: limit)
                return (cursor, entries, try entries.isEmpty && journal.hasEntries(after: cursor))
            }
            guard more, waited < patience else { return (cursor, entries) }
            try await Task.sleep(for: wait)
            waited += wait
            wait = min(wait * 2, .milliseconds(200))
        }
    }
}
