import Foundation
import Kernel
import Media
import Testing

@Suite(.timeLimit(.minutes(30))) struct HostilePhotoTests {
    @Test(arguments: ["a.jpg", "b.jpg[interlace]", "c.png", "d.webp"], [0.5, 0.9, 0.99])
    func `a truncated photo is refused`(picture: String, part: Double) async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let parts = picture.split(separator: "[")
        let options = parts.count > 1 ? "[\(parts[1])" : ""
        let whole = try Data(contentsOf: await fixture.pictures.noise(String(parts[0]), options: options))
        let upload = try fixture.pictures.file("cut", whole.prefix(Int(Double(whole.count) * part)))

        #expect(await fixture.refusal(of: upload) == .damaged)
        #expect(fixture.leftovers == [])
    }

    @Test func `a truncated photo that would be shrunk while it is read is refused, also when turned`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let whole = try Data(contentsOf: await fixture.pictures.noise("a.jpg", width: 3400, height: 1200))
        let turned = ExifBlock(orientation: 6).inserted(inJPEG: whole)
        for photo in [whole, turned] {
            let upload = try fixture.pictures.file("cut", photo.prefix(photo.count * 98 / 100))
            #expect(await fixture.refusal(of: upload) == .damaged)
        }
    }

    @Test func `a truncated HEIC is refused`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        for count in [40, 300, 470] {
            let upload = try fixture.pictures.file("cut", RotatedHEIC.file.prefix(count))
            #expect(await fixture.refusal(of: upload) == .damaged)
        }
    }

    @Test func `random bytes behind a photo's first bytes are refused`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        var random = SeededGenerator(seed: 7)
        let garbage = Data((0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) })
        for start in ["\u{89}", "RIFF\0\0\0\0WEBP", "\0\0\0\u{18}ftypheic\0\0\0\0mif1heic"] {
            let bytes = start == "\u{89}" ? Data([0x89]) + Data("PNG\r\n\u{1a}\n".utf8) : Data(start.utf8)
            #expect(await fixture.refusal(of: try fixture.pictures.file("garbage", bytes + garbage)) == .damaged)
        }
        let upload = try fixture.pictures.file("garbage", Data([0xff, 0xd8, 0xff]) + garbage)
        #expect(await fixture.refusal(of: upload) == .damaged)
        #expect(await fixture.refusal(of: try fixture.pictures.file("garbage", garbage)) == .notAPhoto)
        #expect(await fixture.refusal(of: try fixture.pictures.file("garbage", Data())) == .notAPhoto)
    }

    @Test func `files of other kinds are refused by name, whatever they are called`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        _ = try await pictures.picture("a.png")
        try await pictures.run("vips", "copy", "a.png", "a.gif")
        try await pictures.run("vips", "copy", "a.png", "a.tif")
        try FileManager.default.moveItem(at: pictures.file("a.gif"), to: pictures.file("gif.jpg"))
        let svg = #"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>"#

        #expect(await fixture.refusal(of: pictures.file("gif.jpg")) == .unsupported(kind: "GIF"))
        #expect(await fixture.refusal(of: pictures.file("a.tif")) == .unsupported(kind: "TIFF"))
        #expect(await fixture.refusal(of: try pictures.file("svg.png", Data(svg.utf8))) == .unsupported(kind: "SVG"))
        #expect(
            await fixture.refusal(of: try pictures.file("a.jpg", Data("%PDF-1.7\n".utf8))) == .unsupported(kind: "PDF"))
    }

    /// 109 KB that would become 900 million pixels. One second of processor time is all a child may use here, so that
    /// decoding it would end otherwise.
    @Test func `a bomb is refused by its header`() async throws {
        let fixture = try await WorkshopFixture { $0.cpuSeconds = 1 }
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        try await pictures.run("vips", "black", "bomb.png[bitdepth=1]", "30000", "30000")
        let clock = ContinuousClock()

        let took = await clock.measure {
            #expect(await fixture.refusal(of: pictures.file("bomb.png")) == .tooManyPixels(width: 30000, height: 30000))
        }
        // 0.1 s by itself; the other tests want the cores, too.
        #expect(took < .seconds(600))
        #expect(fixture.leftovers == [])
    }

    @Test func `a photo that needs too much time or memory is given up`() async throws {
        let slow = try await WorkshopFixture { $0.wallClock = .milliseconds(5) }
        defer { slow.pictures.remove() }
        let photo = try await slow.pictures.noise("a.png", width: 3000, height: 2000)
        #expect(await slow.refusal(of: photo) == .tookTooLong)
        #expect(slow.leftovers == [])

        // So little that not even the tool's own libraries fit: the limit is in force.
        let small = try await WorkshopFixture { $0.addressSpace = 64 << 20 }
        defer { small.pictures.remove() }
        let refusal = await small.refusal(of: try await small.pictures.noise("a.jpg"))
        guard case .toolMissing = refusal else {
            Issue.record("\(String(describing: refusal))")
            return
        }
        #expect(small.leftovers == [])
    }

    @Test func `an animation is refused`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        _ = try await pictures.picture("a.png", width: 64, height: 128)
        try await pictures.run("vips", "copy", "a.png", "a.gif[page-height=64]")
        try await pictures.run("vips", "copy", "a.gif[n=-1]", "a.webp")

        #expect(await fixture.refusal(of: pictures.file("a.webp")) == .animated)
    }

    @Test func `a file above the limit is refused with both sizes`() async throws {
        let fixture = try await WorkshopFixture { $0.bytes = 1000 }
        defer { fixture.pictures.remove() }
        let upload = try await fixture.pictures.noise("a.jpg")
        let byteCount = try Data(contentsOf: upload).count

        #expect(await fixture.refusal(of: upload) == .tooLarge(bytes: byteCount, limit: 1000))
        #expect(PhotoError.tooLarge(bytes: (20 << 20) + 1, limit: 20 << 20).problem.details["megabytes"] == "20.1")
        #expect(PhotoError.tooLarge(bytes: (20 << 20) + 1, limit: 20 << 20).problem.details["limit"] == "20")
    }

    @Test func `the copies are removed when keeping them fails, and when the rider goes away`() async throws {
        struct Failed: Error {}
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let upload = try await fixture.pictures.picture("a.jpg")
        await #expect(throws: Failed.self) {
            try await fixture.workshop.prepare(upload) { _ in throw Failed() }
        }
        #expect(fixture.leftovers == [])

        let task = Task { try await fixture.workshop.prepare(upload) { _ in } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(fixture.leftovers == [])
    }

    /// The seed is in the name of the case that fails, so that it can be run again.
    @Test func `malformed photos are taken or refused, and nothing else happens`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        let exif = try Data(contentsOf: await pictures.picture("e.jpg", exif: ExifBlock(orientation: 6)))
        var photos = [RotatedHEIC.file, exif]
        for name in ["a.jpg", "b.jpg[interlace]", "c.png", "d.png[interlace]", "e.webp", "f.webp[lossless]"] {
            let parts = name.split(separator: "[")
            let options = parts.count > 1 ? "[\(parts[1])" : ""
            photos.append(
                try Data(contentsOf: await pictures.noise(String(parts[0]), width: 80, height: 60, options: options)))
        }
        let malformed = photos
        let refused = try await withThrowingTaskGroup(of: Bool.self) { group in
            for seed in 0..<UInt64(48) {
                group.addTask {
                    let mutated = mutate(malformed[Int(seed) % malformed.count], seed: seed)
                    let upload = try pictures.file("\(seed)", mutated)
                    do {
                        try await fixture.workshop.prepare(upload) { photo in
                            #expect(photo.width > 0 && photo.height > 0)
                        }
                        return false
                    } catch let error as PhotoError {
                        #expect(error.problem.status == 422, "seed \(seed): \(error)")
                        return true
                    }
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect((20...46).contains(refused), "\(refused)")
        #expect(fixture.leftovers == [])
    }

    private func mutate(_ photo: Data, seed: UInt64) -> Data {
        var random = SeededGenerator(seed: seed)
        var bytes = [UInt8](photo)
        for _ in 0..<(seed % 3 == 0 ? 1 : seed % 3 * 8) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 1: bytes[place] = Bool.random(using: &random) ? 0 : 0xff
            case 2: bytes.removeSubrange(place..<min(place + 4, bytes.count))
            case 3: bytes.insert(contentsOf: bytes[..<min(place, 64)], at: place)
            default: bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
        }
        return Data(bytes)
    }
}
