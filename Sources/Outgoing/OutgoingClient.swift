import AsyncHTTPClient
import Foundation
import Kernel
import NIOCore
import NIOHTTP1

/// Sends requests over the network: to the address that was looked up and checked and to no other, once, without following
/// anybody elsewhere, for a few seconds and a few kilobytes.
///
/// Each request has connections of its own: there are few, and what one server does can't hold up another.
package struct OutgoingClient: Outgoing {
    private let patience: Duration
    private let longestAnswer: Int
    private let lookups = BlockingQueue("outgoing-names", isSerial: false)

    package init(patience: Duration = .seconds(10), longestAnswer: Int = 64 * 1024) {
        self.patience = patience
        self.longestAnswer = longestAnswer
    }

    package func send(_ request: OutgoingRequest) async throws(OutgoingError) -> OutgoingAnswer {
        let number = try await numericAddress(of: request.address)
        let limit = TimeAmount.milliseconds(patience.milliseconds)
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: limit, read: limit))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        // The name is looked up once: a second answer could lead somewhere else than what was checked.
        if number != request.address.host { configuration.dnsOverride = [request.address.host: number] }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome = await Self.outcome(of: request, by: client, limit: limit, longestAnswer: longestAnswer)
        try? await client.shutdown()
        return try outcome.get()
    }

    private static func outcome(
        of request: OutgoingRequest, by client: HTTPClient, limit: TimeAmount, longestAnswer: Int
    ) async -> Result<OutgoingAnswer, OutgoingError> {
        var message = HTTPClientRequest(url: request.address.url.absoluteString)
        message.method = HTTPMethod(rawValue: request.method)
        message.headers = HTTPHeaders(request.headers.map { ($0.name, $0.value) })
        if case .form = request.body {
            message.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")
            message.body = .bytes(ByteBuffer(bytes: request.body.encoded))
        }
        do {
            let response = try await client.execute(message, timeout: limit)
            let body = try await response.body.collect(upTo: longestAnswer)
            return .success(OutgoingAnswer(status: Int(response.status.code), body: Data(body.readableBytesView)))
        } catch is NIOTooManyBytesError {
            return .failure(.answerTooLong)
        } catch {
            return .failure(.unreachable)
        }
    }

    /// The name looked up, and checked unless it may be inside.
    private func numericAddress(of address: OutgoingAddress) async throws(OutgoingError) -> String {
        let found: String?
        do {
            found = try await lookups.run {
                try SocketAddress.makeAddressResolvingHost(address.host, port: address.port).ipAddress
            }
        } catch {
            throw .unreachable
        }
        guard let found else { throw .unreachable }
        guard address.mayBeInside || !InnerNetworks.contain(found) else { throw .innerNetwork }
        return found
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
