import Foundation
import Kernel
import Logging
import ServiceLifecycle
import Storage

/// For what many people read and nobody decides by, such as the public figures: a copy of the database that follows it at
/// a short distance, or the database itself where there is no copy, or when the copy is late or away.
///
/// Rights, money and a person's own data are never read here; a test keeps the list of those who may.
package struct ReadReplica: Sendable {
    private let primary: any Database
    private let copy: (any Database)?
    /// How old the answers may be, in seconds.
    private let longestLag: Double
    private let now: @Sendable () -> Date

    package init(
        primary: any Database, copy: (any Database)? = nil, longestLag: Double = 10,
        now: @escaping @Sendable () -> Date = { Date().storable }
    ) {
        self.primary = primary
        self.copy = copy
        self.longestLag = longestLag
        self.now = now
    }

    package func read<Value: Sendable>(
        _ work: @escaping @Sendable (any Transaction) throws -> Value
    ) async throws -> Value {
        guard let copy else { return try await primary.read(work) }
        let oldest = now() - longestLag
        do {
            return try await copy.read { db in
                guard let beat = try HeartbeatStore(db).last(Heart.name), beat >= oldest else { throw TooLate() }
                return try work(db)
            }
        } catch is TooLate, StorageError.unavailable, StorageError.busy {
            return try await primary.read(work)
        }
    }

    private struct TooLate: Error {}
}

/// Writes the instant every two seconds, on one node of all, so that a copy can tell how old it is.
package struct Heart: Service {
    static let name = "copies"

    private let database: any Database
    private let logger: Logger
    private let now: @Sendable () -> Date

    package init(_ database: any Database, logger: Logger, now: @escaping @Sendable () -> Date) {
        self.database = database
        self.logger = logger
        self.now = now
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if let leadership = await database.leadership(of: "heart") {
                    while !Task.isCancelled, await leadership.confirm() {
                        await beat()
                        try? await Task.sleep(for: .seconds(2))
                    }
                    await leadership.resign()
                }
                try? await Task.sleep(for: .seconds(2))
            }
        }
    }

    private func beat() async {
        do {
            try await database.write { [time = now()] db in try HeartbeatStore(db).beat(Self.name, at: time) }
        } catch {
            logger.warning("no heartbeat", metadata: ["error": "\(error)"])
        }
    }
}
