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
            while !Task.isCancelled {
                let handled = await self.catchUp()
                if handled == 0 {
                    try? await Task.sleep(for: .milliseconds(300))
                }
            }
        }
    }

    /// Handles what is waiting, and says how many entries that was.
    @discardableResult
    package func catchUp() async -> Int {
        var handled = 0
        for consumer in consumers {
            do {
                do {
                    while case let count = try await advance(consumer, by: 100), count > 0 { handled += count }
                } catch {
                    // One entry can't be handled: those before it need not wait for it.
                    while case let count = try await advance(consumer, by: 1), count > 0 { handled += count }
                }
            } catch {
                // The entry stays where it is and is tried again: skipping it would lose a message for good.
                logger.error(
                    "journal consumer failed", metadata: ["consumer": "\(consumer.name)", "error": "\(error)"])
            }
        }
        return handled
    }

    /// Hands the next entries, `limit` at most, to the consumer, all of them in one transaction.
    private func advance(_ consumer: any JournalConsumer, by limit: Int) async throws -> Int {
        let waiting = try await database.read { db in
            let journal = JournalStore(db)
            return try !journal.entries(after: journal.cursor(of: consumer.name), limit: 1).isEmpty
        }
        guard waiting else { return 0 }
        return try await database.write { db in
            let journal = JournalStore(db)
            let entries = try journal.entries(after: journal.cursor(of: consumer.name), limit: limit)
            for entry in entries {
                try consumer.handle(entry, in: db)
            }
            if let last = entries.last {
                try journal.moveCursor(of: consumer.name, to: last.sequence)
            }
            return entries.count
        }
    }
}
