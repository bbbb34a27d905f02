import Children
import Crypto
import Foundation
import Kernel
import SystemPackage

/// Turns an upload into a clean photo in two sizes, in an order that spends little on what is refused:
/// first bytes, size of the file, header, size of the picture, and only then its pixels.
///
/// No pixel and no field of metadata of an upload is decoded in this process. Four short-lived children do that one after
/// another: one reads the header, one decodes all of the photo strictly and makes the large copy, one makes the small copy from
/// the large one, and one makes 72 grey points of that.
package struct PhotoWorkshop: Sendable {
    private let limits: PhotoLimits
    private let workFolder: FilePath
    private let tools: VipsTools
    private let gate: Gate
    private let disk = BlockingQueue("photo-hashing")

    /// - Parameters:
    ///   - workFolder: where copies are made: `PhotoShelf.workFolder`. It must exist.
    ///   - limits: what a photo may be and cost.
    ///   - toolFolder: where `vips` and `vipsheader` are.
    package init(workFolder: URL, limits: PhotoLimits = PhotoLimits(), toolFolder: String = "/usr/bin") {
        self.limits = limits
        self.workFolder = FilePath(workFolder)
        tools = VipsTools(limits: limits, folder: FilePath(toolFolder))
        gate = Gate(width: limits.jobs, longestLine: limits.waiting, refusal: PhotoError.busy)
    }

    /// The version of the tools, such as `vips-8.14.1`; for checking at start that they can be run.
    ///
    /// - Throws: `PhotoError.toolMissing`.
    package func toolVersion() async throws -> String {
        try await tools.run(.vips, ["--version"], in: workFolder).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Checks and prepares the photo in the file `upload`, hands it to `use` and then removes the copies.
    ///
    /// - Throws: a `PhotoError`, or what `use` throws.
    package func prepare<Value>(_ upload: URL, use: (PreparedPhoto) async throws -> Value) async throws -> Value {
        let file = FilePath(upload)
        let limits = limits
        let (format, byteCount) = try await disk.run { try Self.look(at: file, limits) }
        let job = try await disk.run { [workFolder] in try WorkFolder(in: workFolder) }
        do {
            let (header, hash, fingerprint) = try await gate.pass {
                try await disk.run { try job.link(file, as: Self.photo) }
                let header = try await makeCopies(of: format, in: job.path)
                let grey = job.url(of: Self.grey)
                return try await disk.run {
                    (header, try Self.hash(file), (try? Data(contentsOf: grey)).flatMap { PictureFingerprint(pgm: $0) })
                }
            }
            let value = try await use(
                PreparedPhoto(
                    format: format, original: upload, originalByteCount: byteCount, originalHash: hash,
                    width: header.isSideways ? header.height : header.width,
                    height: header.isSideways ? header.width : header.height,
                    capturedAt: header.capturedAt, position: header.position, fingerprint: fingerprint,
                    large: job.url(of: Self.large), small: job.url(of: Self.small)))
            try await disk.run { job.remove() }
            return value
        } catch {
            try await disk.run { job.remove() }
            throw error
        }
    }

    private static func look(at file: FilePath, _ limits: PhotoLimits) throws -> (PhotoFormat, Int) {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        return try descriptor.closeAfter {
            let start = try [UInt8](unsafeUninitializedCapacity: PhotoFormat.tellingBytes) { buffer, count in
                count = try descriptor.read(into: UnsafeMutableRawBufferPointer(buffer))
            }
            let format = try PhotoFormat(start: start)
            let byteCount = Int(try descriptor.seek(offset: 0, from: .end))
            guard byteCount <= limits.bytes else { throw PhotoError.tooLarge(bytes: byteCount, limit: limits.bytes) }
            return (format, byteCount)
        }
    }

    private func makeCopies(of format: PhotoFormat, in folder: FilePath) async throws -> PhotoHeader {
        let header = try PhotoHeader(report: await tools.run(.header, ["-a", Self.photo], in: folder))
        try header.check(limits, as: format)
        try await shrink(Self.photo, format, to: 1600, as: Self.large, header.hasColourProfile, in: folder)
        try await shrink(Self.large, .jpeg, to: 320, as: Self.small, false, in: folder)
        try await drawGrey(in: folder)
        return header
    }

    /// What it looks like, as 9 by 8 grey points. The small copy is our own: when nothing comes of it, the disk is full or the
    /// like, and that doesn't make the photo a bad one. Whether it can be kept, who keeps it finds out.
    private func drawGrey(in folder: FilePath) async throws {
        do {
            _ = try await tools.run(
                .vips, ["thumbnail", Self.small, Self.grey, "9", "--height", "8", "--size", "force"], in: folder)
        } catch PhotoError.damaged {}
    }

    /// Both commands turn upright; the options of the output strip all metadata and put white under what is transparent.
    /// With `fail-on` every byte is decoded before they end well.
    private func shrink(
        _ source: String, _ format: PhotoFormat, to side: Int, as target: String, _ hasColourProfile: Bool,
        in folder: FilePath
    ) async throws {
        // `thumbnail` is the faster one for large photos, but of a HEIC it would show the small picture that may be
        // packed beside the main one, and which may be any other.
        let reading =
            format == .heic
            ? ["thumbnail_image", "\(source)[access=sequential,fail-on=warning]"]
            : ["thumbnail", "--fail-on", "warning", source]
        let writing = ["\(target)[Q=82,strip,optimize-coding,background=255]", String(side), "--size", "down"]
        // Never without a profile in the photo: libvips would turn pure blue into violet.
        let toSRGB = hasColourProfile ? ["--import-profile", "srgb", "--export-profile", "srgb"] : []
        _ = try await tools.run(.vips, reading + writing + toSRGB, in: folder)
    }

    static func hash(_ file: FilePath) throws -> Data {
        let descriptor = try FileDescriptor.open(file, .readOnly)
        return try descriptor.closeAfter {
            var hash = SHA256()
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { buffer.deallocate() }
            while case let count = try descriptor.read(into: buffer), count > 0 {
                hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            }
            return Data(hash.finalize())
        }
    }

    private static let photo = "photo"
    private static let large = "large.jpg"
    private static let small = "small.jpg"
    private static let grey = "grey.pgm"
}
