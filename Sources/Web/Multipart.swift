import Foundation
import Hummingbird
import Kernel
import NIOCore

/// Reads `multipart/form-data` (RFC 7578) as it arrives: files go to the disk piece by piece, never whole into memory.
struct MultipartReader {
    struct Parts {
        var values: [String: [String]] = [:]
        var files: [Upload] = []
        var folder: UploadFolder?
    }

    private let boundary: [UInt8]
    private let limits: UploadLimits

    init(contentType: String, limits: UploadLimits) throws {
        let parameters = Self.parameters(of: contentType)
        guard let boundary = parameters["boundary"], (1...70).contains(boundary.utf8.count) else {
            throw MalformedBody.form
        }
        self.boundary = Array("\r\n--\(boundary)".utf8)
        self.limits = limits
    }

    func read(_ body: RequestBody) async throws -> Parts {
        var state = State(limits: limits, boundary: boundary)
        var total = 0
        for try await chunk in body {
            total += chunk.readableBytes
            guard total <= limits.bodyBytes else { throw NIOTooManyBytesError(maxBytes: limits.bodyBytes) }
            state.buffer.append(contentsOf: chunk.readableBytesView)
            try await state.advance()
        }
        guard state.phase == .end else { throw MalformedBody.form }
        return state.parts
    }

    /// `form-data; name="photo"; filename="a.jpg"` as a dictionary with lower-case keys.
    static func parameters(of header: String) -> [String: String] {
        var parameters: [String: String] = [:]
        var rest = Substring(header)
        while let semicolon = rest.firstIndex(of: ";") {
            rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
            guard let equals = rest.firstIndex(of: "=") else { break }
            let name = rest[..<equals].trimmingCharacters(in: .whitespaces).lowercased()
            rest = rest[rest.index(after: equals)...]
            if rest.first == "\"" {
                let (text, end) = quoted(rest.dropFirst())
                parameters[name] = text
                rest = end
            } else {
                let end = rest.firstIndex(of: ";") ?? rest.endIndex
                parameters[name] = rest[..<end].trimmingCharacters(in: .whitespaces)
                rest = rest[end...]
            }
        }
        return parameters
    }

    /// The text up to the closing quote, and what follows it. Browsers write a quote in a file's name as `%22`, programs as
    /// `\"`; a backslash before anything else stands for itself, as in `C:\photo.jpg`.
    private static func quoted(_ text: Substring) -> (text: String, rest: Substring) {
        var content = ""
        var rest = text
        while let character = rest.popFirst(), character != "\"" {
            if character == "\\", rest.first == "\"", let quote = rest.popFirst() {
                content.append(quote)
            } else {
                content.append(character)
            }
        }
        return (content, rest)
    }
}

extension MultipartReader {
    fileprivate enum Phase {
        case preamble, headers, value, file, end
    }

    fileprivate struct State {
        let limits: UploadLimits
        let boundary: [UInt8]
        // The first boundary has no line before it: start as if one had just ended.
        var buffer: [UInt8] = [0x0d, 0x0a]
        var phase = Phase.preamble
        var parts = Parts()
        private var field = ""
        private var fileName = ""
        private var contentType = ""
        private var value: [UInt8] = []
        private var sink: UploadSink?
        private var partCount = 0

        init(limits: UploadLimits, boundary: [UInt8]) {
            self.limits = limits
            self.boundary = boundary
        }

        /// Takes out of the buffer what can be understood so far.
        mutating func advance() async throws {
            while true {
                switch phase {
                case .headers:
                    let end = find([0x0d, 0x0a, 0x0d, 0x0a])
                    guard end ?? buffer.count <= 16 * 1024 else { throw MalformedBody.form }
                    guard let end else { return }
                    try begin(headers: String(decoding: buffer[..<end], as: UTF8.self))
                    buffer.removeFirst(end + 4)
                case .preamble, .value, .file:
                    guard let found = find(boundary) else {
                        // What can't be the start of a boundary any more belongs to the part.
                        let safe = buffer.count - boundary.count
                        if safe > 0 {
                            try await take(buffer[..<safe])
                            buffer.removeFirst(safe)
                        }
                        return
                    }
                    guard buffer.count >= found + boundary.count + 2 else { return }
                    try await take(buffer[..<found])
                    try await finishPart()
                    let next = Array(buffer[(found + boundary.count)...].prefix(2))
                    if next == Array("--".utf8) {
                        phase = .end
                    } else if next == [0x0d, 0x0a] {
                        phase = .headers
                    } else {
                        throw MalformedBody.form
                    }
                    buffer.removeFirst(found + boundary.count + 2)
                case .end:
                    buffer.removeAll()
                    return
                }
            }
        }

        private func find(_ pattern: [UInt8]) -> Int? {
            guard let first = pattern.first else { return nil }
            return buffer.withUnsafeBufferPointer { bytes in
                var start = 0
                while let hit = bytes[start...].firstIndex(of: first) {
                    if bytes.count - hit < pattern.count { return nil }
                    if bytes[hit..<(hit + pattern.count)].elementsEqual(pattern) { return hit }
                    start = hit + 1
                }
                return nil
            }
        }

        private mutating func begin(headers text: String) throws {
            var headers: [String: String] = [:]
            for line in text.split(separator: "\r\n") {
                guard let colon = line.firstIndex(of: ":") else { throw MalformedBody.form }
                let name = line[..<colon].lowercased()
                headers[name] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            }
            let disposition = MultipartReader.parameters(of: headers["content-disposition"] ?? "")
            guard let name = disposition["name"], !name.isEmpty, name.utf8.count <= 64 else { throw MalformedBody.form }
            // Counted with those that bring nothing: a million empty parts are work as well.
            partCount += 1
            guard partCount <= limits.fields + limits.files else { throw MalformedBody.form }
            field = name
            contentType = headers["content-type"] ?? ""
            value = []
            if let fileName = disposition["filename"] {
                self.fileName = String(fileName.prefix(120))
                let folder = try parts.folder ?? UploadFolder(in: limits.folder)
                parts.folder = folder
                sink = try UploadSink(folder: folder.url, number: parts.files.count, limit: limits.fileBytes)
                phase = .file
            } else {
                phase = .value
            }
        }

        private mutating func take(_ bytes: ArraySlice<UInt8>) async throws {
            switch phase {
            case .value:
                guard value.count + bytes.count <= limits.fieldBytes else {
                    throw NIOTooManyBytesError(maxBytes: limits.bodyBytes)
                }
                value.append(contentsOf: bytes)
            case .file: try await sink?.write(Data(bytes))
            default: break
            }
        }

        private mutating func finishPart() async throws {
            switch phase {
            case .value:
                guard let text = String(validating: value, as: UTF8.self), !text.utf8.contains(0) else {
                    throw MalformedBody.form
                }
                parts.values[field, default: []].append(text)
            case .file:
                guard let sink else { return }
                let total = try await sink.close()
                self.sink = nil
                // A file field that was left empty sends one part without name and bytes.
                if total == 0, fileName.isEmpty { return }
                guard parts.files.count < limits.files else {
                    throw InvalidFields(field, "too-many-files", details: ["limit": "\(limits.files)"])
                }
                parts.files.append(
                    Upload(
                        field: field, fileName: fileName, contentType: contentType, file: sink.file,
                        size: min(total, limits.fileBytes), isTooLarge: total > limits.fileBytes))
            default: break
            }
        }
    }
}
