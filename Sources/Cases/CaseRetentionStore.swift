import Foundation
import Kernel
import People
import Retention
import Storage

/// What is kept of cases, and how it goes: photos that wait, originals, who reported, words and place.
enum CaseRetentionStore {
    /// In this order: an original goes before the photo it belongs to.
    static let rules = [waitingPhotos, originals, links, words]

    private static let waitingPhotos = RetentionRule("waiting-photos") { _, _ in
        .init(from: "FROM photo WHERE matter_id IS NULL", event: "created_at", key: "id")
    } photos: { due in
        "SELECT COUNT(*) FROM photo WHERE id IN (\(due))"
    } erase: { keys, now, db in
        try PhotoStore(db).erase(keys.compactMap { ID(sqlValue: $0) }, at: now)
    }

    /// The files as cameras made them, with where and when. The copies to show stay until the words go.
    private static let originals = RetentionRule("photo-originals") { now, _ in
        .init(
            from: """
                FROM photo JOIN matter ON matter.id = photo.matter_id
                WHERE \(PhotoStore.hasOriginal) AND \(isOver(at: now))
                """,
            event: "matter.closed_at", key: "photo.id")
    } photos: { due in
        "SELECT COUNT(*) FROM photo WHERE id IN (\(due))"
    } erase: { keys, now, db in
        try PhotoStore(db).eraseOriginals(keys.compactMap { ID(sqlValue: $0) }, at: now)
    }

    private static let links = RetentionRule("reporter-links") { now, db in
        .init(
            from: """
                FROM reporter JOIN matter ON matter.id = reporter.matter_id
                WHERE \(try ReporterStore(db).isKnown()) AND \(isOver(at: now))
                """,
            event: "matter.closed_at", key: "reporter.matter_id")
    } erase: { keys, _, db in
        try ReporterStore(db).forget(keys.compactMap { ID(sqlValue: $0) })
    }

    private static let words = RetentionRule("case-words") { now, _ in
        .init(
            from: "FROM matter WHERE matter.words_erased_at IS NULL AND \(isOver(at: now))", event: "matter.closed_at",
            key: "matter.id")
    } photos: { due in
        "SELECT COUNT(*) FROM photo WHERE matter_id IN (\(due))"
    } erase: { keys, now, db in
        try CaseErasureStore(db).eraseWords(of: keys.compactMap { ID(sqlValue: $0) }, at: now)
    }

    /// The condition on rows of `matter` that they have ended, that nobody has still to decide whether they begin anew, and
    /// that nobody holds them.
    private static func isOver(at now: Date) -> SQL {
        """
        (matter.state IN ('closed', 'declined') AND matter.closed_at IS NOT NULL AND matter.reopen_request <> 'asked'
        AND NOT \(CaseHoldStore.isHeld("matter.id", at: now)))
        """
    }
}

/// Takes the words and the place out of cases, and leaves what is counted: number, times, category, territory, office, state,
/// outcome and rating.
struct CaseErasureStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    func eraseWords(of matters: [ID<Case>], at now: Date) throws {
        try PhotoStore(db).erase(of: matters, at: now)
        try ReporterStore(db).forget(matters)
        try db.execute(
            """
            UPDATE matter_step SET note = NULL, result = NULL, detail = '{}', actor_id = NULL
            WHERE matter_id IN (\(each: matters))
            """)
        try db.execute("DELETE FROM matter_hold WHERE matter_id IN (\(each: matters))")
        // Where the table asks for a text, an empty one says that there was one.
        try db.execute(
            """
            UPDATE matter SET description = '', lat = NULL, lng = NULL, accuracy = NULL, address = '', body = NULL,
                receipt = CASE WHEN receipt IS NULL THEN NULL ELSE '' END,
                result = CASE WHEN result IS NULL THEN NULL ELSE '' END, rectify_by = NULL, handler_id = NULL,
                extension_asked_by = NULL, closed_by = NULL, version = version + 1, words_erased_at = \(now)
            WHERE id IN (\(each: matters))
            """)
    }
}
