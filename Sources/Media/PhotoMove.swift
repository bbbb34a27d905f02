import Crypto
import Foundation
import SystemPackage

/// Copies all photos from one store to another, reads each copy back and compares it.
///
/// It may be ended at any moment and begun again: what was compared is remembered in a ledger. Nothing is taken from the
/// source but by `removeSource`.
package struct PhotoMove: Sendable {
    private let source: any ObjectStore
    private let destination: any ObjectStore
    private let ledger: MoveLedger

    /// - Parameters:
    ///   - source: where the photos are.
    ///   - destination: where they shall be.
    ///   - ledgers: a folder that remembers what was done, for each pair of stores.
    package init(from source: any ObjectStore, to destination: any ObjectStore, ledgers: URL) {
        self.source = source
        self.destination = destination
        let pair = Data(SHA256.hash(data: Data("\(source.name)\n\(destination.name)".utf8))).prefix(8).hexadecimal
        ledger = MoveLedger(folder: FilePath(ledgers).appending(pair))
    }

    /// How far it is.
    package struct Progress: Sendable, Hashable {
        package internal(set) var objects = 0
        package internal(set) var bytes = 0
        /// Of those, what is at the destination and was compared.
        package internal(set) var done = 0
        package internal(set) var doneBytes = 0
        /// Of the done ones, those that an earlier run had done.
        package internal(set) var doneBefore = 0
        /// What was removed from the source while it was being copied, by somebody else.
        package internal(set) var gone = 0

        package var left: Int { max(objects - done - gone, 0) }
    }

    /// Tells `report` of the count, and then of each object.
    ///
    /// - Throws: ``PhotoMoveError`` when a copy isn't like its original, else what a store throws.
    package func copyAll(report: @Sendable (Progress) -> Void) async throws -> Progress {
        var progress = Progress()
        try await source.eachPage { page in
            for object in Self.photos(page) {
                progress.objects += 1
                progress.bytes += object.size
            }
        }
        report(progress)
        var copies = ObjectCursor(destination)
        try await source.eachPage { page in
            var waiting: [StoredObject] = []
            for object in Self.photos(page) {
                let isThere = try await copies.object(object.key)?.size == object.size
                if isThere, try await ledger.has(object.key) {
                    progress.done += 1
                    progress.doneBefore += 1
                    progress.doneBytes += object.size
                } else {
                    waiting.append(object)
                }
            }
            try await Self.sideBySide(waiting) { object in
                try await copy(object)
            } afterEach: { object, isDone in
                progress.done += isDone ? 1 : 0
                progress.doneBytes += isDone ? object.size : 0
                progress.gone += isDone ? 0 : 1
                report(progress)
            }
        }
        report(progress)
        return progress
    }

    /// Removes what is at the destination, after comparing each object once more. Gives the number of removed objects.
    package func removeSource(report: @Sendable (_ removed: Int) -> Void) async throws -> Int {
        var removed = 0
        // Listed before the first of them goes: a listing of what shrinks meanwhile might pass some over.
        var keys: [StoredObject] = []
        try await source.eachPage { keys += Self.photos($0) }
        try await Self.sideBySide(keys) { object in
            guard let content = try await content(of: object.key) else { return false }
            guard try await destination.get(object.key) == content else { throw PhotoMoveError(key: object.key) }
            try await source.delete([object.key])
            return true
        } afterEach: { _, isRemoved in
            removed += isRemoved ? 1 : 0
            report(removed)
        }
        return removed
    }

    /// Says whether it is there now; it isn't when it went away from the source in between.
    private func copy(_ object: StoredObject) async throws -> Bool {
        guard let content = try await content(of: object.key) else { return false }
        try await destination.put(content, at: object.key)
        guard try await destination.get(object.key) == content else { throw PhotoMoveError(key: object.key) }
        try await ledger.add(object.key)
        return true
    }

    private func content(of key: String) async throws -> Data? {
        do {
            return try await source.get(key)
        } catch ShelfError.notFound {
            return nil
        }
    }

    private static func photos(_ page: [StoredObject]) -> [StoredObject] {
        page.filter { PhotoShelf.photo(ofKey: $0.key) != nil }
    }

    /// Four at a time; the first that fails ends it.
    private static func sideBySide(
        _ objects: [StoredObject], _ work: @escaping @Sendable (StoredObject) async throws -> Bool,
        afterEach: (StoredObject, Bool) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: (StoredObject, Bool).self) { group in
            for (index, object) in objects.enumerated() {
                if index >= 4, let (object, result) = try await group.next() { afterEach(object, result) }
                group.addTask { (object, try await work(object)) }
            }
            for try await (object, result) in group { afterEach(object, result) }
        }
    }
}

/// A copy that isn't like what it was made from.
package struct PhotoMoveError: Error, Hashable, CustomStringConvertible {
    package let key: String
    package var description: String { "\(key): what came back from the destination isn't what was sent there" }
}

/// Asks a sorted listing for one key after the other, all ascending. A store that sorts otherwise only makes it find less.
struct ObjectCursor {
    private let store: any ObjectStore
    private var page: ArraySlice<StoredObject> = []
    private var next: String?
    private var isAtStart = true

    init(_ store: any ObjectStore) {
        self.store = store
    }

    mutating func object(_ key: String) async throws -> StoredObject? {
        while true {
            page = page.drop { $0.key < key }
            if let first = page.first { return first.key == key ? first : nil }
            guard isAtStart || next != nil else { return nil }
            let more = try await store.page(after: next)
            isAtStart = false
            page = more.objects[...]
            next = more.next
        }
    }
}
