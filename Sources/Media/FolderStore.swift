import Foundation
import Kernel
import SystemPackage

/// Files in folders of this machine. Only the server's user can read them.
package struct FolderStore: ObjectStore {
    private let root: FilePath
    private let writing = BlockingQueue("photo-writing")
    private let reading = BlockingQueue("photo-reading")

    package init(root: URL) {
        self.root = FilePath(root).lexicallyNormalized()
    }

    package var name: String { root.string }

    /// For what isn't complete yet. It lies on the same disk, so that a complete file takes its place in one step.
    var workPath: FilePath { root.appending("work") }

    package func put(_ objects: [StoredContent]) async throws {
        try await writing.run {
            try DurableFile.makeFolders(workPath)
            let job = try WorkFolder(in: workPath)
            defer { job.remove() }
            for (number, object) in objects.enumerated() {
                let file = try path(of: object.key)
                try DurableFile.makeFolders(file.removingLastComponent())
                try DurableFile.write(object.content, to: file, by: job.path.appending("\(number)"))
            }
            // A file is as durable as the folder that names it, and that folder as the one above.
            for folder in Set(try objects.map { try path(of: $0.key).removingLastComponent() }) {
                try DurableFile.syncFolders(from: folder, upTo: root)
            }
        }
    }

    package func get(_ key: String) async throws -> Data {
        try await reading.run { try DurableFile.read(try path(of: key)) }
    }

    package func delete(_ keys: [String]) async throws {
        try await writing.run {
            for key in keys {
                try DurableFile.remove(try path(of: key))
            }
            for folder in Set(try keys.map { try path(of: $0).removingLastComponent() }) {
                try DurableFile.syncFolder(folder)
            }
        }
    }

    /// A page holds whole folders of those at the top: as many as it takes for a thousand files.
    package func page(after cursor: String?) async throws -> ObjectPage {
        try await reading.run {
            let folders = Self.names(in: root).filter { $0 != workPath.lastComponent?.string }
            var objects: [StoredObject] = []
            for folder in folders where cursor.map({ folder > $0 }) ?? true {
                let files = try FileManager.default.subpathsOfDirectory(atPath: root.appending(folder).string)
                objects += try files.sorted().compactMap { try Self.object("\(folder)/\($0)", in: root) }
                if objects.count >= 1000, folder != folders.last {
                    return ObjectPage(objects: objects, next: folder)
                }
            }
            return ObjectPage(objects: objects, next: nil)
        }
    }

    package func probe() async throws {
        try await writing.run { try DurableFile.makeFolders(workPath) }
        guard FileManager.default.isWritableFile(atPath: workPath.string) else {
            throw ShelfError.failed("\(workPath) can't be written to")
        }
    }

    package func close() async {}

    private static func names(in folder: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
    }

    /// Nothing for a folder, nor for a file that went away in between.
    private static func object(_ key: String, in root: FilePath) throws -> StoredObject? {
        guard let file = try? FileManager.default.attributesOfItem(atPath: root.appending(key).string),
            file[.type] as? FileAttributeType == .typeRegular
        else { return nil }
        return StoredObject(
            key: key, size: (file[.size] as? NSNumber)?.intValue ?? 0,
            modifiedAt: file[.modificationDate] as? Date ?? .distantPast)
    }

    /// - Throws: `ShelfError.failed` for what would lead out of the folder.
    private func path(of key: String) throws(ShelfError) -> FilePath {
        guard let path = FilePath(key).isRelative ? root.lexicallyResolving(FilePath(key)) : nil else {
            throw .failed("\(key) is no key")
        }
        return path
    }
}
