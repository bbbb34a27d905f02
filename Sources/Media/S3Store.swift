import Children
import Crypto
import Foundation

/// A bucket in any S3, or what begins with a prefix in one.
///
/// Each object goes with its MD5 and SHA-256, which the store checks, and its SHA-256 is kept beside it; what comes back is
/// held against that.
package struct S3Store: ObjectStore {
    private let address: S3Address
    private let patience: S3Patience
    private let pageSize: Int
    let connection: S3Connection
    private let gate: Gate

    /// - Parameters:
    ///   - address: where the bucket is.
    ///   - patience: what a call may take.
    ///   - pageSize: how many objects a page of a listing has at most.
    ///   - now: the real time. A signature of another one is refused.
    package init(
        _ address: S3Address, patience: S3Patience, pageSize: Int = 1000, now: @escaping @Sendable () -> Date
    ) {
        self.address = address
        self.patience = patience
        self.pageSize = pageSize
        connection = S3Connection(address, patience: patience, now: now)
        gate = Gate(width: patience.width, longestLine: patience.longestLine, refusal: PhotoError.busy)
    }

    package var name: String { address.name }

    package func put(_ objects: [StoredContent]) async throws {
        try await within(patience.whole) {
            try await gate.pass {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for object in objects {
                        group.addTask { try await put(object) }
                    }
                    // The first that fails ends the others.
                    for try await _ in group {}
                }
            }
        }
    }

    private func put(_ object: StoredContent) async throws {
        if object.content.count > Self.partSize {
            return try await putInParts(object)
        }
        var request = request("PUT", object.key)
        request.headers = Self.headers(of: object.content)
        request.headers["content-md5"] = Data(Insecure.MD5.hash(data: object.content)).base64EncodedString()
        request.body = object.content
        try await sendWell(request)
    }

    package func get(_ key: String) async throws -> Data {
        try await within(patience.whole) {
            for _ in 0..<2 {
                let answer = try await sendWell(request("GET", key))
                if answer.isAsKept { return answer.body }
            }
            throw ShelfError.damaged(key)
        }
    }

    package func delete(_ keys: [String]) async throws {
        try await within(patience.whole) {
            for key in keys {
                do {
                    try await sendWell(request("DELETE", key))
                } catch ShelfError.notFound {
                    continue
                }
            }
        }
    }

    package func page(after cursor: String?) async throws -> ObjectPage {
        try await within(patience.whole) {
            var listing = request("GET", nil)
            listing.query = ["list-type": "2", "max-keys": "\(pageSize)", "prefix": address.prefix]
            listing.query["continuation-token"] = cursor
            return try ObjectPage(listing: try await sendWell(listing).text, prefix: address.prefix)
        }
    }

    package func probe() async throws {
        try await within(S3Patience.probing) {
            let answer = try await connection.send(request("HEAD", nil), tries: 1)
            guard answer.status != 404 else { throw ShelfError.failed("there is no bucket \(address.bucket)") }
            guard answer.isGood else { throw answer.error }
        }
    }

    package func close() async {
        await connection.close()
    }

    /// A request for an object, or for the bucket when there is no key.
    func request(_ method: String, _ key: String?) -> S3Request {
        S3Request(method: method, path: "/\(address.bucket)" + (key.map { "/\(address.prefix)\($0)" } ?? ""))
    }

    @discardableResult
    func sendWell(_ request: S3Request) async throws -> S3Answer {
        let answer = try await connection.send(request)
        guard answer.isGood else { throw answer.error }
        return answer
    }

    /// What is kept beside an object.
    static func headers(of content: Data) -> [String: String] {
        [
            "content-type": "application/octet-stream",
            "x-amz-meta-sha256": Data(SHA256.hash(data: content)).hexadecimal,
        ]
    }

    /// Above this an object goes in parts of this size. No store takes smaller parts than 5 MiB.
    static let partSize = 8 << 20
}

extension S3Answer {
    /// Whether the body is what was once put: by the hash that we left with it, else, where a store doesn't keep such
    /// things, by the MD5 that an ETag is when nothing else made it (parts, or encryption by the store).
    fileprivate var isAsKept: Bool {
        if let kept = header("x-amz-meta-sha256") {
            return kept == Data(SHA256.hash(data: body)).hexadecimal
        }
        let tag = header("etag")?.filter { $0 != "\"" } ?? ""
        guard tag.count == 32, tag.allSatisfy(\.isHexDigit), header("x-amz-server-side-encryption") == nil else {
            return true
        }
        return tag.lowercased() == Data(Insecure.MD5.hash(data: body)).hexadecimal
    }
}
