import Foundation
import Kernel
import Media
import SQLiteBackend
import Storage
import SystemPackage

/// Makes one file of a data folder, while a server may be writing to it: the database as it was at one moment, and the
/// photos that it names.
package struct BackupMaking {
    private let folder: DataFolder
    private let settings: Settings
    private let key: BackupKey?
    private let now: @Sendable () -> Date

    /// A plain backup without a key: then the keys of the data folder and its settings are left out.
    package init(
        _ settings: Settings, key: BackupKey?, now: @escaping @Sendable () -> Date = { Date().storable }
    ) throws {
        guard settings.databaseURL == nil else { throw BackupError.inPostgres }
        self.settings = settings
        self.key = key
        self.now = now
        folder = DataFolder(settings.data)
    }

    package struct Made: Sendable {
        package let file: URL
        package let bytes: Int
        package let facts: BackupFacts
    }

    /// - Throws: ``BackupError``, and leaves nothing behind then.
    package func make(in target: URL) async throws -> Made {
        let targetFolder = DataFolder(target).path
        guard BackupFile.isFolder(targetFolder) else { throw BackupError.noFolder(targetFolder.string) }
        guard BackupFile.isThere(folder.database) else { throw BackupError.noDatabase(folder.database.string) }
        Self.removeAbandoned(in: targetFolder)
        let work = try BackupWork(in: folder.work)
        defer { work.remove() }
        let began = now()
        let (final, partial, file) = try Self.name(at: began, in: targetFolder)
        do {
            defer { try? file.close() }
            let facts = try await write(to: file, at: partial, work: work.path, began: began)
            try BackupFile.sync(file, at: partial)
            try BackupFile.rename(partial, to: final)
            try BackupFile.syncFolder(targetFolder)
            try ErasureList(in: targetFolder).add(try await erasedAccounts())
            let size = try FileManager.default.attributesOfItem(atPath: final.string)[.size] as? NSNumber
            return Made(file: URL(filePath: final.string), bytes: size?.intValue ?? 0, facts: facts)
        } catch {
            BackupFile.remove(partial)
            throw error
        }
    }

    private func write(
        to file: FileDescriptor, at path: FilePath, work: FilePath, began: Date
    ) async throws -> BackupFacts {
        let copy = work.appending("nuanxin.sqlite")
        do {
            try SQLiteSnapshot.take(of: folder.database.string, to: copy.string)
        } catch StorageError.full {
            throw BackupError.full(work.string)
        }
        let snapshot = try SQLiteSnapshot(path: copy.string)
        defer { try? snapshot.close() }
        let keys = key == nil ? [] : try folder.keyFiles
        let facts = try snapshot.read { db in
            let store = BackupStore(db)
            let tables = try store.tables()
            return BackupFacts(
                format: BackupFacts.format, madeAt: began.rfc3339, migrations: try store.migrations(), tables: tables,
                photos: tables["photo"] ?? 0, lastEntry: try store.lastEntry(), keys: keys.map(\.name))
        }
        let archive = try ArchiveWriter(file, at: path, key: key)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try archive.add(BackupFacts.name, try encoder.encode(facts))
        for (name, content) in keys { try archive.add(BackupPart.keys + name, content) }
        for name in BackupPart.fileNames where key != nil && BackupFile.isThere(folder.path.appending(name)) {
            try archive.add(BackupPart.files + name, try folder.content(folder.path.appending(name)))
        }
        try add(copy, to: archive)
        try archive.finish(gone: try await addPhotos(of: snapshot, to: archive))
        return facts
    }

    private func add(_ copy: FilePath, to archive: ArchiveWriter) throws {
        let database = try BackupFile.open(copy)
        defer { try? database.close() }
        let size = try FileManager.default.attributesOfItem(atPath: copy.string)[.size] as? NSNumber
        try archive.add(BackupPart.database, from: database, at: copy, size: size?.intValue ?? 0)
    }

    /// A kept photo never changes, so it is still what it was at the moment of the copy.
    ///
    /// - Returns: those that were removed since, and those whose original was.
    private func addPhotos(of snapshot: SQLiteSnapshot, to archive: ArchiveWriter) async throws -> [UUID] {
        // The files are copied as they are: no key is needed for that, so any will do.
        let anyKey = try SealingKey(bytes: Data(count: 32))
        let shelf = try PhotoPlace(settings).shelf(
            in: settings.data, keys: SealingKeyRing(current: anyKey), patience: .working)
        do {
            let gone = try await addPhotos(of: snapshot, from: shelf, to: archive)
            await shelf.close()
            return gone
        } catch {
            await shelf.close()
            throw error
        }
    }

    private func addPhotos(
        of snapshot: SQLiteSnapshot, from shelf: PhotoShelf, to archive: ArchiveWriter
    ) async throws -> [UUID] {
        var gone: [UUID] = []
        var rows = PhotoRows { name in try snapshot.read { try BackupStore($0).photos(after: name, limit: 500) } }
        while let row = try rows.next() {
            do {
                var files: [(PhotoShelf.Kind, Data)] = []
                for file in row.kinds {
                    guard let content = try await stored(file, of: row, on: shelf) else {
                        gone.append(row.name)
                        // Without its original a photo is still one to show.
                        if file == .original, try await isKept(row.name) { continue }
                        files = []
                        break
                    }
                    files.append((file, content))
                }
                for (file, content) in files { try archive.add(BackupPart.photos + file.path(of: row.name), content) }
            } catch let error as ShelfError {
                throw BackupError.failed("photos", reason: "\(error)")
            }
        }
        return gone
    }

    /// A file of a photo; `nil` when it was erased since the copy of the database was made.
    private func stored(
        _ file: PhotoShelf.Kind, of row: BackupStore.PhotoRow, on shelf: PhotoShelf
    ) async throws -> Data? {
        do {
            return try await shelf.stored(file, of: row.name)
        } catch ShelfError.notFound {
            let now = try await live(row.name)
            guard now?.kinds.contains(file) ?? false else { return nil }
            throw BackupError.photoMissing(row.name.uuidString.lowercased())
        }
    }

    private func isKept(_ name: UUID) async throws -> Bool { try await live(name) != nil }

    private func erasedAccounts() async throws -> [ID<Account>] {
        let live = try SQLiteDatabase(path: folder.database.string)
        return try await live.read { db in try BackupStore(db).erasedAccounts() }
    }

    private func live(_ name: UUID) async throws -> BackupStore.PhotoRow? {
        let live = try SQLiteDatabase(path: folder.database.string)
        return try await live.read { db in try BackupStore(db).photo(name) }
    }

    /// A name that no other backup has, and the open file that will get it.
    private static func name(
        at time: Date, in folder: FilePath
    ) throws -> (final: FilePath, partial: FilePath, FileDescriptor) {
        let stamp = time.rfc3339.prefix(19).filter { $0 != "-" && $0 != ":" } + "Z"
        for number in 1...100 {
            let final = folder.appending("nuanxin-\(stamp)\(number == 1 ? "" : "-\(number)").backup")
            let partial = FilePath(final.string + partialEnding)
            if BackupFile.isThere(final) || BackupFile.isThere(partial) { continue }
            let file = try BackupFile.create(partial)
            // Another one of this second may have been done just now, or have cleared this away.
            if BackupFile.claim(file) {
                if !BackupFile.isThere(final) { return (final, partial, file) }
                BackupFile.remove(partial)
            }
            try? file.close()
        }
        throw BackupError.failed(folder.string, reason: "there are a hundred backups of this second")
    }

    /// What was being made by a process that was killed: nobody holds its lock any more.
    private static func removeAbandoned(in folder: FilePath) {
        for name in BackupFile.names(in: folder) where name.hasPrefix("nuanxin-") && name.hasSuffix(partialEnding) {
            guard let file = try? BackupFile.open(folder.appending(name)) else { continue }
            if BackupFile.lock(file) { BackupFile.remove(folder.appending(name)) }
            try? file.close()
        }
    }

    private static let partialEnding = ".partial"
}
