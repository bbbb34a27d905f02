import Foundation
import SystemPackage

/// Files that are there after a power cut once the call returned. All of these calls block.
enum DurableFile {
    /// Writes `content` under `temporary` (on the same disk), and puts it in the place of `final` when it is complete.
    /// It is durable when `final`'s folder has been synced too.
    static func write(_ content: Data, to final: FilePath, by temporary: FilePath) throws(ShelfError) {
        try translated {
            let file = try FileDescriptor.open(
                temporary, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite])
            try file.closeAfter {
                try content.withUnsafeBytes { _ = try file.writeAll($0) }
                try sync(file)
            }
        }
        try check(rename(temporary.string, final.string))
    }

    /// - Throws: `ShelfError.notFound` when there is no such file.
    static func read(_ path: FilePath) throws(ShelfError) -> Data {
        try translated {
            let file = try open(path, .closeOnExec)
            return try file.closeAfter {
                var content = Data(count: Int(try file.seek(offset: 0, from: .end)))
                let count = try content.withUnsafeMutableBytes { buffer in
                    var filled = 0
                    while filled < buffer.count {
                        let count = try file.read(
                            fromAbsoluteOffset: Int64(filled),
                            into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                        guard count > 0 else { break }
                        filled += count
                    }
                    return filled
                }
                return content.prefix(count)
            }
        }
    }

    static func remove(_ path: FilePath) throws(ShelfError) {
        guard unlink(path.string) != 0, errno != ENOENT else { return }
        throw ShelfError(Errno(rawValue: errno))
    }

    /// Makes the folder and those above it that are missing, for this user only.
    static func makeFolders(_ path: FilePath) throws(ShelfError) {
        if mkdir(path.string, S_IRWXU) == 0 {
            return try syncFolder(path.removingLastComponent())
        }
        switch errno {
        case EEXIST:
            return
        case ENOENT:
            try makeFolders(path.removingLastComponent())
            try makeFolders(path)
        default:
            throw ShelfError(Errno(rawValue: errno))
        }
    }

    /// Makes the names in a folder durable. One that isn't there has no names to lose.
    static func syncFolder(_ path: FilePath) throws(ShelfError) {
        do throws(ShelfError) {
            try translated {
                let folder = try open(path, [.directory, .closeOnExec])
                try folder.closeAfter { try sync(folder) }
            }
        } catch .notFound {
            return
        }
    }

    private static func open(_ path: FilePath, _ options: FileDescriptor.OpenOptions) throws -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readOnly, options: options)
        } catch Errno.noSuchFileOrDirectory {
            throw ShelfError.notFound
        }
    }

    private static func sync(_ file: FileDescriptor) throws {
        while fsync(file.rawValue) != 0 {
            guard errno == EINTR else { throw Errno(rawValue: errno) }
        }
    }

    private static func check(_ result: CInt) throws(ShelfError) {
        guard result == 0 else { throw ShelfError(Errno(rawValue: errno)) }
    }

    private static func translated<Value>(_ work: () throws -> Value) throws(ShelfError) -> Value {
        do {
            return try work()
        } catch let error as Errno {
            throw ShelfError(error)
        } catch let error as ShelfError {
            throw error
        } catch {
            throw .failed(String(describing: error))
        }
    }
}
