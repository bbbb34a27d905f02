import Foundation
import Journal
import Kernel
import Media
import Storage
import Synchronization
import TestSupport
import Web

@testable import App
@testable import Cases
@testable import Retention

extension AgedWorld {
    var commands: RetentionCommands { city.product.retention.commands }

    /// Whether anything of a case may go at all.
    func mayChange(_ matter: Matter) -> Bool { dueAfter90Days(at: now).contains { $0.id == matter.id } }

    /// All that the tables and the shelf have of cases, in one text each.
    func contents(of matters: [Matter]) async throws -> [String] {
        var contents: [String] = []
        for matter in matters {
            let rows = try await city.product.services.database.read { db in
                try [
                    db.rows("SELECT * FROM matter WHERE id = \(matter.id)"),
                    db.rows("SELECT * FROM matter_step WHERE matter_id = \(matter.id) ORDER BY id"),
                    db.rows("SELECT * FROM reporter WHERE matter_id = \(matter.id)"),
                    db.rows("SELECT * FROM photo WHERE matter_id = \(matter.id) ORDER BY id"),
                    db.rows("SELECT * FROM matter_hold WHERE matter_id = \(matter.id) ORDER BY id"),
                ].map { "\($0)" }
            }
            var files: [String] = []
            for photo in matter.photos { files.append("\(try await self.files(of: photo))") }
            contents.append((rows + files).joined(separator: "\n"))
        }
        return contents
    }

    func files(of photo: UUID) async throws -> [PhotoShelf.Kind] {
        var kinds: [PhotoShelf.Kind] = []
        for kind in PhotoShelf.Kind.allCases {
            do {
                _ = try await city.product.shelf.stored(kind, of: photo)
                kinds.append(kind)
            } catch ShelfError.notFound {}
        }
        return kinds
    }

    /// How many rows of a kind the journal says were erased.
    func written(_ kind: String) async throws -> Int {
        try await city.journal("retention.erased").reduce(0) { sum, entry in
            let data = try JSONSerialization.jsonObject(with: entry.data) as? [String: Any] ?? [:]
            return sum + (data["kind"] as? String == kind ? data["rows"] as? Int ?? 0 : 0)
        }
    }
}

/// Stops a run when it has asked so many times.
final class Interrupting: Sendable {
    struct Stop: Error {}

    private let left: Mutex<Int>

    init(after times: Int) {
        left = Mutex(times)
    }

    func isTime() -> Bool {
        left.withLock { left in
            left -= 1
            return left == 0
        }
    }
}
