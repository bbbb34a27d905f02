import Storage
import Synchronization

/// What this node leads, by advisory locks on one session. They end with it: when the node dies another takes over.
actor PostgresLeaders {
    private let pool: PostgresPool
    private var session: PostgresSession?

    init(_ pool: PostgresPool) {
        self.pool = pool
    }

    /// The lock's number. The schema is part of it, so that two cities in one database don't meet.
    static func key(_ name: String) -> SQL {
        "hashtextextended(current_schema() || '/' || \(name), 0)"
    }

    /// Leadership, unless another node has it or no server can be reached.
    func claim(_ name: String) async -> (any Leadership)? {
        do {
            let session = try await wholeSession()
            let isOurs = try await session.onQueue {
                try session.run("SELECT pg_try_advisory_lock(\(Self.key(name)))").rows().first?[0] ?? false
            }
            return isOurs ? PostgresLeadership(name: name, session: session) : nil
        } catch {
            session = nil
            return nil
        }
    }

    private func wholeSession() async throws -> PostgresSession {
        if let session, session.isWhole { return session }
        let new = try await pool.connect()
        // Two claims may have waited for a connection side by side: one session is enough.
        if let session, session.isWhole { return session }
        session = new
        return new
    }
}

private struct PostgresLeadership: Leadership {
    let name: String
    let session: PostgresSession

    func confirm() async -> Bool {
        let answer: Bool? = try? await session.onQueue {
            try session.run("SELECT TRUE").rows().first?[0]
        }
        return answer ?? false
    }

    func resign() async {
        try? await session.onQueue { _ = try session.run("SELECT pg_advisory_unlock(\(PostgresLeaders.key(name)))") }
    }
}
