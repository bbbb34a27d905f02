import Crypto
import Foundation
import Kernel
import SystemPackage

/// Photos on a disk: of each, two copies to show and the sealed original.
///
/// A photo's files are called by its random name and what they are, in two levels of folders by the last bytes of the
/// name (the first ones are a time in names of version 7). Only the server's user can read them. What `keep` was
/// asked to keep is on the disk when it returns, also after a power cut.
package struct PhotoShelf: Sendable {
    private let root: FilePath
    private let keys: SealingKeyRing
    private let writing = BlockingQueue("photo-writing")
    private let reading = BlockingQueue("photo-reading")

    package init(root: URL, keys: SealingKeyRing) {
        self.root = FilePath(root).lexicallyNormalized()
        self.keys = keys
    }

    /// For uploads on their way in and for `PhotoWorkshop`: on the same disk, and emptied by `open`.
    package var workFolder: URL { URL(filePath: workPath.string, directoryHint: .isDirectory) }

    /// Makes the folders and removes what was being worked on when the server stopped. Call it once, before anything else.
    ///
    /// - Returns: how many left-overs there were.
    @discardableResult
    package func open() async throws -> Int {
        try await writing.run {
            try DurableFile.makeFolders(workPath)
            let leftovers = try FileManager.default.contentsOfDirectory(atPath: workPath.string)
            for name in leftovers {
                try FileManager.default.removeItem(atPath: workPath.appending(name).string)
            }
            return leftovers.count
        }
    }

    /// Puts the photo's copies and its sealed original on the shelf. Doing so again changes nothing.
    ///
    /// - Throws: `ShelfError`.
    package func keep(_ photo: PreparedPhoto, as name: UUID) async throws {
        try await writing.run {
            let original = try DurableFile.read(FilePath(photo.original))
            guard Data(SHA256.hash(data: original)) == photo.originalHash else { throw ShelfError.originalChanged }
            let job = try WorkFolder(in: workPath)
            defer { job.remove() }
            try DurableFile.makeFolders(folder(of: name))
            for (kind, content) in [
                (Kind.original, try keys.seal(original, of: name)),
                (Kind.large, try DurableFile.read(FilePath(photo.large))),
                (Kind.small, try DurableFile.read(FilePath(photo.small))),
            ] {
                try DurableFile.write(content, to: file(name, kind), by: job.path.appending(kind.rawValue))
            }
            // A file is as durable as the folder that names it, and that folder as the one above.
            try DurableFile.syncFolders(from: folder(of: name), upTo: root)
        }
    }

    /// A copy to show: at most 2 MB.
    ///
    /// - Throws: `ShelfError.notFound`.
    package func read(_ name: UUID, _ variant: PhotoVariant) async throws -> Data {
        try await reading.run { try DurableFile.read(file(name, variant == .large ? .large : .small)) }
    }

    /// The file as it was uploaded. It shows who, where and when: for those with a right to it only.
    ///
    /// - Throws: `ShelfError.notFound`, or a `SealingError` when it was tampered with or its key is missing.
    package func unsealedOriginal(_ name: UUID) async throws -> Data {
        try await reading.run { try keys.open(DurableFile.read(file(name, .original)), of: name) }
    }

    /// Removes all files of the photo for good. Removing one that isn't there is fine.
    package func remove(_ name: UUID) async throws {
        try await writing.run {
            // The original first: of a removal cut short, what must go soonest is gone.
            for kind in Kind.allCases {
                try DurableFile.remove(file(name, kind))
            }
            try DurableFile.syncFolder(folder(of: name))
        }
    }

    /// The names of all photos of which there is any file, for comparing with what the database knows.
    package func names() async throws -> Set<UUID> {
        try await reading.run {
            let files = FileManager.default.enumerator(atPath: root.string)?.compactMap { $0 as? String } ?? []
            return Set(files.filter { !$0.hasPrefix("work/") }.compactMap(Self.name(ofFile:)))
        }
    }

    private enum Kind: String, CaseIterable {
        case original, large, small
    }

    private var workPath: FilePath { root.appending("work") }

    private static func name(ofFile path: String) -> UUID? {
        path.split(separator: "/").last.flatMap { UUID(uuidString: String($0.prefix(36))) }
    }

    private func folder(of name: UUID) -> FilePath {
        let text = name.uuidString.lowercased()
        return root.appending(String(text.suffix(2))).appending(String(text.suffix(4).prefix(2)))
    }

    private func file(_ name: UUID, _ kind: Kind) -> FilePath {
        folder(of: name).appending("\(name.uuidString.lowercased()).\(kind.rawValue)")
    }
}
