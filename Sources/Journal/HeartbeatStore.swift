import Foundation
import Storage

/// Instants that are written again and again, to see that writing works and how far a copy of the database has come.
package struct HeartbeatStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func beat(_ name: String, at time: Date) throws {
        try db.execute(
            """
            INSERT INTO heartbeat (name, at) VALUES (\(name), \(time))
            ON CONFLICT (name) DO UPDATE SET at = excluded.at
            """
        )
    }

    package func last(_ name: String) throws -> Date? {
        try db.row("SELECT at FROM heartbeat WHERE name = \(name)")?["at"]
    }
}
