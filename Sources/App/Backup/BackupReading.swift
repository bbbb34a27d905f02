import Crypto
import Foundation
import Kernel
import Media
import SQLiteBackend
import SystemPackage

/// Reads a backup from its first byte to its last, lays out what it holds in a folder, and stops at the first fault.
package struct BackupReading {
    private let path: FilePath
    private let key: BackupKey?
    private let settings: Settings

    /// `settings` say which keys originals were sealed with when those aren't in the backup.
    package init(_ file: URL, key: BackupKey?, settings: Settings) {
        path = DataFolder(file).path
        self.key = key
        self.settings = settings
    }

    package struct Summary: Sendable {
        package let facts: BackupFacts
        package let isEncrypted: Bool
        package let photos: Int
        /// Whether the originals' seals were opened: without their keys they can't be.
        package let opensSeals: Bool
        package let bytes: Int
    }

    /// Looks at everything and keeps nothing.
    package func verify() throws -> Summary {
        let work = try BackupWork(in: FilePath(FileManager.default.temporaryDirectory.path).appending("nuanxin-verify"))
        defer { work.remove() }
        return try unpack(into: DataFolder(work.path), keepsFiles: false)
    }

    /// Makes a data folder at `target`, which must not be there yet, or be empty. It appears under that name when it is complete
    /// and durable, or not at all.
    package func restore(to target: URL) throws -> Summary {
        let target = DataFolder(target).path
        guard BackupFile.names(in: target).isEmpty, !BackupFile.isThere(target) || BackupFile.isFolder(target) else {
            throw BackupError.notEmpty(target.string)
        }
        let parent = target.removingLastComponent()
        guard BackupFile.isFolder(parent) else { throw BackupError.noFolder(parent.string) }
        let work = try BackupWork(in: parent.appending(".nuanxin-restore"))
        defer { work.remove() }
        let folder = work.path.appending("data")
        try BackupFile.makeFolder(folder)
        let summary = try unpack(into: DataFolder(folder), keepsFiles: true)
        // Who was erased after it was made is erased again when the new folder is first opened.
        let erasures = ErasureList(in: path.removingLastComponent())
        if erasures.isThere { try ErasureList(in: folder).add(try erasures.accounts()) }
        // Where uploads wait; every command expects it.
        try BackupFile.makeFolder(DataFolder(folder).photos.appending("work"))
        try BackupFile.syncAll(under: folder)
        try BackupFile.rename(folder, to: target)
        try BackupFile.syncFolder(parent)
        return summary
    }

    private func unpack(into folder: DataFolder, keepsFiles: Bool) throws -> Summary {
        let file = try BackupFile.open(path)
        defer { try? file.close() }
        let reader = try ArchiveReader(file, at: path, key: key)
        do {
            return try Self.unpack(reader, into: folder, keepsFiles: keepsFiles, settings: settings, size: size)
        } catch let error as DecodingError {
            throw BackupError.damaged("a part isn't what it should be (\(error))")
        }
    }

    private var size: Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path.string)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    private static func unpack(
        _ reader: ArchiveReader, into folder: DataFolder, keepsFiles: Bool, settings: Settings, size: Int
    ) throws -> Summary {
        guard try reader.next().name == BackupFacts.name else { throw BackupError.notABackup }
        let facts = try JSONDecoder().decode(BackupFacts.self, from: reader.content(limit: BackupPart.smallLimit))
        guard facts.format == BackupFacts.format else { throw BackupError.notABackup }
        var keys: [Data] = []
        var part = try reader.next()
        while part.name.hasPrefix(BackupPart.keys) || part.name.hasPrefix(BackupPart.files) {
            let content = try reader.content(limit: BackupPart.smallLimit)
            if part.name.hasPrefix(BackupPart.keys) { keys.append(content) }
            if keepsFiles { try write(content, part.name, in: folder) }
            part = try reader.next()
        }
        guard keys.count == facts.keys.count, part.name == BackupPart.database else {
            throw BackupError.wrong("its keys or its database are missing")
        }
        try copy(reader, to: folder.database)
        let snapshot = try SQLiteSnapshot(path: folder.database.string)
        defer { try? snapshot.close() }
        try check(snapshot, against: facts)
        let ring = settings.knownSealingKeys(and: keys)
        var photos = PhotoUnpacking(snapshot, keys: ring, folder: keepsFiles ? folder : nil)
        part = try reader.next()
        while part.name.hasPrefix(BackupPart.photos) {
            try photos.take(part.name, try reader.content(limit: BackupPart.photoLimit))
            part = try reader.next()
        }
        guard part.name == ArchiveEnd.name else { throw BackupError.wrong("\(part.name) has no place in a backup") }
        let end = try reader.end()
        try photos.finish(gone: Set(end.gone))
        return Summary(
            facts: facts, isEncrypted: reader.isEncrypted, photos: photos.count, opensSeals: ring != nil, bytes: size)
    }

    private static func write(_ content: Data, _ name: String, in folder: DataFolder) throws {
        let file = name.split(separator: "/").last.map(String.init) ?? ""
        guard !file.hasPrefix("."), file.allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) }) else {
            throw BackupError.wrong("\(name) has no place in a backup")
        }
        let parent = name.hasPrefix(BackupPart.keys) ? folder.keys : folder.path
        try BackupFile.makeFolder(parent)
        try BackupFile.write(content, toNewFileAt: parent.appending(file))
    }

    private static func copy(_ reader: ArchiveReader, to path: FilePath) throws {
        let file = try BackupFile.create(path)
        defer { try? file.close() }
        while let piece = try reader.piece() { try BackupFile.write(piece, to: file, at: path) }
    }

    private static func check(_ snapshot: SQLiteSnapshot, against facts: BackupFacts) throws {
        if let fault = try snapshot.faults().first { throw BackupError.wrong("the database: \(fault)") }
        let (tables, migrations, last) = try snapshot.read { db in
            let store = BackupStore(db)
            return (try store.tables(), try store.migrations(), try store.lastEntry())
        }
        for (name, count) in facts.tables.sorted(by: { $0.key < $1.key }) where tables[name] != count {
            throw BackupError.wrong("\(name) had \(count) rows and has \(tables[name] ?? 0)")
        }
        guard tables.count == facts.tables.count, migrations == facts.migrations, last == facts.lastEntry else {
            throw BackupError.wrong("its tables aren't those that it names")
        }
    }
}

