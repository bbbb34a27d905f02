import Foundation
import Media
import Testing

/// A workshop, a shelf and pictures in a folder of their own.
struct WorkshopFixture: Sendable {
    let pictures: Pictures
    let shelf: PhotoShelf
    let limits: PhotoLimits
    let workshop: PhotoWorkshop

    init(_ change: (inout PhotoLimits) -> Void = { _ in }) async throws {
        pictures = try Pictures()
        var limits = PhotoLimits()
        // Other tests keep the cores busy, too.
        limits.wallClock = .seconds(1200)
        limits.waiting = 1000
        change(&limits)
        self.limits = limits
        shelf = PhotoShelf(root: pictures.file("shelf"), keys: SealingKeyRing(current: try .of(7)))
        try await shelf.open()
        workshop = PhotoWorkshop(workFolder: shelf.workFolder, limits: limits)
    }

    /// The error that `upload` is refused with.
    func refusal(of upload: URL) async -> PhotoError? {
        await #expect(throws: PhotoError.self) { try await workshop.prepare(upload) { _ in } }
    }

    /// What is left in the folder for work.
    var leftovers: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: shelf.workFolder.path())) ?? ["unreadable"]
    }
}

extension SealingKey {
    /// A key of 32 equal bytes.
    static func of(_ byte: UInt8) throws -> SealingKey {
        try SealingKey(bytes: Data(repeating: byte, count: 32))
    }
}

extension UUID {
    static let pothole = UUID(uuid: (1, 0x98, 3, 4, 5, 6, 0x70, 8, 0x90, 10, 11, 12, 13, 14, 0xab, 0xcd))
    static let streetlight = UUID(uuid: (1, 0x98, 3, 4, 5, 6, 0x70, 8, 0x90, 10, 11, 12, 13, 14, 0xab, 0xce))
}
