import Foundation
import Kernel

/// What can be wrong with a request by GeoReport. Its statuses are those of the specification.
package enum Open311Error: ProblemError, Hashable {
    case noSuchService
    case noSuchRequest
    case noSuchToken
    case noSuchJurisdiction
    case noSuchFormat
    case noKey
    case wrongKey
    case keyInAddress
    case outsideTerritory
    case tooManyRequests(retryAfter: Int)
    case noSuchKey
    case notDead

    package var problem: Problem {
        switch self {
        case .noSuchService: Problem("open311-no-such-service", status: 404)
        case .noSuchRequest: Problem("open311-no-such-request", status: 404)
        case .noSuchToken: Problem("open311-no-such-token", status: 404)
        case .noSuchJurisdiction: Problem("open311-no-such-jurisdiction", status: 404)
        case .noSuchFormat: Problem("open311-no-such-format", status: 404)
        case .noKey: Problem("open311-no-key", status: 403)
        case .wrongKey: Problem("open311-wrong-key", status: 403)
        case .keyInAddress: Problem("open311-key-in-address", status: 403)
        case .outsideTerritory: Problem("open311-outside-territory", status: 400)
        case .tooManyRequests(let wait):
            Problem(
                "open311-too-many", status: 429, details: ["minutes": "\((wait + 59) / 60)"], retryAfter: wait)
        case .noSuchKey: Problem("open311-no-such-key", status: 404)
        case .notDead: Problem("delivery-not-dead", status: 409)
        }
    }
}
