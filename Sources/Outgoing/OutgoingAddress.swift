import Foundation

/// An address that this server may send something to: HTTPS, or plain HTTP on this very machine.
package struct OutgoingAddress: Sendable, Hashable {
    package let url: URL
    package let host: String
    package let port: Int
    /// Whether the one who set it up said that it lies in a network of our own.
    package let mayBeInside: Bool

    /// `nil` for what is no such address: with a name and password in it, with a fragment, plain HTTP to elsewhere.
    package init?(_ text: String, mayBeInside: Bool = false) {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let named = parts.host, !named.isEmpty, parts.user == nil, parts.password == nil, parts.fragment == nil,
            let url = parts.url
        else { return nil }
        let host = String(named.drop { $0 == "[" }.prefix { $0 != "]" }).lowercased()
        let isHere = ["127.0.0.1", "::1", "localhost"].contains(host)
        guard scheme == "https" || (scheme == "http" && isHere && mayBeInside) else { return nil }
        self.url = url
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
        self.mayBeInside = mayBeInside
    }

    /// The same server with another path and query. `path` is appended to what the address has.
    package func appending(_ path: String, query: [(name: String, value: String)] = []) -> OutgoingAddress? {
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return nil }
        let base = parts.path.hasSuffix("/") ? String(parts.path.dropLast()) : parts.path
        parts.path = base + path
        if !query.isEmpty { parts.queryItems = query.map { URLQueryItem(name: $0.name, value: $0.value) } }
        return parts.string.flatMap { OutgoingAddress($0, mayBeInside: mayBeInside) }
    }
}

/// Addresses of the network that lead nowhere but into one's own house, or nowhere at all (RFC 6890).
package enum InnerNetworks {
    /// Whether a numeric address is inside; what can't be read counts as inside.
    package static func contain(_ address: String) -> Bool {
        if let bytes = parsed(address, AF_INET, 4) { return contain(v4: bytes) }
        if let bytes = parsed(String(address.prefix { $0 != "%" }), AF_INET6, 16) { return contain(v6: bytes) }
        return true
    }

    private static func parsed(_ address: String, _ family: Int32, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, address, &bytes) == 1 ? bytes : nil
    }

    private static func contain(v4 bytes: [UInt8]) -> Bool {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): true
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): true
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): true
        default: false
        }
    }

    private static func contain(v6 bytes: [UInt8]) -> Bool {
        // Only 2000::/3 is the world; of that not what carries another address in it, and not the examples of books.
        guard bytes[0] & 0xe0 == 0x20 else { return true }
        switch (bytes[0], bytes[1], bytes[2], bytes[3]) {
        case (0x20, 0x02, _, _): return true
        case (0x20, 0x01, 0x00...0x01, _), (0x20, 0x01, 0x0d, 0xb8): return true
        case (0x3f, 0xff, _, _): return true
        default: return false
        }
    }
}
