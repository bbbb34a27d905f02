import Foundation
import Kernel

/// A photo that passed all checks, with two clean copies of it: upright JPEGs in sRGB without any metadata.
package struct PreparedPhoto: Sendable, Hashable {
    package let format: PhotoFormat

    /// The file as it was uploaded, unchanged and with all its metadata.
    package let original: URL
    package let originalByteCount: Int
    /// SHA-256 of the original, 32 bytes.
    package let originalHash: Data

    /// The original's size in pixels when held upright.
    package let width: Int
    package let height: Int

    /// When the camera says it was taken. Evidence with its own rights, not a fact: anybody can write it.
    package let capturedAt: Date?
    /// Where the camera says it was taken; see `capturedAt`.
    package let position: Position?

    /// What it looks like; `nil` when there is too little in it.
    package let fingerprint: PictureFingerprint?

    /// At most 1,600 px a side.
    package let large: URL
    /// At most 320 px a side.
    package let small: URL
}
