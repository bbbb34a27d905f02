import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Web

/// Sends the style, the scripts and the icons as the set-up has packed them, to browsers that can unpack them.
///
/// Files only, never a page: what a page says about a person must not be guessed from how well it packs (BREACH). What was
/// packed is found by the digest of the file, so an edited file is sent as it is until the next set-up, never as it was.
struct PackedFiles: RouterMiddleware {
    private struct Packed: Sendable {
        let original: String
        let size: Int
        let modified: Date
        let bytes: ByteBuffer

        /// Whether the file is still the one that was packed.
        var isUpToDate: Bool {
            let found = try? FileManager.default.attributesOfItem(atPath: original)
            return found?[.size] as? Int == size && found?[.modificationDate] as? Date == modified
        }
    }

    /// By the path of the address.
    private let files: [String: Packed]

    init(_ root: Root) {
        // The folders are asked in order, as the middleware behind this one does.
        files = root.publicFolders.reversed().reduce(into: [:]) { files, folder in
            let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
            for path in paths {
                guard let packed = Self.packed(folder.appending(path: path), in: root) else { continue }
                files["/\(path)"] = packed
            }
        }
    }

    func handle(
        _ request: Request, context: AppContext, next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard let packed = files[request.uri.path], [.get, .head].contains(request.method) else {
            return try await next(request, context)
        }
        guard Self.unpacks(request.headers[.acceptEncoding] ?? ""), request.headers[.range] == nil, packed.isUpToDate
        else {
            var response = try await next(request, context)
            response.headers[.vary] = "Accept-Encoding"
            return response
        }
        var response = try await next(Self.askingForOriginal(request), context)
        response.headers[.vary] = "Accept-Encoding"
        response.headers[.acceptRanges] = nil
        if let tag = response.headers[.eTag] { response.headers[.eTag] = tag.dropLast() + Self.mark }
        guard response.status == .ok else { return response }
        response.headers[.contentEncoding] = "gzip"
        if request.method == .get { response.body = ResponseBody(byteBuffer: packed.bytes) }
        response.headers[.contentLength] = "\(packed.bytes.readableBytes)"
        return response
    }

    private static let mark = "-gzip\""

    /// The request with the tags of packed files as those of the originals; a tag of an original is none of ours here.
    private static func askingForOriginal(_ request: Request) -> Request {
        var head = request.head
        let tags = head.headerFields[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
        head.headerFields[values: .ifNoneMatch] = tags.map { tag in
            let tag = tag.trimmingCharacters(in: .whitespaces)
            return tag.hasSuffix(mark) ? tag.dropLast(mark.count) + "\"" : "\"-\""
        }
        return Request(head: head, body: request.body)
    }

    /// Whether an `Accept-Encoding` takes gzip.
    private static func unpacks(_ header: String) -> Bool {
        header.split(separator: ",").contains { entry in
            let parts = entry.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return parts.first == "gzip" && weight > 0
        }
    }

    private static func packed(_ file: URL, in root: Root) -> Packed? {
        guard ["css", "js", "svg", "json", "txt"].contains(file.pathExtension),
            let attributes = try? FileManager.default.attributesOfItem(atPath: file.path),
            let modified = attributes[.modificationDate] as? Date, let data = try? Data(contentsOf: file)
        else { return nil }
        let digest = SHA256.hash(data: data).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
        guard let bytes = try? Data(contentsOf: root.url.appending(path: ".setup/gzip/\(digest).gz")),
            bytes.count < data.count
        else { return nil }
        return Packed(original: file.path, size: data.count, modified: modified, bytes: ByteBuffer(bytes: bytes))
    }
}
