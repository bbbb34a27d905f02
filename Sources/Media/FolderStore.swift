import Foundation
import Kernel
import SystemPackage

/// Files in folders of this machine. Only the server's user can read them.
package struct FolderStore: ObjectStore {
    package let name: String
    private let root: FilePath
    /// For what isn't complete yet. It lies on the same disk, so that a complete file takes its place in one step.
    let workPath: FilePath
    private let writing = BlockingQueue("photo-writing")
    private let reading = BlockingQueue("photo-reading")

    package init(root: URL) {
        self.root = FilePath(root).lexicallyNormalized()
        name = self.root.string
        workPath = self.root.appending("work")
    }

    package func put(_ objects: [StoredContent]) async throws {
        try await writing.run {
            try DurableFile.makeFolders(workPath)
            let job = try WorkFolder(in: workPath)
            defer { job.remove() }
            for (number, object) in objects.enumerated() {
                let file = try path(of: object.key)
                if let folder = folders(of: object.key).first { try DurableFile.makeFolders(folder) }
                try DurableFile.write(object.content, to: file, by: job.path.appending("\(number)"))
            }
            // A file is as durable as the folder that names it, and that folder as the one above.
            for folders in Set(objects.map { folders(of: $0.key) }) {
                for folder in folders { try DurableFile.syncFolder(folder) }
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
            for folder in Set(keys.compactMap { folders(of: $0).first }) {
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

    // Several files of every photo pass here: names are put together as text, which costs a hundredth of taking paths
    // apart.

    /// - Throws: `ShelfError.failed` for what would lead out of the folder, or in it by a roundabout way.
    private func path(of key: String) throws(ShelfError) -> FilePath {
        let parts = key.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && !part.contains(0) && !part.elementsEqual(".".utf8) && !part.elementsEqual("..".utf8)
        }
        guard isPlain else { throw .failed("\(key) is no key") }
        return FilePath("\(name)/\(key)")
    }

    /// The folders in which the file of a key lies, the nearest first, this store's own last.
    private func folders(of key: String) -> [FilePath] {
        var folders: [FilePath] = []
        var rest = Substring(key)
        while let slash = rest.utf8.lastIndex(of: UInt8(ascii: "/")) {
            rest = rest[..<slash]
            folders.append(FilePath("\(name)/\(rest)"))
        }
        return folders + [root]
    }
}
