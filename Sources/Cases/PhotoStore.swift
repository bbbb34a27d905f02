import Foundation
import Kernel
import People
import Storage

/// Keeps what is known of photos; their files are on the shelf.
package struct PhotoStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ photo: Photo) throws {
        try db.execute(
            """
            INSERT INTO photo (
                id, account_id, matter_id, step_id, position, format, bytes, sha256, width, height, created_at
            ) VALUES (
                \(photo.id), \(photo.account), \(photo.matter), \(photo.step), 0, \(photo.format), \(photo.byteCount),
                \(photo.originalHash), \(photo.width), \(photo.height), \(photo.createdAt)
            )
            """
        )
        try db.execute(
            """
            INSERT INTO photo_evidence (photo_id, captured_at, lat, lng) VALUES (
                \(photo.id), \(photo.evidence.capturedAt), \(photo.evidence.position?.lat),
                \(photo.evidence.position?.lng)
            )
            """
        )
        if let fingerprint = photo.fingerprint {
            try db.execute(
                """
                INSERT INTO photo_fingerprint (photo_id, bits)
                VALUES (\(photo.id), \(Int(bitPattern: UInt(fingerprint.bits))))
                """)
        }
        guard let toldAt = photo.evidence.toldAt else { return }
        try db.execute("INSERT INTO photo_told (photo_id, told_at) VALUES (\(photo.id), \(toldAt))")
    }

    package func find(_ id: ID<Photo>) throws -> Photo? {
        try db.row("\(Self.select) WHERE photo.id = \(id)").map(Photo.init)
    }

    package func photos(of matter: ID<Case>) throws -> [Photo] {
        try db.rows("\(Self.select) WHERE photo.matter_id = \(matter) ORDER BY photo.position, photo.id").map(
            Photo.init)
    }

    /// The first of the reporter's photos of each case, for lists.
    package func firstPhotos(of matters: [ID<Case>]) throws -> [ID<Case>: ID<Photo>] {
        let rows = try db.rows(
            """
            SELECT matter_id, id FROM photo WHERE matter_id IN (\(each: matters)) AND step_id IS NULL
            ORDER BY matter_id, position DESC
            """)
        return try rows.reduce(into: [:]) { $0[try $1["matter_id"]] = try $1["id"] }
    }

    /// Those of `ids` that `account` sent and that belong to nothing yet.
    package func waiting(_ ids: [ID<Photo>], of account: ID<Account>) throws -> [Photo] {
        try db.rows(
            """
            \(Self.select) WHERE photo.id IN (\(each: ids)) AND photo.account_id = \(account)
            AND photo.matter_id IS NULL
            """
        ).map(Photo.init)
    }

    /// Gives waiting photos to a case, in the order in which they stand in `ids`. From then on nothing says who sent them.
    ///
    /// - Throws: ``CaseError/photoGone`` when one of them isn't waiting, or isn't `account`'s.
    package func attach(
        _ ids: [ID<Photo>], to matter: ID<Case>, step: ID<TimelineEntry>?, of account: ID<Account>
    ) throws {
        for (position, id) in ids.enumerated() {
            let changed = try db.execute(
                """
                UPDATE photo SET account_id = NULL, matter_id = \(matter), step_id = \(step), position = \(position)
                WHERE id = \(id) AND account_id = \(account) AND matter_id IS NULL
                """
            )
            guard changed == 1 else { throw CaseError.photoGone }
        }
    }

    /// All photos in the order of their names, piece by piece.
    package func photos(after name: ID<Photo>?, limit: Int) throws -> [Photo] {
        let start: SQL = name.map { "WHERE photo.id > \($0)" } ?? ""
        return try db.rows("\(Self.select) \(start) ORDER BY photo.id LIMIT \(limit)").map(Photo.init)
    }

    package func waitingCount(of account: ID<Account>, since time: Date) throws -> Int {
        try db.value(
            """
            SELECT COUNT(*) FROM photo
            WHERE matter_id IS NULL AND created_at >= \(time) AND account_id = \(account)
            """
        )
    }

    /// Removes photos that came before `time` and that no report ever took, `limit` at most, and says which. Several nodes
    /// can do so side by side.
    package func removeAbandoned(before time: Date, limit: Int, at now: Date) throws -> [ID<Photo>] {
        let abandoned: [ID<Photo>] = try db.rows(
            """
            SELECT id FROM photo WHERE matter_id IS NULL AND created_at < \(time)
            ORDER BY created_at LIMIT \(limit) \(.skipLocked)
            """
        ).map { try $0["id"] }
        try erase(abandoned, at: now)
        return abandoned
    }

    /// Removes photos; their files follow.
    func erase(_ photos: [ID<Photo>], at now: Date) throws {
        try PhotoRemovalStore(db).add(photos, isWhole: true, at: now)
        try db.execute("DELETE FROM photo_told WHERE photo_id IN (\(each: photos))")
        try db.execute("DELETE FROM photo_evidence WHERE photo_id IN (\(each: photos))")
        try db.execute("DELETE FROM photo_fingerprint WHERE photo_id IN (\(each: photos))")
        try db.execute("DELETE FROM photo WHERE id IN (\(each: photos))")
    }

    func erase(of matters: [ID<Case>], at now: Date) throws {
        let photos: [ID<Photo>] = try db.rows("SELECT id FROM photo WHERE matter_id IN (\(each: matters))").map {
            try $0[0]
        }
        for start in stride(from: 0, to: photos.count, by: 500) {
            try erase(Array(photos[start..<min(start + 500, photos.count)]), at: now)
        }
    }

    /// Removes what shows more than the copies do: the file as it came, its fingerprint, what the camera wrote.
    func eraseOriginals(_ photos: [ID<Photo>], at now: Date) throws {
        try PhotoRemovalStore(db).add(photos, isWhole: false, at: now)
        try db.execute(
            "UPDATE photo SET sha256 = \(Self.noFingerprint) WHERE id IN (\(each: photos))")
        try db.execute("DELETE FROM photo_fingerprint WHERE photo_id IN (\(each: photos))")
        try db.execute(
            """
            UPDATE photo_evidence SET captured_at = NULL, lat = NULL, lng = NULL WHERE photo_id IN (\(each: photos))
            """)
        try db.execute("DELETE FROM photo_told WHERE photo_id IN (\(each: photos))")
    }

    /// Makes photos that somebody sent and no report took old enough for the next ``removeAbandoned(before:limit:at:)``. The
    /// others have said since then nothing of who sent them.
    package func abandon(of account: ID<Account>) throws {
        try db.execute(
            "UPDATE photo SET created_at = \(Date(milliseconds: 0)) WHERE account_id = \(account) AND matter_id IS NULL"
        )
    }

    /// The condition on rows of `photo` that the file is still kept as it came: with it goes its fingerprint.
    package static let hasOriginal: SQL = "LENGTH(photo.sha256) > 1"
    private static let noFingerprint = Data(count: 1)

    private static let select: SQL = """
        SELECT photo.id AS id, account_id, matter_id, step_id, format, bytes, sha256, width, height, created_at,
            captured_at, lat, lng, told_at, \(hasOriginal) AS has_original
        FROM photo JOIN photo_evidence ON photo_evidence.photo_id = photo.id
            LEFT JOIN photo_told ON photo_told.photo_id = photo.id
        """
}

extension Photo {
    fileprivate init(_ row: Row) throws {
        let lat: Double? = try row["lat"]
        let lng: Double? = try row["lng"]
        self.init(
            id: try row["id"], account: try row["account_id"], matter: try row["matter_id"], step: try row["step_id"],
            format: try row["format"], byteCount: try row["bytes"], originalHash: try row["sha256"],
            width: try row["width"], height: try row["height"], createdAt: try row["created_at"],
            evidence: Evidence(
                capturedAt: try row["captured_at"],
                position: lat.flatMap { lat in lng.map { Position(lat: lat, lng: $0) } },
                toldAt: try row["told_at"]),
            hasOriginal: try row["has_original"])
    }
}
