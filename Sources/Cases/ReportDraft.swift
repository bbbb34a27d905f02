import Crypto
import Foundation
import Kernel

/// What a rider sends, read from a form or from JSON.
package struct ReportDraft: Sendable {
    /// Made on the phone, so that sending twice is one report.
    package let id: ID<Case>
    package let category: Category
    package let place: Case.Place
    package let description: String
    package let identity: Reporter.Identity
    /// When the photo was taken, as the phone says; not when it was sent.
    package let capturedAt: Date?
    /// The report near by that the person says theirs is about as well.
    package let joins: ID<Case>?

    package init(
        id: ID<Case>, category: Category, place: Case.Place, description: String, identity: Reporter.Identity,
        capturedAt: Date? = nil, joins: ID<Case>? = nil
    ) {
        self.id = id
        self.category = category
        self.place = place
        self.description = description
        self.identity = identity
        self.capturedAt = capturedAt
        self.joins = joins
    }

    /// SHA-256 over everything that was sent: the same key with another digest is another report.
    package func digest(photos: [Data]) -> Data {
        var hash = SHA256()
        func add(_ text: String) {
            hash.update(data: Data("\(text.utf8.count):".utf8))
            hash.update(data: Data(text.utf8))
        }
        add(category.code)
        add(place.position.map { "\($0.lat),\($0.lng)" } ?? "")
        add(place.accuracy.map { "\($0)" } ?? "")
        add(place.address ?? "")
        add(description)
        add(identity.rawValue)
        add(capturedAt.map(\.rfc3339) ?? "")
        if let joins { add(joins.text) }
        for photo in photos { hash.update(data: photo) }
        return Data(hash.finalize())
    }
}
