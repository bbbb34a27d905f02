import Foundation
import Logging
import Open311
import ServiceLifecycle
import Storage

/// Hands cases on to servers of others, on one node of all.
struct DeliveryJob: Service {
    let database: any Database
    let sender: DeliverySender
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                if let leadership = await database.leadership(of: "deliveries") {
                    while !Task.isCancelled, await leadership.confirm() {
                        // What is due has to be done before anybody rests.
                        if await turn() == 0 { try? await Task.sleep(for: .seconds(5)) }
                    }
                    await leadership.resign()
                }
                try? await Task.sleep(for: .seconds(5))
            }
        }
    }

    private func turn() async -> Int {
        do {
            return try await sender.turn(logger)
        } catch is CancellationError {
            return 0
        } catch {
            logger.error("what has to be handed on can't be", metadata: ["error": "\(error)"])
            return 0
        }
    }
}
