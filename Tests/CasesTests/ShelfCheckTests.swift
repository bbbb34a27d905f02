import Crypto
import Foundation
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import Cases
@testable import Media

/// The shelf beside the database: what an operator is told.
struct ShelfCheckTests {
    private let district: TestDistrict
    private let store: FolderStore
    private let shelf: PhotoShelf
    private let photos: [ID<Photo>]

    init() async throws {
        district = try await TestDistrict()
        store = FolderStore(root: try temporaryFolder())
        shelf = PhotoShelf(
            work: try temporaryFolder(), store: store,
            keys: SealingKeyRing(current: try SealingKey(bytes: Data(repeating: 7, count: 32))))
        var photos: [ID<Photo>] = []
        for number in 0..<4 { photos.append(try await Self.photo(number, in: district, on: shelf)) }
        self.photos = photos
    }

    /// Puts a photo on the shelf and its row into the database.
    private static func photo(_ number: Int, in district: TestDistrict, on shelf: PhotoShelf) async throws -> ID<Photo>
    {
        let folder = try temporaryFolder()
        func file(_ name: String) throws -> URL {
            let url = folder.appending(path: name)
            try (Data([0xff, 0xd8, 0xff]) + Data("\(name) \(number)".utf8) + Data([0xff, 0xd9])).write(to: url)
            return url
        }
        let original = try file("original")
        let content = try Data(contentsOf: original)
        let prepared = PreparedPhoto(
            format: .jpeg, original: original, originalByteCount: content.count,
            originalHash: Data(SHA256.hash(data: content)), width: 1,
            height: 1, capturedAt: nil, position: nil, fingerprint: nil, large: try file("large"),
            small: try file("small"))
        let id = ID<Photo>(UUID(high: 7, low: UInt64(number)))
        try await shelf.keep(prepared, as: id.uuid)
        let row = Photo(
            id: id, account: Someone.zhangWei.id, format: "jpeg", byteCount: content.count,
            originalHash: prepared.originalHash, width: 1, height: 1, createdAt: district.services.now(),
            evidence: Photo.Evidence())
        try await district.database.write { db in try PhotoStore(db).insert(row) }
        return id
    }

    private func faults(reading: Bool = true) async throws -> [ShelfCheck.Fault] {
        try await ShelfCheck(district.services, shelf: shelf).run(reading: reading).faults
    }

    private func key(_ number: Int, _ kind: PhotoShelf.Kind) -> String { PhotoShelf.key(of: photos[number].uuid, kind) }

    @Test func `a whole shelf has no faults`() async throws {
        let outcome = try await ShelfCheck(district.services, shelf: shelf).run(reading: true)
        #expect(outcome == ShelfCheck.Outcome(photos: 4))
    }

    @Test func `each missing and damaged file is named`() async throws {
        try await store.delete([key(0, .small)])
        var sealed = try await store.get(key(1, .original))
        sealed[sealed.count - 3] ^= 1
        try await store.put(sealed, at: key(1, .original))
        try await store.put(try await store.get(key(2, .large)).dropLast(2), at: key(2, .large))
        try await store.put(Data("short".utf8), at: key(3, .original))
        #expect(
            try await faults() == [
                .missing(key: key(0, .small)), .damaged(key: key(1, .original)), .damaged(key: key(2, .large)),
                .damaged(key: key(3, .original)),
            ])
        #expect(
            try await faults(reading: false) == [.missing(key: key(0, .small)), .damaged(key: key(3, .original))],
            "names and sizes alone tell these two")
    }

    @Test func `an original under another photo's name is no original`() async throws {
        try await store.put(try await store.get(key(0, .original)), at: key(1, .original))
        #expect(try await faults() == [.damaged(key: key(1, .original))])
    }

    @Test func `what the database doesn't know is told, and removed on demand, unless it is new`() async throws {
        try await district.database.write { db in
            try db.execute("DELETE FROM photo_evidence WHERE photo_id = \(photos[2])")
            try db.execute("DELETE FROM photo WHERE id = \(photos[2])")
        }
        for (hours, count) in [(-2.0, 3), (-0.5, 0)] {
            try touch(photos[2], at: district.services.now() + hours * 3600)
            #expect(try await faults().count == count)
        }
        try touch(photos[2], at: district.services.now() - 7200)
        let check = ShelfCheck(district.services, shelf: shelf)
        #expect(try await check.run(reading: true, removingOrphans: true).removed == 1)
        #expect(try await faults() == [])
        await #expect(throws: ShelfError.notFound) { try await store.get(key(2, .small)) }
    }

    private func touch(_ photo: ID<Photo>, at time: Date) throws {
        for kind in PhotoShelf.Kind.allCases {
            let path = store.name + "/" + PhotoShelf.key(of: photo.uuid, kind)
            try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
        }
    }
}
