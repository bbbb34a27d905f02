import Kernel
import SystemPackage

/// Why a photo can't be kept or fetched.
package enum ShelfError: Error, Hashable {
    /// No photo of this name, or it was removed.
    case notFound
    /// The original isn't the file that was prepared.
    case originalChanged
    /// What came back isn't what was kept. The text is its key.
    case damaged(String)
    /// The disk is full.
    case noSpace
    /// The store of objects doesn't answer, or not in time: worth trying again. The text is for the log.
    case unreachable(String)
    /// The store, or its permissions, fail in another way. The text is for the log.
    case failed(String)

    init(_ error: Errno) {
        switch error {
        case .noSpace, .diskQuotaExceeded: self = .noSpace
        default: self = .failed(error.description)
        }
    }
}

/// For logs and operators; people read the problem's words.
extension ShelfError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notFound: "there is no such photo"
        case .originalChanged: "the photo changed while it was being prepared"
        case .damaged(let key): "\(key) came back otherwise than it was kept"
        case .noSpace: "there is no space left for photos"
        case .unreachable(let why): "the photo storage can't be reached: \(why)"
        case .failed(let why): "the photo storage fails: \(why)"
        }
    }
}

extension ShelfError: ProblemError {
    package var problem: Problem {
        switch self {
        case .notFound: Problem("photo-not-found", status: 404)
        case .originalChanged: Problem("photo-changed", status: 422)
        case .noSpace: Problem("storage-full", status: 507)
        case .unreachable: Problem("photo-storage-unreachable", status: 503, retryAfter: 30)
        case .damaged, .failed: Problem("storage-failed", status: 503, retryAfter: 300)
        }
    }
}
