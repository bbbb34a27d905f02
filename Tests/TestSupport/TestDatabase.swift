import Foundation
import PostgresBackend
import SQLiteBackend
import Storage
import Testing
import Vault

/// The database that the tests run on: PostgreSQL when `NUANXIN_TEST_DATABASE_URL` says where it is, SQLite otherwise.
/// `make test` runs them on both.
package enum TestDatabase: String, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    package static let chosen: TestDatabase = serverURL == nil ? .sqlite : .postgres
    package static var available: [TestDatabase] { [chosen] }

    private static let serverURL = ProcessInfo.processInfo.environment["NUANXIN_TEST_DATABASE_URL"]

    package var testDescription: String { rawValue }

    /// An empty database with the given schema, for one test. It goes away with the process's temporary folder, or with
    /// the server.
    package func open(_ migrations: [Migration] = []) async throws -> any Storage.Database {
        let database: any Storage.Database
        switch self {
        case .sqlite:
            database = try SQLiteDatabase(path: temporaryFolder().appending(path: "test.sqlite").path)
        case .postgres:
            // Few sessions and much patience: hundreds of tests share the server.
            database = PostgresDatabase(
                try PostgresAddress(try await Self.newAddress()), connections: 3, patience: .seconds(Self.longestWait))
        }
        let sealing = VaultDatabase(database, vault: .test)
        guard !migrations.isEmpty else { return sealing }
        let hasVault = migrations.contains { $0.name == VaultSchema.migrations[0].name }
        try await sealing.migrate((hasVault ? [] : VaultSchema.migrations) + migrations)
        return sealing
    }

    /// The address of a new schema on the server.
    package static func newAddress() async throws -> String {
        let schema = "t" + UUID().uuidString.filter { $0 != "-" }.lowercased()
        try await server.write { db in try db.execute("CREATE SCHEMA \(identifier: schema)") }
        return try withPatience("-csearch_path%3D\(schema)") + "&application_name=\(schema)"
    }

    /// The server's address with limits that no machine is too slow for, also for how long it may say nothing. What a
    /// limit does is a matter of the tests that set one; to all others it would only say how busy the machine is.
    private static func withPatience(_ options: String = "") throws -> String {
        guard let serverURL else { throw NoServer() }
        let limits = ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"]
        let settings = limits.map { "-c\($0)%3D\(longestWait)s" } + [options]
        return serverURL + (serverURL.contains("?") ? "&" : "?") + "connect_timeout=\(longestWait)"
            + "&options=" + settings.joined(separator: "%20")
    }

    private static let longestWait = 600

    /// The server's database itself, for what isn't about one schema.
    package static var server: any Storage.Database {
        get throws { try shared.get() }
    }

    private static let shared = Result {
        PostgresDatabase(try PostgresAddress(try withPatience()), connections: 4, patience: .seconds(longestWait))
    }

    private struct NoServer: Error {}
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
