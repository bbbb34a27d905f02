import Foundation
import SQLiteBackend
import Storage
import Testing

/// The databases that every store is tested on. PostgreSQL joins them with its backend.
package enum TestDatabase: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case sqlite

    package static var available: [TestDatabase] { allCases }

    package var testDescription: String { rawValue }

    /// An empty database with the given schema, for one test. Its file goes away with the process's temporary folder.
    package func open(_ migrations: [Migration] = []) async throws -> any Storage.Database {
        let folder = try temporaryFolder()
        let database = try SQLiteDatabase(path: folder.appending(path: "test.sqlite").path)
        if !migrations.isEmpty { try await database.migrate(migrations) }
        return database
    }
}

/// A new empty folder for one test.
package func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
        .appending(path: "nuanxin-tests-\(ProcessInfo.processInfo.processIdentifier)")
        .appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}

/// The root of the source tree, where `Data` and `.setup` are.
package let sourceRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
