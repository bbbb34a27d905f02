/// A kind of picture that is taken, told by its first bytes and never by its name.
package enum PhotoFormat: String, Sendable, Hashable, CaseIterable, Codable {
    case jpeg, png, webp, heic

    package var mediaType: String { "image/\(rawValue)" }

    /// The reader in libvips that must have read such a file.
    var reader: String {
        switch self {
        case .jpeg: "jpegload"
        case .png: "pngload"
        case .webp: "webpload"
        case .heic: "heifload"
        }
    }

    /// How many bytes of a file's beginning tell its kind.
    static let tellingBytes = 1024

    /// Tells a photo's format by the beginning of its file.
    ///
    /// - Throws: `PhotoError.unsupported` for other known kinds of files, `PhotoError.notAPhoto` for everything else.
    init(start: [UInt8]) throws(PhotoError) {
        let start = FileStart(bytes: start)
        if start.has([0xff, 0xd8, 0xff]) {
            self = .jpeg
        } else if start.has([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
            self = .png
        } else if start.has("RIFF"), start.has("WEBP", at: 8) {
            self = .webp
        } else if start.isHEIC {
            self = .heic
        } else if let kind = start.foreignKind {
            throw .unsupported(kind: kind)
        } else {
            throw .notAPhoto
        }
    }
}
