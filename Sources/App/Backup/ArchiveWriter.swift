import Crypto
import Foundation
import SystemPackage

/// Writes an archive: parts with a name, one after another, cut into sealed frames. Never more than a few megabytes of it
/// are in memory.
final class ArchiveWriter {
    private let file: FileDescriptor
    private let path: FilePath
    private let seal: ArchiveSeal
    private var waiting = Data()
    private var frames: UInt64 = 0
    /// Over all parts' names and digests.
    private var chain = SHA256()
    private(set) var parts = 0
    private(set) var bytes = 0

    init(_ file: FileDescriptor, at path: FilePath, key: BackupKey?) throws {
        self.file = file
        self.path = path
        seal = ArchiveSeal(key)
        try BackupFile.write(seal.head, to: file, at: path)
    }

    func add(_ name: String, _ content: Data) throws {
        try begin(name, size: content.count)
        try put(content)
        let digest = Data(SHA256.hash(data: content))
        end(name, digest)
        try put(digest)
    }

    /// Adds the first `size` bytes of a file.
    func add(_ name: String, from source: FileDescriptor, at sourcePath: FilePath, size: Int) throws {
        try begin(name, size: size)
        var hash = SHA256()
        var left = size
        while left > 0 {
            let piece = try BackupFile.read(min(left, ArchiveSeal.frameSize), from: source, at: sourcePath)
            guard !piece.isEmpty else { throw BackupError.failed(sourcePath.string, reason: "it became shorter") }
            hash.update(data: piece)
            left -= piece.count
            try put(piece)
        }
        let digest = Data(hash.finalize())
        end(name, digest)
        try put(digest)
    }

    /// Writes the end, by which a reader knows that nothing is missing, and what was added since.
    func finish(gone: [UUID]) throws {
        let end = ArchiveEnd(parts: parts, bytes: bytes, digest: Data(chain.finalize()), gone: gone)
        try add(ArchiveEnd.name, try JSONEncoder().encode(end))
        try flush(isLast: true)
    }

    private func begin(_ name: String, size: Int) throws {
        let head = try JSONEncoder().encode(ArchivePart(name: name, size: size))
        try put(UInt32(head.count).bigEndianBytes + head)
    }

    private func end(_ name: String, _ digest: Data) {
        chain.update(data: Data(name.utf8) + digest)
        parts += 1
    }

    private func put(_ data: Data) throws {
        bytes += data.count
        waiting += data
        // One frame is always kept back: only at the end it is known to be the last.
        while waiting.count > ArchiveSeal.frameSize { try flush(isLast: false) }
    }

    private func flush(isLast: Bool) throws {
        let content = Data(waiting.prefix(ArchiveSeal.frameSize))
        waiting = Data(waiting.dropFirst(content.count))
        let length = UInt32(content.count) | (isLast ? 1 << 31 : 0)
        try BackupFile.write(
            length.bigEndianBytes + seal.close(content, number: frames, isLast: isLast), to: file, at: path)
        frames += 1
    }
}

/// What stands before a part's bytes. Behind them is their SHA-256.
struct ArchivePart: Codable {
    let name: String
    let size: Int
}

/// The last part.
struct ArchiveEnd: Codable {
    static let name = "end"
    let parts: Int
    let bytes: Int
    let digest: Data
    /// Photos that were removed while the backup was being made, or whose original was.
    let gone: [UUID]
}
