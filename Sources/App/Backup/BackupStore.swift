import Foundation
import Kernel
import Storage

/// Reads what a backup says of its database, and which photos the rows name.
struct BackupStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    struct PhotoRow: Sendable {
        let name: UUID
        let bytes: Int
        let sha256: Data
        /// Whether it waits for a report or a step. Such a photo is removed after a day.
        let isWaiting: Bool
    }

    func tables() throws -> [String: Int] {
        let names: [String] = try db.rows(.tables).map { try $0["name"] }
        return try Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, try db.value("SELECT COUNT(*) FROM \(identifier: name)", as: Int.self))
            })
    }

    func migrations() throws -> [String: String] {
        try Dictionary(
            uniqueKeysWithValues: db.rows("SELECT name, digest FROM schema_migration").map {
                (try $0["name"], try $0["digest"])
            })
    }

    func lastEntry() throws -> Int {
        try db.value("SELECT COALESCE(MAX(sequence), 0) FROM journal_entry")
    }

    /// The next photos by their names.
    func photos(after name: UUID?, limit: Int) throws -> [PhotoRow] {
        let condition: SQL = name.map { "id > \($0)" } ?? "TRUE"
        return try db.rows(
            "SELECT id, bytes, sha256, matter_id IS NULL FROM photo WHERE \(condition) ORDER BY id LIMIT \(limit)"
        ).map { row in
            PhotoRow(name: try row[0], bytes: try row[1], sha256: try row[2], isWaiting: try row[3])
        }
    }

    func hasPhoto(_ name: UUID) throws -> Bool {
        try db.row("SELECT id FROM photo WHERE id = \(name)") != nil
    }
}

/// The photos of a database that nobody writes to, one after another in the order of their names.
struct PhotoRows {
    private let read: (UUID?) throws -> [BackupStore.PhotoRow]
    private var page: ArraySlice<BackupStore.PhotoRow> = []
    private var last: UUID?

    init(_ read: @escaping (UUID?) throws -> [BackupStore.PhotoRow]) {
        self.read = read
    }

    mutating func next() throws -> BackupStore.PhotoRow? {
        if page.isEmpty { page = try read(last)[...] }
        guard let row = page.popFirst() else { return nil }
        last = row.name
        return row
    }
}
