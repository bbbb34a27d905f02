import Foundation
import Hummingbird
import Logging
import Media
import ServiceLifecycle

/// Where the settings say that photos are kept.
enum PhotoPlace: Sendable, Hashable {
    case folder
    case bucket(S3Address)

    /// By the settings as they are.
    init(_ settings: Settings) throws {
        self = try settings.photosURL.map { try Self(named: $0, settings, setting: "photos.url") } ?? .folder
    }

    /// `folder`, or an address `s3://…`, to which the settings may give the keys.
    init(named name: String, _ settings: Settings, setting: String) throws {
        guard name != "folder" else {
            self = .folder
            return
        }
        do {
            self = .bucket(
                try S3Address(name, accessKey: settings.photosAccessKey, secretKey: settings.photosSecretKey))
        } catch {
            throw SettingsError("\(setting): \(error)")
        }
    }

    func store(in data: URL, patience: S3Patience) -> any ObjectStore {
        switch self {
        case .folder: FolderStore(root: Self.folder(in: data))
        case .bucket(let address): S3Store(address, patience: patience) { Date() }
        }
    }

    func shelf(in data: URL, keys: SealingKeyRing, patience: S3Patience = .serving) -> PhotoShelf {
        PhotoShelf(
            work: Self.folder(in: data).appending(path: "work"), store: store(in: data, patience: patience), keys: keys)
    }

    private static func folder(in data: URL) -> URL { data.appending(path: "photos") }
}

/// Keeps the connections to the photos' store for as long as the server serves.
struct PhotoConnections: Service {
    let shelf: PhotoShelf

    func run() async throws {
        try? await gracefulShutdown()
        await shelf.close()
    }
}
