import Foundation
import SystemPackage

/// Files and folders of backups. Errors become ``BackupError``; all of these calls block.
enum BackupFile {
    /// A new file that only this user can read.
    static func create(_ path: FilePath) throws -> FileDescriptor {
        try naming(path) {
            try FileDescriptor.open(
                path, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: [.ownerRead, .ownerWrite])
        }
    }

    static func open(_ path: FilePath) throws -> FileDescriptor {
        try naming(path) { try FileDescriptor.open(path, .readOnly, options: .closeOnExec) }
    }

    static func write(_ data: Data, to file: FileDescriptor, at path: FilePath) throws {
        try naming(path) { try data.withUnsafeBytes { _ = try file.writeAll($0) } }
    }

    /// As many bytes as there are, `count` at the most.
    static func read(_ count: Int, from file: FileDescriptor, at path: FilePath) throws -> Data {
        try naming(path) {
            var data = Data(count: count)
            let filled = try data.withUnsafeMutableBytes { buffer in
                var filled = 0
                while filled < buffer.count {
                    let more = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
                    guard more > 0 else { break }
                    filled += more
                }
                return filled
            }
            return filled == count ? data : data.prefix(filled)
        }
    }

    static func makeFolder(_ path: FilePath) throws {
        guard mkdir(path.string, S_IRWXU) != 0, errno != EEXIST else { return }
        if errno == ENOENT, path != path.removingLastComponent() {
            try makeFolder(path.removingLastComponent())
            return try makeFolder(path)
        }
        throw error(Errno(rawValue: errno), at: path)
    }

    static func sync(_ file: FileDescriptor, at path: FilePath) throws {
        while fsync(file.rawValue) != 0 {
            guard errno == EINTR else { throw error(Errno(rawValue: errno), at: path) }
        }
    }

    static func syncFolder(_ path: FilePath) throws {
        let folder = try naming(path) { try FileDescriptor.open(path, .readOnly, options: [.directory, .closeOnExec]) }
        defer { try? folder.close() }
        try sync(folder, at: path)
    }

    /// Makes all files and folders under `folder` durable.
    static func syncAll(under folder: FilePath) throws {
        // All at once, which is quick; then each by itself, which says when one couldn't be written.
        Foundation.sync()
        for name in FileManager.default.enumerator(atPath: folder.string)?.compactMap({ $0 as? String }) ?? [] {
            let path = folder.appending(FilePath(name).components)
            let file = try open(path)
            defer { try? file.close() }
            try sync(file, at: path)
        }
        try syncFolder(folder)
    }

    static func rename(_ old: FilePath, to new: FilePath) throws {
        guard Foundation.rename(old.string, new.string) == 0 else {
            if errno == ENOTEMPTY || errno == EEXIST { throw BackupError.notEmpty(new.string) }
            throw error(Errno(rawValue: errno), at: new)
        }
    }

    static func remove(_ path: FilePath) {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    static func names(in folder: FilePath) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []).sorted()
    }

    static func isFolder(_ path: FilePath) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && isFolder.boolValue
    }

    static func isThere(_ path: FilePath) -> Bool {
        FileManager.default.fileExists(atPath: path.string)
    }

    /// Whether this process is the only one that has locked the file; the lock ends with it.
    static func lock(_ file: FileDescriptor) -> Bool {
        flock(file.rawValue, LOCK_EX | LOCK_NB) == 0
    }

    /// Marks a new file as being written, unless somebody who clears up has taken it for an abandoned one just now.
    static func claim(_ file: FileDescriptor) -> Bool {
        var state = stat()
        return lock(file) && fstat(file.rawValue, &state) == 0 && state.st_nlink > 0
    }

    private static func naming<Value>(_ path: FilePath, _ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as Errno {
            throw Self.error(error, at: path)
        }
    }

    private static func error(_ error: Errno, at path: FilePath) -> BackupError {
        switch error {
        case .noSpace, .diskQuotaExceeded: .full(path.string)
        default: .failed(path.string, reason: error.description)
        }
    }
}

/// A folder for one piece of work. What a process that was killed left of its own is removed by the next one.
struct BackupWork {
    let path: FilePath
    private let guardFile: FileDescriptor

    init(in parent: FilePath) throws {
        var reason = Errno.noSuchFileOrDirectory
        // Another one that ends just now may take the folder along, or our new one.
        for _ in 0..<20 {
            try BackupFile.makeFolder(parent)
            Self.removeAbandoned(in: parent)
            var template = Array(parent.appending("work-XXXXXX").string.utf8CString)
            guard mkdtemp(&template) != nil else {
                reason = Errno(rawValue: errno)
                continue
            }
            let folder = FilePath(platformString: template)
            let file = try BackupFile.create(folder.appending("lock"))
            if BackupFile.claim(file) {
                path = folder
                guardFile = file
                return
            }
            try? file.close()
        }
        throw BackupError.failed(parent.string, reason: reason.description)
    }

    func remove() {
        BackupFile.remove(path)
        try? guardFile.close()
        // The last one takes the folder along.
        rmdir(path.removingLastComponent().string)
    }

    private static func removeAbandoned(in parent: FilePath) {
        for name in BackupFile.names(in: parent) where name.hasPrefix("work-") {
            let folder = parent.appending(name)
            guard let file = try? BackupFile.open(folder.appending("lock")) else { continue }
            if BackupFile.lock(file) { BackupFile.remove(folder) }
            try? file.close()
        }
    }
}
