import Foundation

/// Networks from which peers are believed or let in, as a setting names them: `127.0.0.1, ::1, 10.2.0.0/16`.
package struct PeerNetworks: Sendable, Hashable {
    private struct Network: Hashable {
        let bytes: [UInt8]
        let bits: Int

        func holds(_ address: [UInt8]) -> Bool {
            guard address.count == bytes.count else { return false }
            let whole = bits / 8
            guard address.prefix(whole) == bytes.prefix(whole) else { return false }
            let rest = bits % 8
            guard rest > 0 else { return true }
            let mask = UInt8(truncatingIfNeeded: 0xff00 >> rest)
            return address[whole] & mask == bytes[whole] & mask
        }
    }

    private let networks: [Network]

    /// This machine itself.
    package static let loopback = PeerNetworks(networks: [
        Network(bytes: [127, 0, 0, 0], bits: 8), Network(bytes: [UInt8](repeating: 0, count: 15) + [1], bits: 128),
    ])

    private init(networks: [Network]) {
        self.networks = networks
    }

    /// Reads what was set under `name`. Throws when one of the parts is neither an address nor a network.
    package init(_ text: String, setting name: String) throws(SettingsError) {
        var networks: [Network] = []
        for part in text.split(separator: ",").map({ $0.filter { $0 != " " } }) where !part.isEmpty {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let bytes = Self.bytes(String(halves[0])), halves.count <= 2 else {
                throw SettingsError("\(name): \(part) is neither an address nor a network such as 10.2.0.0/16")
            }
            let bits = halves.count == 2 ? Int(halves[1]) : bytes.count * 8
            guard let bits, (0...bytes.count * 8).contains(bits) else {
                throw SettingsError("\(name): \(part) has no length between 0 and \(bytes.count * 8)")
            }
            networks.append(Network(bytes: bytes, bits: bits))
        }
        self.networks = networks
    }

    /// Whether a peer's address lies in one of them. A request that came by no connection, in a test, has none and is our own.
    package func holds(_ address: String) -> Bool {
        if address.isEmpty { return true }
        guard let bytes = Self.bytes(String(address.prefix { $0 != "%" })) else { return false }
        return networks.contains { $0.holds(bytes) }
    }

    /// Four bytes or sixteen; an IPv4 address that was written as IPv6 counts as what it is.
    private static func bytes(_ address: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, address, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, address, &sixteen) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: &sixteen) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xff && bytes[11] == 0xff
        return isMapped ? Array(bytes.suffix(4)) : bytes
    }
}
