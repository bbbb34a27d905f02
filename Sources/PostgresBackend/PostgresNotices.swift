import Dispatch
import Foundation
import Storage
import Synchronization

/// Carries signals between nodes by `LISTEN` and `NOTIFY`. What gets lost on the way only costs time: who waits looks for
/// itself now and then.
///
/// `NOTIFY` is sent after the commits and for many of them at once: inside of a transaction it would make all commits of
/// the whole database wait for one another.
final class PostgresNotices: Sendable {
    private let pool: PostgresPool
    private let signals: Signals
    private let waiting = Mutex<(topics: Set<Topic>, isSending: Bool)>(([], false))
    private let listener: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(_ pool: PostgresPool, signals: Signals) {
        self.pool = pool
        self.signals = signals
        signals.beforeFirstWait { [weak self] in self?.listen() }
    }

    deinit {
        listener.withLock { $0?.cancel() }
    }

    /// Tells this node at once and the others soon.
    func tell(_ topics: Set<Topic>) {
        guard !topics.isEmpty else { return }
        for topic in topics { signals.raise(topic) }
        let mustSend = waiting.withLock { waiting in
            waiting.topics.formUnion(topics)
            defer { waiting.isSending = true }
            return !waiting.isSending
        }
        guard mustSend else { return }
        Task { [weak self] in
            try? await Task.sleep(for: .milliseconds(20))
            await self?.send()
        }
    }

    private func send() async {
        let topics = waiting.withLock { waiting in
            defer { waiting = ([], false) }
            return waiting.topics
        }
        guard let session = try? await pool.take(until: .now + .seconds(1)) else { return }
        _ = try? await session.onQueue {
            for topic in topics {
                _ = try session.run("SELECT pg_notify(current_schema() || '.nuanxin', \(topic.name))")
            }
        }
        pool.give(session)
    }

    private func listen() {
        let task = Task { [weak self, pool, signals] in
            while !Task.isCancelled, self != nil {
                guard let session = try? await pool.connect() else {
                    try? await Task.sleep(for: .seconds(1))
                    continue
                }
                do {
                    try await session.startListening()
                    while !Task.isCancelled {
                        for name in try await session.onQueue({ try session.notifications(waiting: 500) }) {
                            signals.raise(Topic(name: name))
                        }
                    }
                } catch {
                    try? await Task.sleep(for: .milliseconds(200))
                }
            }
        }
        listener.withLock { $0 = task }
    }
}

extension PostgresSession {
    fileprivate func startListening() async throws {
        try await onQueue {
            let schema: String = try self.run("SELECT current_schema()::text").rows().first?[0] ?? "public"
            try self.command("LISTEN \"\(schema.replacing("\"", with: "\"\"")).nuanxin\"")
        }
    }
}
