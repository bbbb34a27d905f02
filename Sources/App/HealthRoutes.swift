import Foundation
import Hummingbird
import Logging
import Media
import Storage
import Web

/// What machines ask: is the process alive, can it work, how fast does it answer nothing.
struct HealthRoutes: Sendable {
    private let services: Services
    private let shelf: PhotoShelf
    init(_ services: Services, shelf: PhotoShelf) {
        self.services = services
        self.shelf = shelf
    }

    func add(to router: Router<AppContext>) {
        router.get("healthz") { _, _ in try Response.json(["status": "alive"]) }
        router.get("readyz", use: ready)
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: PrometheusRegistry.shared.exposition())))
        }
        // The yardstick of the benchmarks: nothing but the framework.
        router.get("api/v1/ping") { _, _ in try Response.json(["pong": true]) }
    }

    /// Ready means: the database answers and the photos' work folder can be written to. A store of photos that doesn't answer
    /// is told and no reason to be taken out of service: all else works, and the other nodes don't reach it either.
    @Sendable
    private func ready(_ request: Request, context: AppContext) async throws -> Response {
        do {
            _ = try await services.database.read { db in
                try db.value("SELECT COUNT(*) FROM journal_cursor", as: Int.self)
            }
            guard FileManager.default.isWritableFile(atPath: shelf.workFolder.path) else {
                throw CocoaError(.fileWriteNoPermission)
            }
            return try .json(["status": "ready", "photos": await photos(context)])
        } catch {
            context.logger.error("not ready", metadata: ["error": "\(error)"])
            return try .json(["status": "not ready"], status: .serviceUnavailable)
        }
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
