import Foundation
import Testing

@testable import Media

@Suite(.timeLimit(.minutes(30))) struct PhotoShelfTests {
    private let pictures: Pictures
    private let root: URL
    private let shelf: PhotoShelf

    init() throws {
        pictures = try Pictures()
        root = pictures.file("data").appending(path: "photos")
        shelf = PhotoShelf(root: root, keys: SealingKeyRing(current: try .of(1)))
    }

    @Test func `what was kept can be read, and the original only unsealed`() async throws {
        defer { pictures.remove() }
        try await shelf.open()
        try await shelf.keep(try photo(), as: .pothole)

        #expect(try await shelf.read(.pothole, .large) == Data("large".utf8))
        #expect(try await shelf.read(.pothole, .small) == Data("small".utf8))
        #expect(try await shelf.unsealedOriginal(.pothole) == Data("original".utf8))
        for file in try files() {
            #expect(try Data(contentsOf: root.appending(path: file)).range(of: Data("original".utf8)) == nil)
        }
    }

    @Test func `names say nothing, and nobody else may look`() async throws {
        defer { pictures.remove() }
        try await shelf.open()
        try await shelf.keep(try photo(), as: .pothole)

        let name = "cd/ab/01980304-0506-7008-900a-0b0c0d0eabcd"
        #expect(try files() == ["\(name).large", "\(name).original", "\(name).small"])
        for path in ["", "work", "cd", "cd/ab"] {
            #expect(try permissions(path) == 0o700)
        }
        for path in try files() {
            #expect(try permissions(path) == 0o600)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: shelf.workFolder.path()) == [])
    }

    @Test func `keeping twice changes nothing`() async throws {
        defer { pictures.remove() }
        try await shelf.open()
        let photo = try photo()
        for _ in 0..<2 {
            try await shelf.keep(photo, as: .pothole)
        }
        #expect(try files().count == 3)
        #expect(try await shelf.unsealedOriginal(.pothole) == Data("original".utf8))
    }

    @Test func `an original that isn't the prepared one isn't kept`() async throws {
        defer { pictures.remove() }
        try await shelf.open()
        let photo = try photo()
        try pictures.file("original", Data("another".utf8))
        await #expect(throws: ShelfError.originalChanged) { try await shelf.keep(photo, as: .pothole) }
        #expect(try files() == [])
    }

    @Test func `removing takes all files, and can be repeated`() async throws {
        defer { pictures.remove() }
        try await shelf.open()
        try await shelf.keep(try photo(), as: .pothole)
        try await shelf.keep(try photo(), as: .streetlight)
        #expect(try await names() == [.pothole, .streetlight])
        for _ in 0..<2 {
            try await shelf.remove(.pothole)
        }
        #expect(try await names() == [.streetlight])
        await #expect(throws: ShelfError.notFound) { try await shelf.read(.pothole, .large) }
        await #expect(throws: ShelfError.notFound) { try await shelf.unsealedOriginal(.pothole) }
        #expect(try await shelf.read(.streetlight, .small) == Data("small".utf8))
    }

    @Test func `opening removes what was being worked on, and nothing else`() async throws {
        defer { pictures.remove() }
        #expect(try await shelf.open() == 0)
        try await shelf.keep(try photo(), as: .pothole)
        try Data("half".utf8).write(to: shelf.workFolder.appending(path: "upload-1"))
        try FileManager.default.createDirectory(
            at: shelf.workFolder.appending(path: "job-1/x"), withIntermediateDirectories: true)

        #expect(try await shelf.open() == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: shelf.workFolder.path()) == [])
        #expect(try await names() == [.pothole])
    }

    @Test func `a photo tampered with on the disk isn't given out as an original`() async throws {
        defer { pictures.remove() }
        try await shelf.open()
        try await shelf.keep(try photo(), as: .pothole)
        let file = root.appending(path: try #require(try files().first { $0.hasSuffix("original") }))
        var sealed = try Data(contentsOf: file)
        sealed[sealed.count - 20] ^= 1
        try sealed.write(to: file)
        await #expect(throws: SealingError.tampered) { try await shelf.unsealedOriginal(.pothole) }
    }

    @Test func `many can keep and remove at the same time`() async throws {
        defer { pictures.remove() }
        try await shelf.open()
        let photo = try photo()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    let name = number.isMultiple(of: 2) ? UUID.pothole : .streetlight
                    try await number % 5 == 4 ? shelf.remove(name) : shelf.keep(photo, as: name)
                }
            }
            try await group.waitForAll()
        }
        try await shelf.keep(photo, as: .pothole)
        #expect(try await shelf.unsealedOriginal(.pothole) == Data("original".utf8))
    }

    @Test func `a prepared photo goes onto the shelf`() async throws {
        defer { pictures.remove() }
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let upload = try await fixture.pictures.picture("a.jpg", exif: ExifBlock(orientation: 6))
        try await fixture.workshop.prepare(upload) { try await fixture.shelf.keep($0, as: .pothole) }

        let large = try await fixture.shelf.read(.pothole, .large)
        #expect(large.starts(with: [0xff, 0xd8, 0xff]))
        #expect(try await fixture.shelf.unsealedOriginal(.pothole) == (try Data(contentsOf: upload)))
        #expect(fixture.leftovers == [])
    }

    private func names() async throws -> Set<UUID> {
        var names: Set<UUID> = []
        try await shelf.store.eachPage { page in
            names.formUnion(page.compactMap { PhotoShelf.photo(ofKey: $0.key)?.name })
        }
        return names
    }

    private func photo() throws -> PreparedPhoto {
        PreparedPhoto(
            format: .jpeg, original: try pictures.file("original", Data("original".utf8)), originalByteCount: 8,
            originalHash: Data(base64Encoded: Self.hashOfOriginal) ?? Data(), width: 1, height: 1, capturedAt: nil,
            position: nil, fingerprint: nil, large: try pictures.file("large", Data("large".utf8)),
            small: try pictures.file("small", Data("small".utf8)))
    }

    /// By `printf original | openssl dgst -sha256 -binary | base64`.
    private static let hashOfOriginal = "BoLF8gdvCZw0z90VqeBjhJ7UN6SWd+b8xbQZjHZXW+U="

    private func files() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.path()).filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: root.appending(path: path).path(), isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        .sorted()
    }

    private func permissions(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: root.appending(path: path).path())
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}
