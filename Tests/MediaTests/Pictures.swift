import Foundation
import Subprocess
import SystemPackage
import Testing

/// A folder with pictures made for one test by libvips' tools, which the tests can't do without.
struct Pictures: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "nuanxin-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    func file(_ name: String) -> URL { folder.appending(path: name) }

    @discardableResult
    func file(_ name: String, _ content: Data) throws -> URL {
        try content.write(to: file(name))
        return file(name)
    }

    /// A blue picture whose top left quarter is red, so that it shows how it was turned. `options` are those of libvips'
    /// writer, such as `[interlace]`.
    func picture(_ name: String, width: Int = 128, height: Int = 64, options: String = "") async throws -> URL {
        var pixels = Data("P6 \(width) \(height) 255\n".utf8)
        for y in 0..<height {
            for x in 0..<width {
                pixels += x < width / 2 && y < height / 2 ? [255, 0, 0] : [0, 0, 255]
            }
        }
        try file("pixels.ppm", pixels)
        try await run("vips", "copy", "pixels.ppm", name + options)
        return file(name)
    }

    /// A picture that doesn't compress to nothing.
    func noise(_ name: String, width: Int = 160, height: Int = 120, options: String = "") async throws -> URL {
        try await run("vips", "gaussnoise", "noise.v", "\(width)", "\(height)", "--mean", "128", "--sigma", "60")
        try await run("vips", "cast", "noise.v", name + options, "uchar")
        return file(name)
    }

    /// The same picture with `exif` in it, kept by libvips when the name says another format.
    func picture(_ name: String, exif: ExifBlock, options: String = "") async throws -> URL {
        let plain = try Data(contentsOf: await picture("plain.jpg", options: "[Q=95,strip]"))
        try file("exif.jpg", exif.inserted(inJPEG: plain))
        guard !name.hasSuffix(".jpg") else {
            try FileManager.default.moveItem(at: file("exif.jpg"), to: file(name))
            return file(name)
        }
        try await run("vips", "copy", "exif.jpg", name + options)
        return file(name)
    }

    /// All that libvips knows about a picture.
    func header(_ picture: URL) async throws -> String {
        try await run("vipsheader", "-a", picture.path())
    }

    func size(_ picture: URL) async throws -> String {
        let width = try await run("vipsheader", "-f", "width", picture.path())
        let height = try await run("vipsheader", "-f", "height", picture.path())
        return "\(width) × \(height)".replacing("\n", with: "")
    }

    func pixel(_ picture: URL, _ x: Int, _ y: Int) async throws -> [Double] {
        try await run("vips", "getpoint", picture.path(), "\(x)", "\(y)").split(separator: " ").compactMap {
            Double($0.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }

    @discardableResult
    func run(_ tool: String, _ arguments: String...) async throws -> String {
        // Not Foundation's `Process`: two of them starting at the same time can end the whole test run.
        let result = try await Subprocess.run(
            .path(FilePath("/usr/bin/\(tool)")), arguments: Arguments(arguments),
            workingDirectory: FilePath(folder.path), output: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else { throw MissingTool("\(tool) \(arguments) failed") }
        return result.standardOutput
    }
}

struct MissingTool: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
