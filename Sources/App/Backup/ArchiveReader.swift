import Crypto
import Foundation
import SystemPackage

/// Reads an archive part by part, and finds every byte that isn't as it was written.
final class ArchiveReader {
    private let file: FileDescriptor
    private let path: FilePath
    private let seal: ArchiveSeal
    private var waiting = Data()
    /// How much of `waiting` was taken already.
    private var taken = 0
    private var frames: UInt64 = 0
    private var isLastRead = false
    private var chain = SHA256()
    private var parts = 0
    private var bytes = 0
    private var bytesBeforePart = 0
    /// Of the part being read.
    private var part: (name: String, left: Int, hash: SHA256)?

    init(_ file: FileDescriptor, at path: FilePath, key: BackupKey?) throws {
        self.file = file
        self.path = path
        seal = try ArchiveSeal(head: try BackupFile.read(ArchiveSeal.headSize, from: file, at: path), key)
    }

    var isEncrypted: Bool { seal.isEncrypted }

    /// The next part, once the one before it has been read to its end.
    func next() throws -> ArchivePart {
        bytesBeforePart = bytes
        let length = Int(UInt32(bigEndianBytes: try take(4)))
        guard length < 65_536 else { throw BackupError.damaged("the head of part \(parts)") }
        let head = try JSONDecoder().decode(ArchivePart.self, from: try take(length))
        guard head.size >= 0 else { throw BackupError.damaged("the head of part \(parts)") }
        part = (head.name, head.size, SHA256())
        return head
    }

    /// The next piece of the part, a megabyte at the most; nothing at its end, when its digest is right.
    func piece() throws -> Data? {
        guard let (name, left, _) = part else { return nil }
        guard left > 0 else {
            let digest = Data(part?.hash.finalize() ?? SHA256().finalize())
            part = nil
            guard try take(SHA256.byteCount) == digest else { throw BackupError.damaged(name) }
            if name != ArchiveEnd.name { chain.update(data: Data(name.utf8) + digest) }
            parts += 1
            return nil
        }
        let piece = try take(min(left, ArchiveSeal.frameSize))
        part?.left -= piece.count
        part?.hash.update(data: piece)
        return piece
    }

    /// All of the part, when it isn't larger than `limit`.
    func content(limit: Int) throws -> Data {
        guard let part, part.left <= limit else { throw BackupError.damaged(part?.name ?? "") }
        var content = Data()
        while let piece = try piece() { content += piece }
        return content
    }

    /// Reads the last part and makes sure that it is the end of this archive and of the file.
    func end() throws -> ArchiveEnd {
        let (parts, bytes, digest) = (parts, bytesBeforePart, Data(chain.finalize()))
        let end = try JSONDecoder().decode(ArchiveEnd.self, from: content(limit: 1 << 26))
        guard end.parts == parts, end.bytes == bytes, end.digest == digest else {
            throw BackupError.damaged("its parts aren't those that were written")
        }
        guard waiting.count == taken, isLastRead else { throw BackupError.damaged("something follows its end") }
        guard try BackupFile.read(1, from: file, at: path).isEmpty else {
            throw BackupError.damaged("something follows its end")
        }
        return end
    }

    private func take(_ count: Int) throws -> Data {
        while waiting.count - taken < count { try readFrame() }
        defer {
            taken += count
            bytes += count
        }
        return waiting.subdata(in: taken..<taken + count)
    }

    private func readFrame() throws {
        guard !isLastRead else { throw BackupError.cutShort }
        let head = try BackupFile.read(4, from: file, at: path)
        guard head.count == 4 else { throw BackupError.cutShort }
        let word = UInt32(bigEndianBytes: head)
        let length = Int(word & ~(1 << 31))
        guard length <= ArchiveSeal.frameSize else { throw BackupError.damaged("frame \(frames)") }
        let frame = try BackupFile.read(length + seal.overhead, from: file, at: path)
        guard frame.count == length + seal.overhead else { throw BackupError.cutShort }
        isLastRead = word >> 31 == 1
        waiting = waiting.subdata(in: taken..<waiting.count)
        taken = 0
        waiting += try seal.open(frame, number: frames, isLast: isLastRead)
        frames += 1
    }
}
