import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Sends signed requests to one S3, again when that makes sense.
final class S3Connection: Sendable {
    private let address: S3Address
    private let patience: S3Patience
    private let signer: S3Signer
    private let now: @Sendable () -> Date
    private let client: HTTPClient
    private let isClosed = Mutex(false)

    init(_ address: S3Address, patience: S3Patience, now: @escaping @Sendable () -> Date) {
        self.address = address
        self.patience = patience
        self.now = now
        signer = S3Signer(keys: address.keys, region: address.region)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(patience.connect), read: TimeAmount(patience.whole)))
        configuration.httpVersion = .http1Only
        // Which errors are worth another try, and how often, is decided here alone.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Stores and what stands before them close idle connections: sooner gone than used once too often.
        configuration.connectionPool.idleTimeout = .seconds(10)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        if isClosed.withLock({ !$0 }) { client.shutdown { _ in } }
    }

    func close() async {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        if isFirst { try? await client.shutdown() }
    }

    /// Gives every answer, also a refusal. With `tries` it tries less often than patience allows.
    ///
    /// - Throws: `ShelfError.unreachable` when there is no answer in the end.
    func send(_ request: S3Request, tries: Int? = nil) async throws -> S3Answer {
        let tries = tries ?? patience.tries
        var pause = patience.pause
        var attempt = 0
        while true {
            attempt += 1
            do {
                let answer = try await sendOnce(request)
                guard attempt < tries, answer.isWorthAnotherTry(request) else { return answer }
            } catch {
                try Task.checkCancellation()
                guard attempt < tries, request.mayRepeat || Self.neverArrived(error) else {
                    throw ShelfError.unreachable("\(error)")
                }
            }
            try await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause *= 2
        }
    }

    private func sendOnce(_ request: S3Request) async throws -> S3Answer {
        let query = request.encodedQuery
        let place = address.origin + request.encodedPath
        var message = HTTPClientRequest(url: query.isEmpty ? place : "\(place)?\(query)")
        message.method = HTTPMethod(rawValue: request.method)
        let headers = signer.signed(request, host: address.hostAndPort, at: now())
        message.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        if !request.body.isEmpty { message.body = .bytes(ByteBuffer(bytes: request.body)) }
        let response = try await client.execute(message, timeout: TimeAmount(patience.whole))
        let body = try await response.body.collect(upTo: Self.longestAnswer)
        return S3Answer(
            status: Int(response.status.code), headers: response.headers, body: Data(body.readableBytesView))
    }

    /// Nothing was sent: it may be sent again whatever it is.
    private static func neverArrived(_ error: any Error) -> Bool {
        error is NIOConnectionError || error as? HTTPClientError == .connectTimeout
    }

    /// Above any original with what sealing adds.
    private static let longestAnswer = 64 << 20
}

/// What an S3 answered.
struct S3Answer: Sendable {
    let status: Int
    private let headers: HTTPHeaders
    let body: Data

    init(status: Int, headers: HTTPHeaders, body: Data) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    func header(_ name: String) -> String? { headers.first(name: name) }

    var text: String { String(decoding: body, as: UTF8.self) }
    var isGood: Bool { (200..<300).contains(status) }

    /// Overloaded, or broken for the moment. With 429 and 503 it says that nothing was done; with the others nobody knows.
    func isWorthAnotherTry(_ request: S3Request) -> Bool {
        [429, 503].contains(status) || ([500, 502, 504].contains(status) && request.mayRepeat)
    }

    /// What to make of an answer that isn't good.
    var error: ShelfError {
        let code = S3Text.first("Code", in: text) ?? ""
        let words = code.isEmpty ? "HTTP \(status)" : "HTTP \(status), \(code)"
        switch status {
        case 404 where code == "NoSuchKey" || code.isEmpty: return .notFound
        case 507: return .noSpace
        case 429, 500...: return .unreachable(words)
        case 403: return .failed("the store refuses our signature or our keys: \(words)")
        default: return .failed("the store answered \(words)")
        }
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
