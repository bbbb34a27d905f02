import Foundation
import Kernel
import Media
import Storage
import TestSupport
import Testing
import Web

@testable import App

/// A small city with two reports that have a photo each, and a folder for its backups.
struct BackedUp: Sendable {
    static let secret = "correct horse battery staple, and more of it"
    let city: TestCity
    let key: BackupKey
    let target: URL

    init(photoSide: Int = 64) async throws {
        let city = try await TestCity()
        try await city.run { client in
            for number in 1...2 {
                _ = try await client.report(photos: [Pictures.jpeg(number, width: photoSide, height: photoSide)])
            }
        }
        self.city = city
        key = try BackupKey(Self.secret)
        target = try temporaryFolder()
    }

    var product: Nuanxin { city.product }
    var data: URL { product.settings.data }

    @discardableResult
    func backUp(isEncrypted: Bool = true) async throws -> BackupMaking.Made {
        let clock = city.clock
        return try await BackupMaking(product.settings, key: isEncrypted ? key : nil) { clock.now }.make(in: target)
    }

    func reading(_ file: URL) -> BackupReading { reading(file, key: key) }

    func reading(_ file: URL, key: BackupKey?) -> BackupReading {
        BackupReading(file, key: key, settings: product.settings)
    }

    /// A file with this content.
    func written(_ content: Data) throws -> URL {
        let file = data.deletingLastPathComponent().appending(path: "changed-\(data.lastPathComponent).backup")
        try content.write(to: file)
        return file
    }

    func open(_ folder: URL) async throws -> Nuanxin {
        try await Nuanxin(
            Settings(flags: ["data": folder.path], environment: [:]), root: Root(named: sourceRoot.path),
            gateway: nil)
    }

    func photos(of product: Nuanxin) async throws -> [Int] {
        try await product.services.database.read { db in
            try db.rows("SELECT bytes FROM photo ORDER BY id").map { try $0[0] }
        }
    }
}

extension PhotoShelf {
    /// The photos of which there is anything.
    func names() async throws -> Set<UUID> {
        var names: Set<UUID> = []
        var cursor: String?
        repeat {
            let page = try await store.page(after: cursor)
            names.formUnion(page.objects.compactMap { Self.photo(ofKey: $0.key)?.name })
            cursor = page.next
        } while cursor != nil
        return names
    }
}
