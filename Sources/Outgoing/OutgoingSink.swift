import Foundation
import Kernel

/// Writes each request into a file of its own instead of sending it: for tests from outside (`NUANXIN_SINKS`).
package struct OutgoingSink: Outgoing {
    private let folder: URL
    private let queue = BlockingQueue("outgoing-sink")

    package init(folder: URL) {
        self.folder = folder
    }

    package func send(_ request: OutgoingRequest) async throws(OutgoingError) -> OutgoingAnswer {
        let file = folder.appending(path: "\(request.kind)-\(request.id.uuidString.lowercased()).json")
        var form: [String: String] = [:]
        if case .form(let fields) = request.body {
            for field in fields { form[field.name] = request.secrets.contains(field.name) ? "***" : field.value }
        }
        let content = Content(
            kind: request.kind, method: request.method, url: request.address.url.absoluteString,
            headers: Dictionary(request.headers.map { ($0.name, $0.value) }) { $1 }, form: form)
        do {
            try await queue.run { [folder] in
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try encoder.encode(content).write(to: file, options: .atomic)
            }
        } catch {
            throw .noSink
        }
        return OutgoingAnswer(status: 200, isSunk: true)
    }

    private struct Content: Encodable {
        let kind: String
        let method: String
        let url: String
        let headers: [String: String]
        let form: [String: String]
    }
}
