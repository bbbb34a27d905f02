import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

@testable import App

/// Whose word counts about who is asking, and who may read what the server counts.
struct PeerNetworksTests {
    @Test(arguments: [
        ("10.2.0.0/16", "10.2.255.1", true), ("10.2.0.0/16", "10.3.0.1", false), ("10.2.3.4", "10.2.3.4", true),
        ("10.2.3.4", "10.2.3.5", false), ("192.168.0.0/23", "192.168.1.9", true),
        ("192.168.0.0/23", "192.168.2.9", false), ("0.0.0.0/0", "8.8.8.8", true), ("::1", "::1", true),
        ("::1", "127.0.0.1", false), ("10.2.0.0/16", "::ffff:10.2.9.9", true), ("fd00::/8", "fd12::1%eth0", true),
        ("fd00::/8", "fe80::1", false), ("127.0.0.1, ::1, 10.0.0.0/8", "10.9.9.9", true), ("", "127.0.0.1", false),
        ("10.2.0.0/16", "nonsense", false),
    ])
    func `a network holds its addresses and no others`(setting: String, address: String, holds: Bool) throws {
        #expect(try PeerNetworks(setting, setting: "tls.proxy.from").holds(address) == holds)
    }

    @Test(arguments: ["10.2.0.0/33", "10.2", "proxy.example", "10.2.0.0/", "10.2.0.0/8/8", "::1/129", "10.2.0.0/-1"])
    func `what is no network is named with its setting`(text: String) {
        let error = #expect(throws: SettingsError.self) { try PeerNetworks(text, setting: "metrics.from") }
        #expect(error?.description.hasPrefix("metrics.from: ") == true)
    }

    @Test func `this machine is believed when nothing is set, and no other`() {
        #expect(PeerNetworks.loopback.holds("127.0.0.1") && PeerNetworks.loopback.holds("::1"))
        #expect(PeerNetworks.loopback.holds("127.8.8.8") && !PeerNetworks.loopback.holds("128.0.0.1"))
        #expect(!PeerNetworks.loopback.holds("10.0.0.1"))
    }

    /// What a limit by address would go by.
    @Test(
        arguments: [
            (nil, "10.2.0.9", "6.6.6.6", "10.2.0.9"), ("10.2.0.0/16", "10.2.0.9", "6.6.6.6", "6.6.6.6"),
            ("10.2.0.0/16", "10.2.0.9", "1.1.1.1, 6.6.6.6", "6.6.6.6"),
            ("10.2.0.0/16", "9.9.9.9", "6.6.6.6", "9.9.9.9"),
            ("10.2.0.0/16", "10.2.0.9", nil, "10.2.0.9"), ("10.2.0.0/16", "10.2.0.9", " , ", "10.2.0.9"),
        ] as [(String?, String, String?, String)])
    func `only one of our own proxies says for whom it speaks`(
        proxies: String?, peer: String, header: String?, address: String
    ) async throws {
        let router = Router(context: AppContext.self)
        router.addMiddleware {
            ComingFrom(address: peer)
            ProxyMiddleware(proxies: try? proxies.map { try PeerNetworks($0, setting: "tls.proxy.from") })
        }
        router.get("who") { _, context in context.remoteAddress }
        try await Application(router: router).test(.router) { client in
            var headers = HTTPFields()
            if let header { headers[try #require(HTTPField.Name("X-Forwarded-For"))] = header }
            let answer = try await client.execute(uri: "/who", method: .get, headers: headers)
            #expect(String(buffer: answer.body) == address)
        }
    }
}

private struct ComingFrom: RouterMiddleware {
    let address: String

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.remoteAddress = address
        return try await next(request, context)
    }
}
