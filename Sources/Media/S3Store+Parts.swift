import Crypto
import Foundation

extension S3Store {
    /// Large objects go in parts, side by side. Nothing can be seen under the key before all are there, so the whole of it can
    /// be done anew: the store may have closed a connection at the moment in which one of the questions went out that mustn't
    /// be repeated by themselves.
    func putInParts(_ object: StoredContent) async throws {
        do {
            try await putInPartsOnce(object)
        } catch ShelfError.unreachable {
            try Task.checkCancellation()
            try await putInPartsOnce(object)
        }
    }

    private func putInPartsOnce(_ object: StoredContent) async throws {
        var begin = request("POST", object.key)
        begin.query = ["uploads": ""]
        begin.headers = Self.headers(of: object.content)
        // Sent twice, it would begin two uploads, and nobody would end the first one.
        begin.mayRepeat = false
        guard let upload = S3Text.first("UploadId", in: try await sendWell(begin).text) else {
            throw ShelfError.failed("the store doesn't say under what name it takes parts")
        }
        do {
            let tags = try await putParts(of: object, upload)
            try await complete(object.key, upload, tags)
        } catch {
            abandon(object.key, upload)
            throw error
        }
    }

    /// Gives the tags of the parts in their order.
    private func putParts(of object: StoredContent, _ upload: String) async throws -> [String] {
        let starts = Array(stride(from: 0, to: object.content.count, by: Self.partSize))
        let tags = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, start) in starts.enumerated() {
                group.addTask {
                    let part = Data(object.content.dropFirst(start).prefix(Self.partSize))
                    var request = request("PUT", object.key)
                    request.query = ["partNumber": "\(index + 1)", "uploadId": upload]
                    request.headers = ["content-md5": Data(Insecure.MD5.hash(data: part)).base64EncodedString()]
                    request.body = part
                    guard let tag = try await sendWell(request).header("etag") else {
                        throw ShelfError.failed("the store gives no tag for a part")
                    }
                    return (index, tag)
                }
            }
            return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
        }
        return starts.indices.compactMap { tags[$0] }
    }

    private func complete(_ key: String, _ upload: String, _ tags: [String]) async throws {
        var end = request("POST", key)
        end.query = ["uploadId": upload]
        let parts = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(tag)</ETag></Part>"
        }
        end.body = Data("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>".utf8)
        end.headers = ["content-type": "application/xml"]
        // Sent twice, the second one would find no upload any more.
        end.mayRepeat = false
        let answer = try await sendWell(end)
        // The store may have said 200 before it began to put the parts together.
        guard answer.text.contains("<CompleteMultipartUploadResult") else {
            throw ShelfError.unreachable(S3Text.first("Code", in: answer.text) ?? "the parts were not put together")
        }
    }

    /// Tells the store to forget the parts, in a task of its own: the one that failed may be out of time. Those of a store
    /// that doesn't answer stay until its own rule removes them.
    private func abandon(_ key: String, _ upload: String) {
        Task {
            var end = request("DELETE", key)
            end.query = ["uploadId": upload]
            try await within(.seconds(10)) { [end] in _ = try await sendWell(end) }
        }
    }
}
