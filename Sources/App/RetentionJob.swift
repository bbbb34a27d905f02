import Foundation
import Hummingbird
import Logging
import Retention
import ServiceLifecycle
import Storage

/// Erases once a day what is due, on one node of all. One that was interrupted is followed by another within minutes.
struct RetentionJob: Service {
    let database: any Database
    let commands: RetentionCommands
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await turn()
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("what is due can't be erased", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: .seconds(300))
            }
        }
    }

    private func turn() async throws {
        guard try await commands.isTime(), let leadership = await database.leadership(of: "retention") else { return }
        do {
            // Another node may have done it while this one waited to lead.
            if try await commands.isTime() { try await erase() }
        } catch {
            await leadership.resign()
            throw error
        }
        await leadership.resign()
    }

    private func erase() async throws {
        let counts = try await commands.run(because: .job)
        let all = counts.values.reduce(RetentionCount(), +)
        logger.info("erased what was due", metadata: ["rows": "\(all.rows)", "photos": "\(all.photos)"])
    }
}
