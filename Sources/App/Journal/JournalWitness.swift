import Crypto
import Foundation
import Journal
import Kernel
import Logging
import Media
import ServiceLifecycle
import Storage

/// Signs how the journal stands, and keeps a copy elsewhere.
package struct JournalWitness: Sendable {
    let database: any Database
    package let place: CheckpointPlace
    let key: Curve25519.Signing.PrivateKey
    let now: @Sendable () -> Date

    /// The public key, as `nuanxin verify-journal` on another machine takes it.
    package var signer: String { key.publicKey.rawRepresentation.base64EncodedString() }

    /// Signs what has been sealed since the last time. Gives what was signed, if there was anything new.
    @discardableResult
    package func sign() async throws -> JournalCheckpoint? {
        let (last, signed) = try await database.read { db in
            (try SealStore(db).last(), try SealStore(db).lastCheckpoint())
        }
        guard last.number > signed else { return nil }
        let checkpoint = try JournalCheckpoint(of: last, at: now().storable, signedWith: key)
        // Elsewhere first: what is only here witnesses nothing.
        try await place.keep(checkpoint)
        try await database.write { db in try SealStore(db).insert(checkpoint) }
        return checkpoint
    }
}

/// Lets the witness sign once an hour, on one node of all.
struct JournalWitnessing: Service {
    let witness: JournalWitness
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await turn()
                try? await Task.sleep(for: .seconds(3600))
            }
        }
        await witness.place.store.close()
    }

    private func turn() async {
        guard let leadership = await witness.database.leadership(of: "journal/witness") else { return }
        do {
            try await witness.sign()
        } catch {
            logger.error("no checkpoint of the journal can be kept", metadata: ["error": "\(error)"])
        }
        await leadership.resign()
    }
}
