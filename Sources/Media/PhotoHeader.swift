import Foundation
import Kernel

/// What `vipsheader -a` says about a photo, before any of its pixels was decoded.
struct PhotoHeader {
    let reader: String
    let width: Int
    let height: Int
    let pages: Int
    let isInterlaced: Bool
    /// How a HEIF file is compressed: `hevc`, `av1`, …
    let compression: String?
    let isSideways: Bool
    /// Whether the photo's colours mean something else than in sRGB, by a profile of its own (iPhones: Display P3).
    let hasColourProfile: Bool
    let capturedAt: Date?
    let position: Position?

    /// Reads lines of the form `name: value`.
    ///
    /// Texts in a photo may contain line breaks, and so pretend to be fields. What the limits depend on is therefore the
    /// largest of all claims; the rest is the camera's word anyway.
    ///
    /// - Throws: `PhotoError.damaged` when there is no size.
    init(report: String) throws(PhotoError) {
        var fields: [Substring: [Substring]] = [:]
        for line in report.split(whereSeparator: \.isNewline) {
            guard let colon = line.firstRange(of: ": ") else { continue }
            fields[line[..<colon.lowerBound], default: []].append(line[colon.upperBound...])
        }
        func largest(_ name: Substring) -> Int? { fields[name]?.compactMap { Int($0) }.max() }
        func exif(_ name: String) -> Substring? { fields[Substring("exif-\(name)")]?.first.map(Self.plain) }

        guard let width = largest("width"), let height = largest("height"), let reader = fields["vips-loader"]?.first
        else { throw .damaged }
        self.reader = String(reader)
        self.width = width
        self.height = height
        pages = largest("n-pages") ?? 1
        isInterlaced = (largest("interlaced") ?? 0) > 0 || (largest("jpeg-multiscan") ?? 0) > 0
        compression = fields["heif-compression"]?.first.map(String.init)
        isSideways = (5...8).contains(fields["orientation"]?.last.flatMap { Int($0) } ?? 1)
        let isColour = ["srgb", "rgb16"].contains(fields["interpretation"]?.first)
        hasColourProfile = isColour && fields["icc-profile-data"] != nil
        capturedAt = exif("ifd2-DateTimeOriginal").flatMap {
            ExifTime.read($0, offset: exif("ifd2-OffsetTimeOriginal"))
        }
        position = ExifPosition.read(
            latitude: exif("ifd3-GPSLatitude"), latitudeReference: exif("ifd3-GPSLatitudeRef"),
            longitude: exif("ifd3-GPSLongitude"), longitudeReference: exif("ifd3-GPSLongitudeRef"))
    }

    /// The value of a field of EXIF without the description behind it: `41/1 48/1 2345/100 (41, 48, 23.45, Rational, …)`.
    private static func plain(_ value: Substring) -> Substring {
        value.firstRange(of: " (").map { value[..<$0.lowerBound] } ?? value
    }

    /// Whether a photo of this size may be decoded.
    func check(_ limits: PhotoLimits, as format: PhotoFormat) throws(PhotoError) {
        guard reader == format.reader else { throw .damaged }
        if format == .heic, let compression, compression != "hevc" {
            throw .unsupported(kind: compression == "av1" ? "AVIF" : "HEIF")
        }
        guard pages == 1 else { throw .animated }
        guard width > 0, height > 0 else { throw .damaged }
        let most = isInterlaced ? limits.interlacedPixels : limits.pixels
        guard width <= limits.side, height <= limits.side, width * height <= most else {
            throw .tooManyPixels(width: width, height: height)
        }
    }
}
