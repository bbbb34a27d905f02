import Kernel
import SystemPackage

/// Why a photo can't be kept or fetched.
package enum ShelfError: Error, Hashable {
    /// No photo of this name, or it was removed.
    case notFound
    /// The original isn't the file that was prepared.
    case originalChanged
    /// The disk is full.
    case noSpace
    /// The disk, or its permissions, fail in another way. The text is for the log.
    case failed(String)

    init(_ error: Errno) {
        switch error {
        case .noSpace, .diskQuotaExceeded: self = .noSpace
        default: self = .failed(error.description)
        }
    }
}

extension ShelfError: ProblemError {
    package var problem: Problem {
        switch self {
        case .notFound: Problem("photo-not-found", status: 404)
        case .originalChanged: Problem("photo-changed", status: 422)
        case .noSpace: Problem("storage-full", status: 507)
        case .failed: Problem("storage-failed", status: 503)
        }
    }
}
