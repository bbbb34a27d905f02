import Foundation
import Hummingbird
import Journal
import Logging
import ServiceLifecycle
import Storage
import Web

/// Writes down, beside the answers, what somebody of the staff was refused on this node.
struct RefusalJournal: Service {
    let services: Services
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await turn()
                try? await Task.sleep(for: .seconds(1))
            }
        }
        await turn()
    }

    func turn() async {
        let refusals = services.refusals.take(at: services.now())
        guard !refusals.isEmpty else { return }
        do {
            try await services.database.write { db in
                for refusal in refusals {
                    try JournalStore(db).append(
                        "access.refused", subject: refusal.subject, by: refusal.actor, at: refusal.at,
                        data: ["kind": refusal.kind])
                }
            }
        } catch {
            services.refusals.putBack(refusals)
            logger.error(
                "refusals can't be written down", metadata: ["error": "\(error)", "count": "\(refusals.count)"])
        }
    }
}
