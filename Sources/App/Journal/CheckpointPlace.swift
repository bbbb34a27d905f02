import Foundation
import Journal
import Media

/// Where copies of the journal's checkpoints are kept: away from the database, so that who can rewrite the one can't also
/// rewrite the other.
package struct CheckpointPlace: Sendable {
    package let store: any ObjectStore
    /// Whether a place was named. Without one they lie in the data folder, which only helps against mistakes.
    package let isElsewhere: Bool

    /// By the setting `checkpoints.url`: a folder, or `s3://…` with its keys or those of the photos.
    init(_ settings: Settings) throws {
        try self.init(named: settings.checkpointsURL, settings)
    }

    init(named name: String?, _ settings: Settings) throws {
        isElsewhere = name != nil
        if let name, name.lowercased().hasPrefix("s3://") {
            store = try PhotoPlace(named: name, settings, setting: "checkpoints.url")
                .store(in: settings.data, patience: .working)
        } else {
            let folder = name.map { URL(filePath: $0, directoryHint: .isDirectory) }
            store = FolderStore(root: folder ?? settings.data.appending(path: "checkpoints"))
        }
    }

    package func keep(_ checkpoint: JournalCheckpoint) async throws {
        try await store.put(try checkpoint.encoded(), at: Self.key(of: checkpoint))
    }

    package func all() async throws -> [JournalCheckpoint] {
        var keys: [String] = []
        try await store.eachPage { objects in keys += objects.map(\.key).filter { $0.hasSuffix(".json") } }
        var found: [JournalCheckpoint] = []
        for key in keys.sorted() {
            do {
                found.append(try JournalCheckpoint(encoded: try await store.get(key)))
            } catch is DecodingError {
                throw SettingsError("\(store.name): \(key) is no checkpoint")
            }
        }
        return found
    }

    /// By the thousand, so that no folder gets long; and in order.
    private static func key(of checkpoint: JournalCheckpoint) -> String {
        let number = String(checkpoint.number)
        let padded = String(repeating: "0", count: max(0, 12 - number.count)) + number
        return "\(padded.dropLast(6))/\(padded).json"
    }
}
