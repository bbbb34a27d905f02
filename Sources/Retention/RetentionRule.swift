import Foundation
import Kernel
import Storage

/// How many rows of a kind, and photos with them.
package struct RetentionCount: Sendable, Hashable, Codable {
    package var rows: Int
    package var photos: Int

    package init(rows: Int = 0, photos: Int = 0) {
        self.rows = rows
        self.photos = photos
    }

    package static func + (one: Self, other: Self) -> Self {
        Self(rows: one.rows + other.rows, photos: one.photos + other.photos)
    }

    package static func - (all: Self, part: Self) -> Self {
        Self(rows: all.rows - part.rows, photos: all.photos - part.photos)
    }
}

/// What a feature says of one kind of data: how rows are found that are due, and how they are erased. For how long they are
/// kept stands in `Data/retention.json`.
package struct RetentionRule: Sendable {
    /// The rows of a kind, as pieces of SQL.
    package struct Rows: Sendable {
        /// From `FROM` on, with a `WHERE`: all that can be erased some day and that nothing keeps at this time.
        package let from: SQL
        /// What the span is counted from.
        package let event: SQL
        /// What a row is told apart by.
        package let key: SQL
        /// In which order they go; the oldest first when left out.
        package let order: SQL?
        /// Whether the event is a day and not an instant.
        package let isDay: Bool

        package init(from: SQL, event: SQL, key: SQL, order: SQL? = nil, isDay: Bool = false) {
            self.from = from
            self.event = event
            self.key = key
            self.order = order
            self.isDay = isDay
        }
    }

    package typealias Find = @Sendable (_ now: Date, _ db: any Transaction) throws -> Rows
    /// Counts the photos of the rows with these keys.
    package typealias Photos = @Sendable (_ due: SQL) -> SQL
    package typealias Erase = @Sendable (_ keys: [SQLValue], _ now: Date, _ db: any Transaction) throws -> Void

    package let kind: String
    /// The shortest that the law allows: no city may set less.
    package let atLeast: Span?
    let find: Find
    let photos: Photos?
    let erase: Erase?

    package init(
        _ kind: String, atLeast: Span? = nil, find: @escaping Find, photos: Photos? = nil, erase: @escaping Erase
    ) {
        self.kind = kind
        self.atLeast = atLeast
        self.find = find
        self.photos = photos
        self.erase = erase
    }

    /// Something that is kept for good.
    package init(keeping kind: String, atLeast: Span? = nil, find: @escaping Find) {
        self.kind = kind
        self.atLeast = atLeast
        self.find = find
        photos = nil
        erase = nil
    }

    var erases: Bool { erase != nil }
}
