import Children
import Foundation
import SystemPackage

/// libvips' command-line tools, each call in a bounded child, on names that are written in this module.
struct VipsTools: Sendable {
    enum Tool: String {
        case header = "vipsheader"
        case vips
    }

    private let child: BoundedChild
    private let folder: FilePath

    init(limits: PhotoLimits, folder: FilePath) {
        child = BoundedChild(
            limits: ChildLimits(
                addressSpace: limits.addressSpace, cpuSeconds: limits.cpuSeconds, wallClock: limits.wallClock,
                fileBytes: 256 << 20, outputBytes: 1 << 20),
            environment: ["VIPS_BLOCK_UNTRUSTED": "1", "VIPS_CONCURRENCY": "1"])
        self.folder = folder
    }

    /// Runs `tool` in `workFolder` and returns what it printed.
    ///
    /// - Throws: a `PhotoError` for all that can happen to a child, and `CancellationError`; the child is gone then.
    func run(_ tool: Tool, _ arguments: [String], in workFolder: FilePath) async throws -> String {
        do {
            return try await child.run(folder.appending(tool.rawValue), arguments, in: workFolder).output()
        } catch let error as ChildError {
            switch error {
            case .tookTooLong: throw PhotoError.tookTooLong
            // Thousands of complaints, or a megabyte of texts in a photo.
            case .printedTooMuch: throw PhotoError.damaged
            case .missing(let words): throw PhotoError.toolMissing(words)
            }
        }
    }
}

extension ChildEnd {
    fileprivate func output() throws(PhotoError) -> String {
        if code != nil, complaints.contains("No space left on device") { throw .noSpace }
        // libvips paints what it couldn't decode and may still end well.
        guard code == 0, !complaints.contains("error in tile") else { throw .damaged }
        return String(decoding: printed, as: UTF8.self)
    }
}
