import Foundation

/// The little XML that an S3 speaks: elements without attributes, told apart by their names alone.
enum S3Text {
    /// What stands in the first element of this name.
    static func first(_ name: String, in text: some StringProtocol) -> String? {
        guard let start = text.range(of: "<\(name)>"),
            let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
        else { return nil }
        return unescaped(String(text[start.upperBound..<end.lowerBound]))
    }

    /// The insides of all elements of this name, as they stand there.
    static func all(_ name: String, in text: String) -> [Substring] {
        text.components(separatedBy: "<\(name)>").dropFirst().compactMap { piece in
            piece.range(of: "</\(name)>").map { piece[..<$0.lowerBound] }
        }
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        return [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&apos;", "'"),
            ("&amp;", "&"),
        ]
        .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}

extension ObjectPage {
    /// Reads the answer to ListObjectsV2; keys are given without `prefix`.
    init(listing text: String, prefix: String) throws(ShelfError) {
        guard text.contains("<ListBucketResult") else {
            throw .failed("the store answered a listing with something else")
        }
        var objects: [StoredObject] = []
        for piece in S3Text.all("Contents", in: text) {
            guard let key = S3Text.first("Key", in: piece), key.hasPrefix(prefix),
                let size = S3Text.first("Size", in: piece).flatMap({ Int($0) }),
                let modifiedAt = S3Text.first("LastModified", in: piece).flatMap(Self.instant)
            else { throw .failed("the store's listing can't be read") }
            objects.append(StoredObject(key: String(key.dropFirst(prefix.count)), size: size, modifiedAt: modifiedAt))
        }
        let isCut = S3Text.first("IsTruncated", in: text) == "true"
        let next = S3Text.first("NextContinuationToken", in: text)
        if isCut, next == nil { throw .failed("the store's listing stops and doesn't say how to go on") }
        self.init(objects: objects, next: isCut ? next : nil)
    }

    private static func instant(_ text: String) -> Date? {
        (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: .iso8601))
    }
}
