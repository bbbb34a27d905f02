import App
import Foundation
import TestSupport

extension TestDatabase {
    /// Settings of a product with this data folder on the database that the tests run on, empty as yet.
    static func settings(in data: URL, _ more: [String: String] = [:]) async throws -> Settings {
        var flags = more.merging(["data": data.path]) { $1 }
        if chosen == .postgres {
            flags["database.url"] = try await newAddress()
            // Few sessions and much patience: hundreds of tests share the server.
            flags["database.connections"] = "3"
            flags["database.patience"] = "600"
        }
        return try await Settings(flags: flags, environment: [:])
    }
}