extension BackupFile {
    static func write(_ content: Data, toNewFileAt path: FilePath) throws {
        let file = try create(path)
        defer { try? file.close() }
        try write(content, to: file, at: path)
    }
}

/// Takes a backup's photos, which come in the order of their names, and compares them with the rows.
struct PhotoUnpacking {
    private(set) var count = 0
    private var rows: PhotoRows
    private let keys: SealingKeyRing?
    private let folder: DataFolder?
    private var current: BackupStore.PhotoRow?
    private var awaited: [PhotoShelf.Kind] = []
    /// Rows without files, or without an original: right only for what was removed while the backup was being made.
    private var passed: [BackupStore.PhotoRow] = []

    init(_ snapshot: SQLiteSnapshot, keys: SealingKeyRing?, folder: DataFolder?) {
        rows = PhotoRows { name in try snapshot.read { try BackupStore($0).photos(after: name, limit: 500) } }
        self.keys = keys
        self.folder = folder
    }

    mutating func take(_ part: String, _ content: Data) throws {
        if awaited.isEmpty { try advance(to: part) }
        guard let row = current, let file = awaited.first, part == BackupPart.photos + file.path(of: row.name) else {
            throw BackupError.wrong("\(part) isn't a file of the photo that comes next")
        }
        awaited.removeFirst()
        try check(content, file, row)
        if let folder {
            let path = folder.photo(row.name, file)
            try BackupFile.makeFolder(path.removingLastComponent())
            try BackupFile.write(content, toNewFileAt: path)
        }
        if awaited.isEmpty { count += 1 }
    }

    mutating func finish(gone: Set<UUID>) throws {
        while let row = try rows.next() { passed.append(row) }
        if let row = current, !awaited.isEmpty { throw Self.missing(row) }
        if let row = passed.first(where: { !gone.contains($0.name) }) { throw Self.missing(row) }
    }

    private mutating func advance(to part: String) throws {
        while let row = try rows.next() {
            let isWhole = row.hasOriginal && part == BackupPart.photos + PhotoShelf.Kind.original.path(of: row.name)
            let isShort = part == BackupPart.photos + PhotoShelf.Kind.large.path(of: row.name)
            if isWhole || isShort {
                current = row
                awaited = PhotoShelf.Kind.allCases.filter { isWhole || $0 != .original }
                if isShort, row.hasOriginal { passed.append(row) }
                return
            }
            passed.append(row)
            guard passed.count <= 10_000 else { throw Self.missing(row) }
        }
    }

    private func check(_ content: Data, _ file: PhotoShelf.Kind, _ row: BackupStore.PhotoRow) throws {
        let name = row.name.uuidString.lowercased()
        guard file == .original else {
            guard content.starts(with: [0xff, 0xd8]) else {
                throw BackupError.wrong("the photo \(name).\(file) is none")
            }
            return
        }
        guard let keys else { return }
        do {
            let original = try keys.open(content, of: row.name)
            guard original.count == row.bytes, Data(SHA256.hash(data: original)) == row.sha256 else {
                throw BackupError.wrong("the original \(name) isn't the one that was kept")
            }
        } catch let error as SealingError {
            throw BackupError.wrong("the seal of the original \(name) doesn't open (\(error))")
        }
    }

    private static func missing(_ row: BackupStore.PhotoRow) -> BackupError {
        .wrong("the photo \(row.name.uuidString.lowercased()) is missing")
    }
}
