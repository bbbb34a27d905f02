import Foundation
import Hummingbird
import NIOCore
import Web

/// Ends requests whose body drips in: the idle time-out starts anew with every byte and never sees them.
///
/// A body gets ten seconds and one more for each KiB that has come, a quarter of an hour at the most: a photo on a slow
/// network has its time, a client that sends a byte now and then has not, and nobody keeps a request open for a day.
struct BodyPaceMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil else {
            return try await next(request, context)
        }
        var request = request
        request.body = RequestBody(asyncSequence: PacedBody(body: request.body))
        return try await next(request, context)
    }
}

private struct PacedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let body: RequestBody

    func makeAsyncIterator() -> Iterator {
        Iterator(base: body.makeAsyncIterator(), start: .now)
    }

    struct Iterator: AsyncIteratorProtocol {
        var base: RequestBody.AsyncIterator
        let start: ContinuousClock.Instant
        var received = 0

        mutating func next() async throws -> ByteBuffer? {
            guard let chunk = try await nextChunk() else { return nil }
            received += chunk.readableBytes
            guard ContinuousClock.now - start <= .seconds(Swift.min(10 + received / 1024, 900)) else {
                throw HTTPError(.requestTimeout)
            }
            return chunk
        }

        /// A body that breaks off or has broken chunks is the client's or the network's fault, never ours.
        private mutating func nextChunk() async throws -> ByteBuffer? {
            do {
                return try await base.next()
            } catch let error where !(error is CancellationError) {
                throw HTTPError(.badRequest)
            }
        }
    }
}
