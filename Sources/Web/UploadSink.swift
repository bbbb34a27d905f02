import Foundation
import Kernel
import Synchronization

/// Writes one upload to the disk, off the threads that serve requests.
final class UploadSink: Sendable {
    let file: URL
    private let limit: Int
    private let handle: FileHandle
    private let total = Mutex(0)
    private static let disk = BlockingQueue("uploads", isSerial: false)

    init(folder: URL, number: Int, limit: Int) throws {
        file = folder.appending(path: "\(number)")
        self.limit = limit
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(errno == ENOSPC ? .fileWriteOutOfSpace : .fileWriteUnknown) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Writes what fits under the limit and counts the rest.
    func write(_ data: Data) async throws {
        let room = total.withLock { total in
            defer { total += data.count }
            return max(0, limit - total)
        }
        guard room > 0, !data.isEmpty else { return }
        try await Self.disk.run { [handle] in try handle.write(contentsOf: data.prefix(room)) }
    }

    /// Ends the file and says how many bytes came, with those that found no room.
    func close() async throws -> Int {
        try await Self.disk.run { [handle] in try handle.close() }
        return total.withLock { $0 }
    }
}
