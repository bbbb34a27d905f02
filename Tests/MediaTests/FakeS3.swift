import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import Synchronization

@testable import Media

/// A small S3 on this machine that does what it is told to do wrong. It doesn't check signatures: the drill against rclone
/// does that.
final class FakeS3: Sendable {
    enum Fault: Sendable, Hashable {
        case status(HTTPResponse.Status)
        /// Says this and does nothing.
        case says(String)
        case waits(Duration)
        /// Sends half of the body and closes the connection.
        case cut
        /// Sends another body than was kept.
        case damage
    }

    struct State: Sendable {
        var objects: [String: Data] = [:]
        var hashes: [String: String] = [:]
        var uploads: [String: [Int: Data]] = [:]
        var uploadsBegun = 0
        /// What was asked of it: `PUT /photos/ab/cd/x`.
        var requests: [String] = []
        /// For the next requests of a kind, in this order.
        var faults: [(start: String, fault: Fault)] = []
    }

    let state = Mutex(State())

    var requests: [String] { state.withLock { $0.requests } }
    var objects: [String: Data] { state.withLock { $0.objects } }
    var uploads: [String: [Int: Data]] { state.withLock { $0.uploads } }

    /// Does `fault` wrong at the next `times` requests that begin so, such as `PUT`.
    func fail(_ start: String, _ fault: Fault, times: Int = 1) {
        state.withLock { $0.faults += Array(repeating: (start, fault), count: times) }
    }

    /// Serves while `use` runs, with a store on it.
    func run(
        _ patience: S3Patience = .testing, pageSize: Int = 1000,
        use: @escaping @Sendable (S3Store) async throws -> Void
    ) async throws {
        let router = Router()
        for method in [HTTPRequest.Method.get, .put, .post, .delete, .head] {
            router.on("**", method: method) { [self] request, _ in try await answer(request) }
        }
        var logger = Logger(label: "fake-s3")
        logger.logLevel = .critical
        try await Application(router: router, logger: logger).test(.live) { client in
            let port = client.port ?? 0
            let address = try S3Address("s3://key:secret@127.0.0.1:\(port)/photos/city?tls=false")
            let store = S3Store(address, patience: patience, pageSize: pageSize) { Date() }
            try await use(store)
            await store.close()
        }
    }

    private func answer(_ request: Request) async throws -> Response {
        let body = Data((try await request.body.collect(upTo: 64 << 20)).readableBytesView)
        let line = "\(request.method) \(request.uri.string)"
        let fault = state.withLock { state -> Fault? in
            state.requests.append(line)
            guard let index = state.faults.firstIndex(where: { line.hasPrefix($0.start) }) else { return nil }
            return state.faults.remove(at: index).fault
        }
        switch fault {
        case .status(let status): return Response(status: status)
        case .says(let text): return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: text)))
        case .waits(let time): try await Task.sleep(for: time)
        case .cut:
            return Response(
                status: .ok,
                body: ResponseBody(contentLength: 100) { writer in
                    try await writer.write(ByteBuffer(string: "half"))
                    throw CancellationError()
                })
        case .damage, nil: break
        }
        var answer = try state.withLock { try $0.answer(request, body) }
        if fault == .damage { answer.body = .init(byteBuffer: ByteBuffer(string: "something else")) }
        return answer
    }
}

extension S3Patience {
    /// Short enough for tests, long enough for a busy machine.
    static let testing = S3Patience(connect: .seconds(120), whole: .seconds(1200), tries: 3, pause: .milliseconds(1))
}

extension FakeS3.State {
    fileprivate mutating func answer(_ request: Request, _ body: Data) throws -> Response {
        let key = String(request.uri.path.dropFirst("/photos/city/".count))
        let query = request.uri.queryParameters
        let hash = HTTPField.Name("x-amz-meta-sha256").flatMap { request.headers[$0] }
        switch (request.method, query["uploadId"].map(String.init)) {
        case (.put, let upload?):
            guard uploads[upload] != nil else {
                return .xml("<Error><Code>NoSuchUpload</Code></Error>", status: .notFound)
            }
            uploads[upload]?[query["partNumber"].flatMap { Int($0) } ?? 0] = body
            return Response(status: .ok, headers: [.eTag: "\"\(upload)\""])
        case (.post, nil):
            uploadsBegun += 1
            let upload = "upload-\(uploadsBegun)"
            uploads[upload] = [:]
            hashes[key] = hash
            return .xml("<InitiateMultipartUploadResult><UploadId>\(upload)</UploadId></InitiateMultipartUploadResult>")
        case (.post, let upload?):
            objects[key] = uploads.removeValue(forKey: upload)?.sorted { $0.key < $1.key }.map(\.value).reduce(
                Data(), +)
            return .xml("<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
        case (.delete, let upload?):
            uploads[upload] = nil
            return Response(status: .noContent)
        case (.put, nil):
            objects[key] = body
            hashes[key] = hash
            return Response(status: .ok)
        case (.delete, nil):
            objects[key] = nil
            return Response(status: .noContent)
        case (.head, _): return Response(status: .ok)
        default: return key.isEmpty || query["list-type"] != nil ? listing(query) : object(key)
        }
    }

    private func object(_ key: String) -> Response {
        guard let content = objects[key] else {
            return .xml("<Error><Code>NoSuchKey</Code></Error>", status: .notFound)
        }
        var response = Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: content)))
        if let name = HTTPField.Name("x-amz-meta-sha256"), let hash = hashes[key] {
            response.headers[name] = hash
        } else {
            response.headers[.eTag] = "\"\(Data(Insecure.MD5.hash(data: content)).hexadecimal)\""
        }
        return response
    }

    private func listing(_ query: Parameters) -> Response {
        let after = query["continuation-token"].map(String.init) ?? ""
        let size = query["max-keys"].flatMap { Int($0) } ?? 1000
        let left = objects.keys.filter { $0 > after }.sorted()
        let contents = left.prefix(size).map { key in
            "<Contents><Key>city/\(key)</Key><LastModified>2026-11-21T08:00:00.000Z</LastModified>"
                + "<Size>\(objects[key]?.count ?? 0)</Size></Contents>"
        }
        let next = left.count > size ? "<NextContinuationToken>\(left[size - 1])</NextContinuationToken>" : ""
        return .xml(
            "<ListBucketResult><IsTruncated>\(left.count > size)</IsTruncated>\(next)\(contents.joined())</ListBucketResult>"
        )
    }
}

extension Response {
    fileprivate static func xml(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, body: .init(byteBuffer: ByteBuffer(string: "<?xml version=\"1.0\"?>\(text)")))
    }
}
