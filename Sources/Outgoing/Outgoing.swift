import Foundation

/// The way by which requests leave for servers of others. What is sent there, and when again, is for whoever sends it.
package protocol Outgoing: Sendable {
    func send(_ request: OutgoingRequest) async throws(OutgoingError) -> OutgoingAnswer
}

/// One request to a server of others. It prints nothing of what it carries.
package struct OutgoingRequest: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package enum Body: Sendable {
        case none
        /// `application/x-www-form-urlencoded` in UTF-8.
        case form([(name: String, value: String)])
    }

    /// Names it in a sink: `open311`.
    package let kind: String
    package let id: UUID
    package let method: String
    package let address: OutgoingAddress
    package let headers: [(name: String, value: String)]
    package let body: Body
    /// Fields of the form that no file and no log may show.
    package let secrets: Set<String>

    package init(
        kind: String, id: UUID, method: String, address: OutgoingAddress,
        headers: [(name: String, value: String)] = [], body: Body = .none, secrets: Set<String> = []
    ) {
        self.kind = kind
        self.id = id
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
        self.secrets = secrets
    }

    package var description: String { "\(kind) request" }
    package var debugDescription: String { "\(kind) request" }
}

package struct OutgoingAnswer: Sendable {
    package let status: Int
    package let body: Data
    /// Whether it went into a file instead of to a server, which therefore answered nothing.
    package let isSunk: Bool

    package init(status: Int, body: Data = Data(), isSunk: Bool = false) {
        self.status = status
        self.body = body
        self.isSunk = isSunk
    }

    package var isGood: Bool { (200..<300).contains(status) }
}

package enum OutgoingError: Error, Hashable {
    /// No such host, nobody listens there, the certificate is none of theirs, the answer takes too long.
    case unreachable
    /// The name leads into a network of our own, where this server could reach what strangers must not.
    case innerNetwork
    case answerTooLong
    /// A sink that can't be written to.
    case noSink
}

extension OutgoingRequest.Body {
    /// The form as it goes over the wire.
    package var encoded: Data {
        guard case .form(let fields) = self else { return Data() }
        let pairs = fields.map { "\(Self.percentEncoded($0.name))=\(Self.percentEncoded($0.value))" }
        return Data(pairs.joined(separator: "&").utf8)
    }

    private static func percentEncoded(_ text: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
    }
}
