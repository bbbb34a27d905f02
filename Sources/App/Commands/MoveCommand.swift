import ArgumentParser
import Foundation
import SQLiteBackend
import Storage
import SystemPackage

struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Copies a data folder's SQLite database into an empty PostgreSQL, and compares all of it.",
        discussion: """
            The target is the setting database.url (NUANXIN_DATABASE_URL). Stop the server first. When it is interrupted, \
            the same command goes on.
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: "The data folder of the district.")
    var from: String

    @Flag(help: "Also while the server runs: what is written after this moment is not moved.")
    var force = false

    func run() async throws {
        try await plainly {
            let settings = try await Settings(flags: common.flags())
            guard settings.databaseURL != nil else { throw MoveError.noTarget }
            let folder = DataFolder(URL(filePath: from, directoryHint: .isDirectory))
            guard BackupFile.isThere(folder.database) else { throw MoveError.noSource(folder.database.string) }
            let target = try Nuanxin.database(settings)
            guard force else {
                return try await move(try hold(folder), to: target, photos: folder)
            }
            let work = try BackupWork(in: folder.work)
            defer { work.remove() }
            let copy = work.path.appending("nuanxin.sqlite")
            try SQLiteSnapshot.take(of: folder.database.string, to: copy.string)
            try await move(try SQLiteSnapshot(path: copy.string), to: target, photos: folder)
        }
    }

    private func hold(_ folder: DataFolder) throws -> SQLiteSnapshot {
        do {
            return try SQLiteSnapshot(holding: folder.database.string)
        } catch StorageError.busy {
            throw MoveError.inUse(folder.database.string)
        }
    }

    private func move(_ source: SQLiteSnapshot, to target: any Database, photos folder: DataFolder) async throws {
        let moved = try await DistrictMove(from: source, to: target).run()
        try source.close()
        for (table, rows) in moved { print("\(table): \(rows)") }
        print(
            """
            moved and equal: \(moved.map(\.rows).reduce(0, +)) rows in \(moved.count) tables
            the photos are still in \(folder.photos), the keys in \(folder.keys): take both along, without the keys no \
            original opens and nobody can sign in
            """)
    }
}
