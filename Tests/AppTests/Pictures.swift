import Foundation
import Synchronization
import TestSupport

/// Photos as a camera would make them, by libvips.
enum Pictures {
    private static let starting = Mutex(())

    /// A JPEG of noise: another seed, another photo.
    static func jpeg(_ seed: Int, width: Int = 96, height: Int = 64) throws -> Data {
        let file = try temporaryFolder().appending(path: "photo.jpg")
        let vips = Process()
        vips.executableURL = URL(filePath: "/usr/bin/vips")
        vips.arguments = ["gaussnoise", "\(file.path)[Q=80]", "\(width)", "\(height)", "--seed", "\(seed)"]
        // Two of them starting at the same time can end the whole test run.
        try starting.withLock { _ in try vips.run() }
        vips.waitUntilExit()
        return try Data(contentsOf: file)
    }
}
