import Foundation
import Kernel
import Storage

/// Keeps which reports are of the same fact, and finds those that may be.
package struct MergedCaseStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// The cases that were merged into this one, the oldest first.
    package func merged(into main: ID<Case>) throws -> [Case] {
        try db.rows("\(CaseStore.select) WHERE merged_into = \(main) ORDER BY received_at, matter.id").map(Case.init)
    }

    package func ids(mergedInto main: ID<Case>) throws -> [ID<Case>] {
        try db.rows("SELECT id FROM matter WHERE merged_into = \(main) ORDER BY received_at, id").map { try $0[0] }
    }

    /// Those that had been merged into this one by `time`.
    package func ids(mergedInto main: ID<Case>, by time: Date) throws -> [ID<Case>] {
        try db.rows(
            "SELECT id FROM matter WHERE merged_into = \(main) AND closed_at <= \(time) ORDER BY received_at, id"
        ).map { try $0[0] }
    }

    /// The open cases of a group of categories round a position, the nearest first. What it costs grows with the open cases
    /// that lie so near, not with all.
    ///
    /// `metres`: up to 2,000. `allowed`: which of them the asker may see.
    package func open(
        near position: Position, within metres: Double, group: String, where allowed: SQL = "TRUE", limit: Int
    ) throws -> [Case] {
        let box = Box(round: position, metres: metres)
        return try db.rows(
            """
            \(CaseStore.select)
            WHERE lat IS NOT NULL AND closed_at IS NULL AND CAST(lat * 500 AS \(.integer)) IN (\(each: box.strips))
                AND lng BETWEEN \(box.west) AND \(box.east) AND lat BETWEEN \(box.south) AND \(box.north)
                AND \(.starts("category", with: group)) AND \(allowed)
            ORDER BY (lat - \(position.lat)) * (lat - \(position.lat)) + (lng - \(position.lng)) * (lng - \(position.lng))
                * \(box.narrowing)
            LIMIT \(limit)
            """
        ).map(Case.init).filter { $0.place.position.map { $0.distance(to: position) <= metres } ?? false }
    }

    /// The open cases of a group of categories that are about one of the businesses that `matter` is about.
    package func open(
        aboutTheBusinessesOf matter: ID<Case>, group: String, where allowed: SQL, limit: Int
    ) throws -> [Case] {
        try db.rows(
            """
            \(CaseStore.select)
            WHERE matter.id IN (
                SELECT other.matter_id FROM matter_business AS other JOIN matter_business AS own
                    ON own.organisation_id = other.organisation_id
                WHERE own.matter_id = \(matter))
                AND closed_at IS NULL AND \(.starts("category", with: group)) AND \(allowed)
            ORDER BY received_at DESC, matter.id LIMIT \(limit)
            """
        ).map(Case.init)
    }

    /// What the reporters' photos of several cases look like.
    package func fingerprints(of matters: [ID<Case>]) throws -> [ID<Case>: [PictureFingerprint]] {
        let rows = try db.rows(
            """
            SELECT photo.matter_id, photo_fingerprint.bits FROM photo
            JOIN photo_fingerprint ON photo_fingerprint.photo_id = photo.id
            WHERE photo.matter_id IN (\(each: matters)) AND photo.step_id IS NULL
            """)
        return try rows.reduce(into: [:]) { found, row in
            let bits: Int = try row[1]
            found[try row[0], default: []].append(PictureFingerprint(bits: UInt64(UInt(bitPattern: bits))))
        }
    }
}

/// What lies within some metres of a point, as far as ranges of coordinates can say it.
private struct Box {
    let south, north, west, east: Double
    /// How much shorter a degree of longitude is than one of latitude, squared.
    let narrowing: Double
    /// The strips of the index that it touches. SQLite cuts a number off, PostgreSQL rounds it: both are among them.
    let strips: [Int]

    init(round position: Position, metres: Double) {
        let degrees = metres / 111_000
        let shrinking = max(0.01, cos(position.lat * .pi / 180))
        (south, north) = (position.lat - degrees, position.lat + degrees)
        (west, east) = (position.lng - degrees / shrinking, position.lng + degrees / shrinking)
        narrowing = shrinking * shrinking
        strips = Array(Int((south * 500).rounded(.down))...Int((north * 500).rounded(.up)))
    }
}
