import Foundation
import Synchronization
import Testing

@testable import Media

@Suite(.timeLimit(.minutes(30))) struct PhotoMoveTests {
    private let pictures: Pictures
    private let source: FolderStore
    private let target: SpoiltStore
    private let ledgers: URL
    private let keys: [String]

    init() async throws {
        pictures = try Pictures()
        source = FolderStore(root: pictures.file("from"))
        target = SpoiltStore(FolderStore(root: pictures.file("to")))
        ledgers = pictures.file("ledgers")
        keys = (0..<30).map { number in
            let name = UUID(
                uuid: (1, 2, 3, 4, 5, 6, 0x47, 8, 0x90, 10, 11, 12, 13, 14, UInt8(number % 3), UInt8(number)))
            return PhotoShelf.key(of: name, PhotoShelf.Kind.allCases[number % 3])
        }.sorted()
        for key in keys { try await source.put(Data(key.utf8), at: key) }
    }

    private func move() -> PhotoMove { PhotoMove(from: source, to: target, ledgers: ledgers) }

    private func content(of store: any ObjectStore) async throws -> [String: Data] {
        var content: [String: Data] = [:]
        try await store.eachPage { page in
            for object in page { content[object.key] = try await store.get(object.key) }
        }
        return content
    }

    @Test func `all is copied, nothing is taken, and strange files stay where they are`() async throws {
        defer { pictures.remove() }
        try await source.put(Data("x".utf8), at: "ab/notes.txt")
        let progress = try await move().copyAll { _ in }
        #expect(progress.done == 30 && progress.left == 0 && progress.doneBytes == progress.bytes)
        #expect(Set(try await content(of: target).keys) == Set(keys))
        #expect(try await content(of: source).count == 31)
    }

    @Test func `what was interrupted goes on where it was`() async throws {
        defer { pictures.remove() }
        target.fails(after: 12)
        await #expect(throws: ShelfError.self) { try await move().copyAll { _ in } }
        target.fails(after: nil)
        let puts = target.puts
        let progress = try await move().copyAll { _ in }
        #expect(progress.done == 30 && (8...12).contains(progress.doneBefore), "\(progress)")
        #expect(target.puts - puts == 30 - progress.doneBefore)
        #expect(try await content(of: target) == content(of: source))
    }

    @Test func `what the destination lost is copied again, whatever the ledger says`() async throws {
        defer { pictures.remove() }
        _ = try await move().copyAll { _ in }
        try await target.delete([keys[7]])
        let progress = try await move().copyAll { _ in }
        #expect(progress.doneBefore == 29 && progress.done == 30)
        #expect(try await content(of: target) == content(of: source))
    }

    @Test func `a ledger cut off in a line is believed up to there`() async throws {
        defer { pictures.remove() }
        _ = try await move().copyAll { _ in }
        for file in try FileManager.default.subpathsOfDirectory(atPath: ledgers.path()) where file.contains("/") {
            let ledger = ledgers.appending(path: file)
            try Data(contentsOf: ledger).dropLast(9).write(to: ledger)
        }
        let progress = try await move().copyAll { _ in }
        #expect(progress.doneBefore < 30 && progress.done == 30)
    }

    @Test func `a copy that isn't the same is named, and isn't done`() async throws {
        defer { pictures.remove() }
        target.spoils(keys[3])
        await #expect(throws: PhotoMoveError(key: keys[3])) { try await move().copyAll { _ in } }
        target.spoils(nil)
        #expect(try await move().copyAll { _ in }.left == 0)
    }

    @Test func `the source is removed only where the copy is the same`() async throws {
        defer { pictures.remove() }
        _ = try await move().copyAll { _ in }
        target.spoils(keys[29])
        await #expect(throws: PhotoMoveError(key: keys[29])) { try await move().removeSource { _ in } }
        #expect(try await source.get(keys[29]) == Data(keys[29].utf8))
        target.spoils(nil)
        _ = try await move().removeSource { _ in }
        #expect(try await content(of: source).isEmpty)
        #expect(try await content(of: target).count == 30)
    }
}

/// A store that fails after so many objects, or gives one of them back otherwise than it was.
private final class SpoiltStore: ObjectStore {
    private let store: FolderStore
    private let state = Mutex((left: Int?.none, spoilt: String?.none, puts: 0))

    init(_ store: FolderStore) {
        self.store = store
    }

    var name: String { "spoilt" }
    var puts: Int { state.withLock { $0.puts } }

    func fails(after count: Int?) { state.withLock { $0.left = count } }
    func spoils(_ key: String?) { state.withLock { $0.spoilt = key } }

    func put(_ objects: [StoredContent]) async throws {
        try state.withLock { state in
            guard state.left != 0 else { throw ShelfError.unreachable("told to") }
            state.left = state.left.map { $0 - 1 }
            state.puts += 1
        }
        try await store.put(objects)
    }

    func get(_ key: String) async throws -> Data {
        state.withLock { $0.spoilt } == key ? Data("spoilt".utf8) : try await store.get(key)
    }

    func delete(_ keys: [String]) async throws { try await store.delete(keys) }
    func page(after cursor: String?) async throws -> ObjectPage { try await store.page(after: cursor) }
    func probe() async throws {}
    func close() async {}
}
