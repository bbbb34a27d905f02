import Foundation
import Kernel

/// Why an upload can't be taken as a photo.
package enum PhotoError: Error, Hashable {
    case tooLarge(bytes: Int, limit: Int)
    case notAPhoto
    /// A file of another kind, by the name people know: `GIF`, `PDF`, `SVG`, …
    case unsupported(kind: String)
    case tooManyPixels(width: Int, height: Int)
    /// Cut off, or not decodable to its last pixel.
    case damaged
    /// More than one picture in the file.
    case animated
    /// Too many photos wait already: worth trying again soon.
    case busy
    /// Preparing it took more time than one photo may take.
    case tookTooLong
    /// The disk is full: the operator's fault.
    case noSpace
    /// libvips' tools can't be run here: the operator's fault. The text is for the log.
    case toolMissing(String)
}

extension PhotoError: ProblemError {
    package var problem: Problem {
        switch self {
        case .tooLarge(let bytes, let limit):
            Problem(
                "photo-too-large", status: 422,
                details: ["megabytes": Self.megabytes(bytes), "limit": Self.megabytes(limit)])
        case .notAPhoto: Problem("not-a-photo", status: 422)
        case .unsupported(let kind): Problem("photo-kind-unsupported", status: 422, details: ["kind": kind])
        case .tooManyPixels(let width, let height):
            Problem(
                "photo-too-many-pixels", status: 422, details: ["width": String(width), "height": String(height)])
        case .damaged: Problem("photo-damaged", status: 422)
        case .animated: Problem("photo-animated", status: 422)
        case .busy: Problem("photos-busy", status: 503, retryAfter: 10)
        case .tookTooLong: Problem("photo-took-too-long", status: 422)
        case .noSpace: Problem("storage-full", status: 507)
        case .toolMissing: Problem("photo-tools-missing", status: 503)
        }
    }

    /// `24.1`, rounded up so that a file just above the limit doesn't read as the limit.
    private static func megabytes(_ bytes: Int) -> String {
        let tenths = (bytes * 10 + (1 << 20) - 1) >> 20
        return tenths % 10 == 0 ? String(tenths / 10) : "\(tenths / 10).\(tenths % 10)"
    }
}
