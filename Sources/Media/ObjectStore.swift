import Foundation

/// Where the photos' files are kept: a folder of ours, or a bucket of an S3.
///
/// Keys are short paths such as `cd/ab/0198….large`. What is kept under a key is there as a whole or not at all.
package protocol ObjectStore: Sendable {
    /// What an operator calls this place. It never holds a secret.
    var name: String { get }

    /// Keeps all of these, in this order as far as there is one. They are durable when it returns; when it throws, some of
    /// them may be there. Keeping the same again changes nothing.
    ///
    /// - Throws: `ShelfError`.
    func put(_ objects: [StoredContent]) async throws

    /// - Throws: `ShelfError.notFound`, or `ShelfError.damaged` when it isn't what was kept.
    func get(_ key: String) async throws -> Data

    /// Removes what there is of these, in this order. Removing what isn't there is fine.
    func delete(_ keys: [String]) async throws

    /// Some of all objects, in the order of their keys: the first ones, or those that follow on the page before.
    func page(after cursor: String?) async throws -> ObjectPage

    /// Asks for next to nothing, to see whether the store answers and lets us in.
    func probe() async throws

    /// Ends what it keeps open.
    func close() async
}

extension ObjectStore {
    package func put(_ content: Data, at key: String) async throws {
        try await put([StoredContent(key: key, content: content)])
    }

    /// Hands over all objects, page by page.
    package func eachPage(_ use: ([StoredObject]) async throws -> Void) async throws {
        var cursor: String?
        repeat {
            let page = try await page(after: cursor)
            try await use(page.objects)
            cursor = page.next
        } while cursor != nil
    }
}

package struct StoredContent: Sendable {
    package let key: String
    package let content: Data

    package init(key: String, content: Data) {
        self.key = key
        self.content = content
    }
}

/// What a listing says of an object.
package struct StoredObject: Sendable, Hashable {
    package let key: String
    package let size: Int
    package let modifiedAt: Date

    package init(key: String, size: Int, modifiedAt: Date) {
        self.key = key
        self.size = size
        self.modifiedAt = modifiedAt
    }
}

package struct ObjectPage: Sendable {
    package let objects: [StoredObject]
    /// For asking on; `nil` at the end.
    package let next: String?
}
