import Crypto
import Foundation
import Kernel
import Media

/// Puts the drawings of `Data/demo/photos` on the shelf, through the same checks as any photo from a telephone.
struct DemoPictures: Sendable {
    /// What the database has to know of a photo.
    struct Picture: Sendable {
        let format: String
        let byteCount: Int
        let originalHash: Data
        let width: Int
        let height: Int
        let fingerprint: PictureFingerprint?
    }

    private let folder: URL
    private let workshop: PhotoWorkshop
    private let shelf: PhotoShelf

    init(_ product: Nuanxin) {
        folder = product.root.url.appending(path: "Data/demo/photos")
        workshop = product.workshop
        shelf = product.shelf
    }

    /// Converts and cleans each picture once and keeps it under all of its names.
    func keep(_ photos: [DemoPhoto]) async throws -> [String: Picture] {
        let names = Dictionary(grouping: photos, by: \.picture).mapValues { $0.map(\.name) }
        return try await withThrowingTaskGroup(of: (String, Picture).self) { group in
            for (picture, names) in names {
                group.addTask { (picture, try await keep(picture, as: names)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// Stands for pictures that nobody will look at: in tests of everything else.
    static func pretended(_ photos: [DemoPhoto]) -> [String: Picture] {
        photos.reduce(into: [:]) { pictures, photo in
            pictures[photo.picture] = Picture(
                format: PhotoFormat.jpeg.rawValue, byteCount: 1,
                originalHash: Data(SHA256.hash(data: Data(photo.picture.utf8))),
                width: 1, height: 1, fingerprint: nil)
        }
    }

    private func keep(_ picture: String, as names: [UUID]) async throws -> Picture {
        let file = shelf.workFolder.appending(path: "demo-\(picture).jpg")
        defer { try? FileManager.default.removeItem(at: file) }
        try await Self.drawing.run { [folder] in
            try Self.convert(folder.appending(path: "\(picture).svg"), to: file)
        }
        return try await workshop.prepare(file) { prepared in
            for name in names { try await shelf.keep(prepared, as: name) }
            return Picture(
                format: prepared.format.rawValue, byteCount: prepared.originalByteCount,
                originalHash: prepared.originalHash, width: prepared.width, height: prepared.height,
                fingerprint: prepared.fingerprint)
        }
    }

    /// Our own drawings may be read by the loader that strangers' photos must never reach.
    private static func convert(_ drawing: URL, to file: URL) throws {
        let vips = Process()
        vips.executableURL = URL(filePath: "/usr/bin/vips")
        vips.arguments = ["copy", drawing.path, "\(file.path)[Q=88,strip]"]
        vips.standardInput = FileHandle.nullDevice
        vips.environment = ["VIPS_CONCURRENCY": "1"]
        try vips.run()
        vips.waitUntilExit()
        guard vips.terminationStatus == 0 else {
            throw SettingsError(
                "demo: vips can't turn \(drawing.lastPathComponent) into a photo; is libvips-tools installed?")
        }
    }

    private static let drawing = BlockingQueue("demo-pictures")
}
