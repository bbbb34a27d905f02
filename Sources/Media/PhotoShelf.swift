import Crypto
import Foundation
import Kernel
import Synchronization
import SystemPackage

/// Photos in a store: of each, two copies to show and the sealed original.
///
/// A photo's objects are called by its random name and what they are, in two levels of folders by the last bytes of the
/// name (the first ones are a time in names of version 7). What `keep` was asked to keep is durable when it returns,
/// also after a power cut.
package final class PhotoShelf: Sendable {
    private let workPath: FilePath
    package let store: any ObjectStore
    private let keys: SealingKeyRing
    private let reachability: Reachability
    private let disk = BlockingQueue("photo-work")
    /// What nobody will ask for and is there in part: photos that couldn't be kept in full, or not be removed.
    private let remnants = Mutex<Set<UUID>>([])

    /// - Parameters:
    ///   - work: a folder of this machine for photos on their way in.
    ///   - store: where photos are kept.
    ///   - keys: what originals are sealed with.
    package init(work: URL, store: any ObjectStore, keys: SealingKeyRing) {
        workPath = FilePath(work).lexicallyNormalized()
        self.store = store
        reachability = Reachability(of: store)
        self.keys = keys
    }

    /// A shelf in the folder `root`.
    package convenience init(root: URL, keys: SealingKeyRing) {
        let store = FolderStore(root: root)
        self.init(work: URL(filePath: store.workPath.string), store: store, keys: keys)
    }

    /// For uploads on their way in and for `PhotoWorkshop`: on a disk of this machine, and emptied by `open`.
    package var workFolder: URL { URL(filePath: workPath.string, directoryHint: .isDirectory) }

    /// Makes the folders and removes what was being worked on when the server stopped. Call it once, before anything else.
    ///
    /// Where several nodes share the folder, what was touched after `time` may be another's that is still at work.
    ///
    /// - Returns: how many left-overs there were.
    @discardableResult
    package func open(removingWhatIsOlderThan time: Date = .distantFuture) async throws -> Int {
        try await disk.run { [workPath] in
            try DurableFile.makeFolders(workPath)
            let files = FileManager.default
            let leftovers = try files.contentsOfDirectory(atPath: workPath.string).map { workPath.appending($0).string }
                .filter { path in
                    let touched = try? files.attributesOfItem(atPath: path)[.modificationDate] as? Date
                    return (touched ?? .distantPast) < time
                }
            for path in leftovers { try files.removeItem(atPath: path) }
            return leftovers.count
        }
    }

    /// Puts the photo's copies and its sealed original on the shelf. Doing so again changes nothing.
    ///
    /// - Throws: `ShelfError`.
    package func keep(_ photo: PreparedPhoto, as name: UUID) async throws {
        let objects = try await disk.run { [keys] in
            let original = try DurableFile.read(FilePath(photo.original))
            guard Data(SHA256.hash(data: original)) == photo.originalHash else { throw ShelfError.originalChanged }
            return [
                StoredContent(key: Self.key(of: name, .original), content: try keys.seal(original, of: name)),
                StoredContent(
                    key: Self.key(of: name, .large), content: try DurableFile.read(FilePath(photo.large))),
                StoredContent(
                    key: Self.key(of: name, .small), content: try DurableFile.read(FilePath(photo.small))),
            ]
        }
        do {
            try await store.put(objects)
        } catch {
            // A store that failed just now seldom removes it either: that is done later.
            remnants.withLock { _ = $0.insert(name) }
            await reachability.doubt()
            throw error
        }
        remnants.withLock { _ = $0.remove(name) }
    }

    /// A copy to show: at most 2 MB.
    ///
    /// - Throws: `ShelfError.notFound`.
    package func read(_ name: UUID, _ variant: PhotoVariant) async throws -> Data {
        try await store.get(Self.key(of: name, variant == .large ? .large : .small))
    }

    /// The file as it was uploaded. It shows who, where and when: for those with a right to it only.
    ///
    /// - Throws: `ShelfError.notFound`, or a `SealingError` when it was tampered with or its key is missing.
    package func unsealedOriginal(_ name: UUID) async throws -> Data {
        try keys.open(try await store.get(Self.key(of: name, .original)), of: name)
    }

    /// Removes all files of the photo for good, or the original alone. Removing one that isn't there is fine.
    package func remove(_ name: UUID, originalOnly: Bool = false) async throws {
        guard !originalOnly else { return try await store.delete([Self.key(of: name, .original)]) }
        // The original first: of a removal cut short, what must go soonest is gone.
        do {
            try await store.delete(Kind.allCases.map { Self.key(of: name, $0) })
        } catch {
            remnants.withLock { _ = $0.insert(name) }
            throw error
        }
        remnants.withLock { _ = $0.remove(name) }
    }

    /// Removes what is left of photos that couldn't be kept, or not be removed when they should. Says of how many.
    @discardableResult
    package func removeRemnants() async throws -> Int {
        let names = remnants.withLock { $0 }
        for name in names { try await remove(name) }
        return names.count
    }

    /// Finds out whether photos can be kept and fetched; a good answer holds for five seconds, another one for one.
    ///
    /// - Throws: why not.
    package func checkReachable() async throws {
        try await reachability.check()
    }

    package func close() async {
        await store.close()
    }

    /// What is kept of a photo.
    package enum Kind: String, Sendable, CaseIterable {
        case original, large, small
    }

    package static func key(of name: UUID, _ kind: Kind) -> String {
        let text = name.uuidString.lowercased()
        return "\(text.suffix(2))/\(text.suffix(4).prefix(2))/\(text).\(kind.rawValue)"
    }

    /// Which photo an object belongs to, and what it is of it; nothing for what no shelf ever kept.
    package static func photo(ofKey key: String) -> (name: UUID, kind: Kind)? {
        let file = key.split(separator: "/").last ?? ""
        guard let name = UUID(uuidString: String(file.prefix(36))),
            let kind = Kind(rawValue: String(file.dropFirst(37))),
            Self.key(of: name, kind) == key
        else { return nil }
        return (name, kind)
    }
}
