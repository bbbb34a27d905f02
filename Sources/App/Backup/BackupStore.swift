import Cases
import Foundation
import Kernel
import Media
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
        /// Whether the file is still kept as it came.
        let hasOriginal: Bool

        var kinds: [PhotoShelf.Kind] { PhotoShelf.Kind.allCases.filter { $0 != .original || hasOriginal } }
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
        return try db.rows("\(Self.select) WHERE \(condition) ORDER BY id LIMIT \(limit)").map(Self.photo)
    }

    /// Riders whose accounts were closed for good.
    func erasedAccounts() throws -> [ID<Account>] {
        try db.rows("SELECT id FROM account WHERE kind = 'rider' AND state = 'closed'").map { try $0[0] }
    }

    func photo(_ name: UUID) throws -> PhotoRow? {
        try db.row("\(Self.select) WHERE id = \(name)").map(Self.photo)
    }

    private static let select: SQL = "SELECT id, bytes, sha256, \(PhotoStore.hasOriginal) FROM photo"

    private static func photo(_ row: Row) throws -> PhotoRow {
        PhotoRow(name: try row[0], bytes: try row[1], sha256: try row[2], hasOriginal: try row[3])
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
