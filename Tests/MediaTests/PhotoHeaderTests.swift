import Foundation
import Kernel
import Testing

@testable import Media

@Suite struct PhotoHeaderTests {
    @Test func `position and time are read to the last digit`() throws {
        let header = try PhotoHeader(
            report: """
                photo: 3024x4032 uchar, 3 bands, srgb, heifload
                width: 3024
                height: 4032
                vips-loader: heifload
                exif-ifd2-DateTimeOriginal: 2019:08:21 11:21:36 (2019:08:21 11:21:36, ASCII, 20 components, 20 bytes)
                exif-ifd2-OffsetTimeOriginal: +01:00 (+01:00, ASCII, 7 components, 7 bytes)
                exif-ifd3-GPSLatitudeRef: N (N, ASCII, 2 components, 2 bytes)
                exif-ifd3-GPSLatitude: 38/1 41/1 5834/100 (38, 41, 58.34, Rational, 3 components, 24 bytes)
                exif-ifd3-GPSLongitudeRef: W (W, ASCII, 2 components, 2 bytes)
                exif-ifd3-GPSLongitude: 9/1 12/1 2789/100 ( 9, 12, 27.89, Rational, 3 components, 24 bytes)
                n-pages: 1
                """)
        let position = try #require(header.position)
        #expect(abs(position.lat - 38.699_539) < 1e-6)
        #expect(abs(position.lng - -9.207_747) < 1e-6)
        #expect(header.capturedAt == Date(rfc3339: "2019-08-21T10:21:36Z"))
        #expect(header.pages == 1)
    }

    @Test func `a text that pretends to be fields can't make a photo small or still`() throws {
        let header = try PhotoHeader(
            report: """
                width: 9000
                height: 9000
                vips-loader: webpload
                exif-ifd2-UserComment: hello
                width: 1
                n-pages: 1
                n-pages: 30
                """)
        #expect(throws: PhotoError.animated) { try header.check(PhotoLimits(), as: .webp) }
        #expect(header.width == 9000)
    }

    @Test(arguments: [
        (9000, 5000, false, true), (16_384, 3000, false, true), (16_385, 2, false, false), (10_000, 5001, false, false),
        (5000, 5000, true, true), (5001, 5000, true, false), (0, 5, false, false),
    ])
    func `the limits of size hold`(width: Int, height: Int, isInterlaced: Bool, isFine: Bool) throws {
        let header = try PhotoHeader(
            report: """
                width: \(width)
                height: \(height)
                vips-loader: jpegload
                jpeg-multiscan: \(isInterlaced ? 1 : 0)
                """)
        let passed: Void? = try? header.check(PhotoLimits(), as: .jpeg)
        #expect((passed != nil) == isFine)
    }

    @Test(arguments: [
        ("2026:09:30 08:15:00", "+08:00", "2026-09-30T00:15:00Z"), ("2026:09:30 08:15:00", "Z", "2026-09-30T08:15:00Z"),
        ("2026:09:30 08:15:00", nil, "2026-09-30T00:15:00Z"), ("2026:09:30 08:15:00", "  ", "2026-09-30T00:15:00Z"),
        ("0000:00:00 00:00:00", nil, nil), ("    :  :     :  :  ", nil, nil), ("2026:13:30 08:15:00", nil, nil),
        ("", nil, nil), ("yesterday", nil, nil),
    ])
    func `a camera's time counts with its offset, or as Shanghai's`(text: String, offset: String?, instant: String?) {
        let time = ExifTime.read(Substring(text), offset: offset.map { Substring($0) })
        #expect(time == instant.flatMap(Date.init(rfc3339:)))
    }

    @Test(arguments: [
        ("41/1 48/1 0/0", "N"), ("91/1 0/1 0/1", "N"), ("-41/1 0/1 0/1", "N"), ("41/1", "X"), ("", "N"), ("nan/1", "N"),
        ("41", "N"),
    ])
    func `what isn't a place is no position`(latitude: String, reference: String) {
        let position = ExifPosition.read(
            latitude: Substring(latitude), latitudeReference: Substring(reference), longitude: "123/1 0/1 0/1",
            longitudeReference: "E")
        #expect(position == nil)
    }

    @Test func `zero degrees everywhere means unknown`() {
        let position = ExifPosition.read(
            latitude: "0/1 0/1 0/1", latitudeReference: "N", longitude: "0/1 0/1 0/1", longitudeReference: "E")
        #expect(position == nil)
    }
}
