import Foundation
import Kernel

/// A photo on the shelf, as the database knows it. Its identity is the random name of its files.
package struct Photo: Sendable, Hashable {
    package let id: ID<Photo>
    /// Who sent it, while it waits. What a report or a step has taken doesn't say any more who that was.
    package let account: ID<Account>?
    package var matter: ID<Case>?
    /// The step it came with; `nil` for the reporter's own.
    package var step: ID<TimelineEntry>?
    package let format: String
    /// Of the sealed original.
    package let byteCount: Int
    package let originalHash: Data
    package let width: Int
    package let height: Int
    package let createdAt: Date
    package let evidence: Evidence
    /// What it looks like, for finding reports of the same thing.
    package let fingerprint: PictureFingerprint?
    /// Whether the file is still kept as it came. Afterwards the copies to show are all there is.
    package let hasOriginal: Bool

    package init(
        id: ID<Photo>, account: ID<Account>?, matter: ID<Case>? = nil, step: ID<TimelineEntry>? = nil, format: String,
        byteCount: Int, originalHash: Data, width: Int, height: Int, createdAt: Date, evidence: Evidence,
        fingerprint: PictureFingerprint? = nil, hasOriginal: Bool = true
    ) {
        self.id = id
        self.account = account
        self.matter = matter
        self.step = step
        self.format = format
        self.byteCount = byteCount
        self.originalHash = originalHash
        self.width = width
        self.height = height
        self.createdAt = createdAt
        self.evidence = evidence
        self.fingerprint = fingerprint
        self.hasOriginal = hasOriginal
    }

    /// What the camera wrote into it, and what the phone said that sent it. Anybody can write that, so it is a hint and no fact.
    package struct Evidence: Sendable, Hashable {
        package let capturedAt: Date?
        package let position: Position?
        /// When it was taken by the word of the phone: of the file, or of the moment the camera clicked.
        package let toldAt: Date?

        package init(capturedAt: Date? = nil, position: Position? = nil, toldAt: Date? = nil) {
            self.capturedAt = capturedAt
            self.position = position
            self.toldAt = toldAt
        }

        /// When it was taken, by the better of the two.
        package var takenAt: Date? { capturedAt ?? toldAt }
    }
}
