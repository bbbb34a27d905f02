import Foundation
import Kernel
import Synchronization

/// The way by which one-time codes reach a phone.
package protocol CodeGateway: Sendable {
    /// Whether there is a way at all. Without one nobody is asked for a number in vain.
    var isWorking: Bool { get }

    /// Hands over one message. It runs after the transaction that made the code, never in it.
    func send(_ message: CodeMessage) async throws

    /// The code of a message, where the page itself may show it: in the demo only.
    func shownCode(of message: ID<CodeMessage>) -> String?
}

extension CodeGateway {
    package var isWorking: Bool { true }
    package func shownCode(of message: ID<CodeMessage>) -> String? { nil }
}

/// One message to one phone. It prints nothing of itself.
package struct CodeMessage: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let id: ID<CodeMessage>
    package let phone: Phone
    package let code: String
    /// What the person reads.
    package let text: String
    package let at: Date

    package var description: String { "message" }
    package var debugDescription: String { "message" }
}

/// Shows each code in the page that asks for it. For the demo city, where no phone exists.
package final class DemoGateway: CodeGateway {
    private let codes = Mutex<(order: [ID<CodeMessage>], byMessage: [ID<CodeMessage>: String])>(([], [:]))

    package init() {}

    package func send(_ message: CodeMessage) async throws {
        codes.withLock { codes in
            codes.order.append(message.id)
            codes.byMessage[message.id] = message.code
            if codes.order.count > 1000 { codes.byMessage[codes.order.removeFirst()] = nil }
        }
    }

    package func shownCode(of message: ID<CodeMessage>) -> String? {
        codes.withLock { $0.byMessage[message] }
    }
}

/// Writes each message into a file of its own instead of sending it: for tests from outside (`NUANXIN_SINKS`).
package struct SinkGateway: CodeGateway {
    private let folder: URL
    private let queue = BlockingQueue("sms-sink")

    package init(folder: URL) {
        self.folder = folder
    }

    package func send(_ message: CodeMessage) async throws {
        let file = folder.appending(path: "sms-\(message.id).json")
        let content = Content(
            kind: "sms", to: message.phone.international, text: message.text, code: message.code, at: message.at.rfc3339
        )
        try await queue.run { [folder] in
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try encoder.encode(content).write(to: file, options: .atomic)
        }
    }

    private struct Content: Encodable {
        let kind: String
        let to: String
        let text: String
        let code: String
        let at: String
    }
}

/// No way to send codes was set up.
package struct NoGateway: CodeGateway {
    package init() {}

    package var isWorking: Bool { false }

    package func send(_ message: CodeMessage) async throws { throw SignInError.noCodes }
}
