import Foundation
import Kernel
import Storage

/// A photo whose files have to go from the shelf, since its row has gone or says so.
struct PhotoRemoval: Sendable, Hashable {
    let photo: ID<Photo>
    /// All of its files, or the original alone.
    let isWhole: Bool
}

/// Keeps which files have to go from the shelf. It is written with the rows, so that none is forgotten when the shelf can't be
/// reached or the server stops in between.
struct PhotoRemovalStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    func add(_ photos: [ID<Photo>], isWhole: Bool, at now: Date) throws {
        for start in stride(from: 0, to: photos.count, by: 500) {
            let rows: [SQL] = photos[start..<min(start + 500, photos.count)].map { "(\($0), \(isWhole), \(now))" }
            try db.execute(
                """
                INSERT INTO photo_removal (photo_id, is_whole, since) VALUES \(rows.joined(by: ", "))
                ON CONFLICT (photo_id) DO UPDATE SET is_whole = excluded.is_whole OR photo_removal.is_whole
                """)
        }
    }

    /// The next ones in the order of their names.
    func next(after last: ID<Photo>?, limit: Int) throws -> [PhotoRemoval] {
        let start: SQL = last.map { "photo_id > \($0)" } ?? "TRUE"
        return try db.rows(
            "SELECT photo_id, is_whole FROM photo_removal WHERE \(start) ORDER BY photo_id LIMIT \(limit)"
        ).map { PhotoRemoval(photo: try $0[0], isWhole: try $0[1]) }
    }

    /// An entry that has grown meanwhile stays.
    func remove(_ done: [PhotoRemoval]) throws {
        for isWhole in [true, false] {
            let photos = done.filter { $0.isWhole == isWhole }.map(\.photo)
            guard !photos.isEmpty else { continue }
            try db.execute(
                "DELETE FROM photo_removal WHERE photo_id IN (\(each: photos)) AND is_whole = \(isWhole)")
        }
    }

    func isWaiting(_ photo: ID<Photo>) throws -> Bool {
        try db.row("SELECT 1 AS found FROM photo_removal WHERE photo_id = \(photo)") != nil
    }
}
