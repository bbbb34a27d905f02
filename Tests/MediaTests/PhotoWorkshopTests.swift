import Foundation
import Kernel
import Testing

@testable import Media

@Suite(.timeLimit(.minutes(30))) struct PhotoWorkshopTests {
    @Test(arguments: [PhotoFormat.jpeg, .png, .webp])
    func `a photo is turned upright, and its time and position are read`(format: PhotoFormat) async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        let name = "六月 [n=-1].\(format == .jpeg ? "jpg" : format.rawValue)"
        let made = try await pictures.picture(
            format == .jpeg ? "a.jpg" : "a.\(format)", exif: ExifBlock(orientation: 6),
            options: format == .webp ? "[Q=95]" : "")
        let upload = pictures.file(name)
        try FileManager.default.moveItem(at: made, to: upload)

        try await fixture.workshop.prepare(upload) { photo in
            #expect(photo.format == format)
            #expect(photo.width == 64)
            #expect(photo.height == 128)
            let hash = try await pictures.run("sha256sum", "-z", name).prefix(64)
            #expect(photo.originalHash.hexadecimal == hash)
            let content = try Data(contentsOf: upload)
            #expect(photo.originalByteCount == content.count)
            try expectPothole(photo, capturedAt: format == .jpeg ? "2026-09-30T08:15:00+08:00" : nil)
            try await expectRedOnTheRight(photo.large, pictures)
            try await expectRedOnTheRight(photo.small, pictures)
        }
        #expect(fixture.leftovers == [])
    }

    @Test func `a HEIC is turned upright, and its time and position are read`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let upload = try fixture.pictures.file("a.heic", RotatedHEIC.file)

        try await fixture.workshop.prepare(upload) { photo in
            #expect(photo.format == .heic)
            #expect(photo.width == 64)
            #expect(photo.height == 128)
            try expectPothole(photo, capturedAt: "2026-09-30T08:15:00+08:00")
            try await expectRedOnTheRight(photo.large, fixture.pictures)
        }
    }

    @Test(arguments: [
        (1, 8, 8), (2, 120, 8), (3, 120, 56), (4, 8, 56), (5, 8, 8), (6, 56, 8), (7, 56, 120), (8, 8, 120),
    ])
    func `each of the eight orientations is turned upright`(orientation: Int, redX: Int, redY: Int) async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let upload = try await fixture.pictures.picture("a.jpg", exif: ExifBlock(orientation: UInt16(orientation)))

        try await fixture.workshop.prepare(upload) { photo in
            #expect((photo.width, photo.height) == (orientation < 5 ? (128, 64) : (64, 128)))
            let pixel = try await fixture.pictures.pixel(photo.large, redX, redY)
            #expect(pixel[0] > 200 && pixel[2] < 60, "\(pixel)")
        }
    }

    @Test func `the copies carry nothing but pixels`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        let made = try Data(contentsOf: await pictures.picture("a.jpg", exif: ExifBlock(software: "SECRET-EXIF")))
        // A comment at the start, and an archive behind the end.
        let comment = Data([0xff, 0xfe, 0, 16]) + Data("SECRET-COMMENT".utf8)
        let upload = try pictures.file(
            "b.jpg", made.prefix(2) + comment + made.dropFirst(2) + Data("PK\u{3}\u{4}SECRET-ARCHIVE".utf8))
        #expect(try Data(contentsOf: upload).range(of: Data("SECRET-EXIF".utf8)) != nil)

        try await fixture.workshop.prepare(upload) { photo in
            for copy in [photo.large, photo.small] {
                let header = try await pictures.header(copy)
                for field in ["exif", "icc", "xmp", "iptc", "orientation", "comment"] {
                    #expect(!header.contains(field), "\(header)")
                }
                let content = try Data(contentsOf: copy)
                #expect(content.range(of: Data("SECRET".utf8)) == nil)
                #expect(content.suffix(2) == Data([0xff, 0xd9]))
            }
        }
    }

    @Test func `a large photo becomes 1600 and 320 pixels, a small one stays as it is`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures

        try await fixture.workshop.prepare(try await pictures.noise("a.jpg", width: 1900, height: 950)) { photo in
            let sizes = [try await pictures.size(photo.large), try await pictures.size(photo.small)]
            #expect(sizes == ["1600 × 800", "320 × 160"])
        }
        try await fixture.workshop.prepare(try await pictures.picture("b.png")) { photo in
            let sizes = [try await pictures.size(photo.large), try await pictures.size(photo.small)]
            #expect(sizes == ["128 × 64", "128 × 64"])
        }
    }

    @Test func `colours stay what they are, with a profile and without`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        let plain = try await pictures.picture("a.png")
        // As if the picture had been taken in Display P3: the same colours by other numbers.
        try await pictures.run("vips", "icc_transform", "a.png", "p3.png", "p3", "--input-profile", "srgb")
        let numbers = try await pictures.pixel(pictures.file("p3.png"), 8, 8)
        #expect(numbers[0] < 240 && numbers[1] > 40, "\(numbers)")

        for upload in [plain, pictures.file("p3.png")] {
            try await fixture.workshop.prepare(upload) { photo in
                let red = try await pictures.pixel(photo.small, 8, 8)
                let blue = try await pictures.pixel(photo.small, 100, 50)
                #expect(red[0] > 250 && red[1] < 5 && red[2] < 5, "\(red)")
                #expect(blue[0] < 5 && blue[1] < 5 && blue[2] > 250, "\(blue)")
            }
        }
    }

    @Test func `transparent becomes white, grey stays grey, CMYK becomes sRGB`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let pictures = fixture.pictures
        _ = try await pictures.picture("a.png")
        try await pictures.run("vips", "linear", "a.png", "b.v", "1", "0", "--uchar")
        try await pictures.run("vips", "bandjoin_const", "b.v", "clear.png", "0")
        try await pictures.run("vips", "colourspace", "a.png", "grey.png", "grey16")
        try await pictures.run("vips", "colourspace", "a.png", "cmyk.jpg", "cmyk")

        try await fixture.workshop.prepare(pictures.file("clear.png")) { photo in
            let pixel = try await pictures.pixel(photo.large, 8, 8)
            #expect(pixel.allSatisfy { $0 > 250 }, "\(pixel)")
        }
        for (name, kind) in [("grey.png", "uchar, 1 band, b-w"), ("cmyk.jpg", "uchar, 3 bands, srgb")] {
            try await fixture.workshop.prepare(pictures.file(name)) { photo in
                let header = try await pictures.header(photo.large)
                #expect(header.contains(kind), "\(header)")
            }
        }
    }

    @Test func `the tools can be asked for their version, and missing ones are noticed`() async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }
        let version = try await fixture.workshop.toolVersion()
        #expect(version.hasPrefix("vips-"))

        let lost = PhotoWorkshop(workFolder: fixture.shelf.workFolder, toolFolder: "/nowhere")
        let error = await #expect(throws: PhotoError.self) { _ = try await lost.toolVersion() }
        guard case .toolMissing = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(.enabled(if: Samples.exist, "no ../shared/samples beside the clone"), arguments: Samples.all)
    func `real photos of phones become upright copies with their evidence`(sample: Samples.Photo) async throws {
        let fixture = try await WorkshopFixture()
        defer { fixture.pictures.remove() }

        try await fixture.workshop.prepare(Samples.folder.appending(path: sample.name)) { photo in
            #expect((photo.width, photo.height) == (sample.width, sample.height))
            let position = try #require(photo.position)
            #expect(abs(position.lat - sample.position.lat) < 1e-5)
            #expect(abs(position.lng - sample.position.lng) < 1e-5)
            #expect(photo.capturedAt == Date(rfc3339: sample.time))
            let header = try await fixture.pictures.header(photo.large)
            #expect(!header.contains("exif") && !header.contains("icc"))
        }
    }

    private func expectPothole(_ photo: PreparedPhoto, capturedAt: String?) throws {
        let position = try #require(photo.position)
        #expect(abs(position.lat - 41.806_514) < 1e-5)
        #expect(abs(position.lng - 123.432_439) < 1e-5)
        #expect(photo.capturedAt == Date(rfc3339: capturedAt ?? "2026-09-30T08:15:00+08:00"))
    }

    private func expectRedOnTheRight(_ copy: URL, _ pictures: Pictures) async throws {
        let red = try await pictures.pixel(copy, 48, 12)
        let blue = try await pictures.pixel(copy, 16, 12)
        #expect(red[0] > 200 && red[2] < 60, "\(red)")
        #expect(blue[2] > 200 && blue[0] < 60, "\(blue)")
    }
}
