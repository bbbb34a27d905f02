import Foundation
import Kernel
import Testing

/// What two photos are told to be alike by.
struct PictureFingerprintTests {
    @Test func `a picture is like itself in other light, and unlike its mirror image`() throws {
        let greys = (0..<72).map { UInt8(40 + ($0 * 37) % 100) }
        let picture = try #require(PictureFingerprint(pgm: Self.pgm(greys)))
        let brighter = try #require(PictureFingerprint(pgm: Self.pgm(greys.map { $0 + 60 })))
        let mirrored = (0..<8).flatMap { row in greys[(row * 9)..<(row * 9 + 9)].reversed() }
        #expect(picture == brighter)
        #expect(try !picture.isLike(#require(PictureFingerprint(pgm: Self.pgm(mirrored)))))
    }

    @Test func `ten bits of difference are alike, eleven aren't`() {
        let picture = PictureFingerprint(bits: 0)
        #expect(picture.isLike(PictureFingerprint(bits: (1 << 10) - 1)))
        #expect(!picture.isLike(PictureFingerprint(bits: (1 << 11) - 1)))
    }

    @Test func `a black photo is like no other`() {
        #expect(PictureFingerprint(pgm: Self.pgm(Array(repeating: 3, count: 72))) == nil)
    }

    @Test(arguments: ["P5\n9 8\n65535\n", "P6\n9 8\n255\n", "P5\n8 9\n255\n", ""])
    func `what isn't such a picture has none`(header: String) {
        #expect(PictureFingerprint(pgm: Data(header.utf8) + Data((0..<72).map { UInt8($0) })) == nil)
    }

    @Test func `a file that was cut off has none`() {
        #expect(PictureFingerprint(pgm: Self.pgm((0..<71).map { UInt8($0) })) == nil)
    }

    /// As `vips` writes it.
    private static func pgm(_ greys: [UInt8]) -> Data {
        Data("P5\n#vips2ppm - 2026-11-23T10:00:00.000Z\n9 8\n255\n".utf8) + Data(greys)
    }
}
