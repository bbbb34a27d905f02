import Foundation
import Testing

@testable import Media

@Suite struct PhotoFormatTests {
    @Test(arguments: [
        ("heic", "mif1,heic", PhotoFormat.heic), ("heix", "", .heic), ("hevc", "", .heic), ("mif1", "heic", .heic),
        ("msf1", "hevc", .heic), ("mif1", "miaf", .heic),
    ])
    func `a HEIC is known by its brands`(main: String, others: String, format: PhotoFormat) throws {
        #expect(try PhotoFormat(start: brands(main, others)) == format)
    }

    @Test(arguments: [
        ("GIF89a", "GIF"), ("%PDF-1.7", "PDF"), ("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "SVG"),
        ("<?xml version=\"1.0\"?>\n<!-- hello --><svg/>", "SVG"), ("PK\u{3}\u{4}", "ZIP"), ("BM    ", "BMP"),
        ("II*\0", "TIFF"), ("MM\0*", "TIFF"), ("8BPS", "PSD"), ("<!DOCTYPE html>", "HTML"),
        ("RIFF\0\0\0\0AVI LIST", "AVI"), ("\0\0\0\u{c}JXL \r\n", "JPEG XL"),
    ])
    func `another kind of file is called by its name`(start: String, kind: String) {
        #expect(throws: PhotoError.unsupported(kind: kind)) { try PhotoFormat(start: Array(start.utf8)) }
    }

    @Test(arguments: [
        ("avif", "mif1", "AVIF"), ("mif1", "avif", "AVIF"), ("isom", "mp42", "MP4"), ("qt  ", "", "MOV"),
    ])
    func `another file in HEIC's container is called by its name`(main: String, others: String, kind: String) {
        #expect(throws: PhotoError.unsupported(kind: kind)) { try PhotoFormat(start: brands(main, others)) }
    }

    @Test(arguments: ["", "x", "\0\0\0\0", "hello, world", "RIFF", "ftyp", "    ftyphei", "RIFF    WAVEfmt "])
    func `anything else isn't a photo`(start: String) {
        #expect(throws: PhotoError.notAPhoto) { try PhotoFormat(start: Array(start.utf8)) }
    }

    private func brands(_ main: String, _ others: String) -> [UInt8] {
        let text = main + "\0\0\0\0" + others.replacing(",", with: "")
        return [0, 0, 0, UInt8(8 + text.utf8.count)] + Array("ftyp\(text)mdat".utf8)
    }
}
