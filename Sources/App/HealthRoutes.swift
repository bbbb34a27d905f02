import Foundation
import Hummingbird
import Journal
import Kernel
import Logging
import Media
import Metrics
import PostgresBackend
import Storage
import Synchronization
import Vault
import Web

/// What machines ask: is the process alive, can it work, how fast does it answer nothing.
struct HealthRoutes: Sendable {
    private let services: Services
    private let shelf: PhotoShelf
    private let metricsReaders: PeerNetworks
    private let lastWritten = LastWritten()
    private static let disk = BlockingQueue("readiness")

    init(_ services: Services, shelf: PhotoShelf, metricsFor readers: PeerNetworks) {
        metricsReaders = readers
        self.services = services
        self.shelf = shelf
    }

    func add(to routes: Routes) {
        routes.get("healthz", .open) { _, _ in try Response.json(["status": "alive"]) }
        routes.get("readyz", .open, use: ready)
        routes.get("metrics", .open) { [metricsReaders] _, context in
            // What a city's server does when is nobody's business but its operators'.
            guard metricsReaders.holds(context.remoteAddress) else { throw NoSuchPage() }
            measureDatabase()
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: PrometheusRegistry.shared.exposition())))
        }
        // The yardstick of the benchmarks: nothing but the framework.
        routes.get("api/v1/ping", .open) { _, _ in try Response.json(["pong": true]) }
    }

    private func measureDatabase() {
        guard let census = ((services.database as? VaultDatabase)?.base as? PostgresDatabase)?.census else { return }
        Meter(label: "database_sessions_idle").set(census.idle)
        Meter(label: "database_sessions_to_spare").set(census.free)
        Meter(label: "database_work_waiting").set(census.waiting)
    }

    /// Ready means: the database keeps what is written, and the photos' work folder takes a file. A store of photos that
    /// doesn't answer is told and no reason to be taken out of service: all else works, and the other nodes don't reach it
    /// either.
    @Sendable
    private func ready(_ request: Request, context: AppContext) async throws -> Response {
        do {
            // However often it is asked, it writes once a second at the most.
            let now = services.now()
            if !lastWritten.isWithin(1, of: now) {
                try await services.database.write { db in try HeartbeatStore(db).beat("readiness", at: now) }
                try await Self.disk.run { [shelf] in try Self.tryFile(in: shelf.workFolder) }
                lastWritten.set(now)
            }
            return try .json(["status": "ready", "photos": await photos(context)])
        } catch {
            context.logger.error("not ready", metadata: ["error": "\(error)"])
            return try .json(["status": "not ready"], status: .serviceUnavailable)
        }
    }

    /// Writes as much as a small photo and takes it away: a folder on a full disk can be written to by all other signs.
    private static func tryFile(in folder: URL) throws {
        let file = folder.appending(path: "readiness-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(count: 256 << 10).write(to: file)
    }

    private func photos(_ context: AppContext) async -> String {
        do {
            try await shelf.checkReachable()
            return "reachable"
        } catch {
            context.logger.error("photo storage out of reach", metadata: ["error": "\(error)"])
            return "unreachable"
        }
    }
}

/// When this node last wrote to see whether it could.
private final class LastWritten: Sendable {
    private let time = Mutex(Date.distantPast)

    func isWithin(_ seconds: Double, of now: Date) -> Bool {
        time.withLock { abs(now.timeIntervalSince($0)) < seconds }
    }

    func set(_ now: Date) {
        time.withLock { $0 = now }
    }
}
