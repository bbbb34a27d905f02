/// The beginning of a file, and what it says about the file's kind.
struct FileStart {
    let bytes: [UInt8]

    func has(_ expected: [UInt8], at offset: Int = 0) -> Bool {
        bytes.dropFirst(offset).starts(with: expected)
    }

    func has(_ text: String, at offset: Int = 0) -> Bool {
        has(Array(text.utf8), at: offset)
    }

    /// HEIC by its main brand, or by a compatible brand when the main one only says "some HEIF".
    var isHEIC: Bool {
        guard let main = brands.first, main != "avif", main != "avis" else { return false }
        if Self.heicBrands.contains(main) { return true }
        guard main == "mif1" || main == "msf1" else { return false }
        return !brands.contains("avif") || !Self.heicBrands.isDisjoint(with: brands)
    }

    /// The name people know this kind of file by, when it is one that people try to send.
    var foreignKind: String? {
        if let brand = brands.first {
            switch brand {
            case "avif", "avis", "mif1", "msf1": return "AVIF"
            case "qt  ": return "MOV"
            case "crx ": return "RAW"
            default: return "MP4"
            }
        }
        if has("RIFF"), has("AVI ", at: 8) { return "AVI" }
        if let (_, kind) = Self.signatures.first(where: { has($0.start) }) { return kind }
        return textKind
    }

    /// The main brand and the compatible ones of an ISO media file: its first box is `ftyp`.
    private var brands: [String] {
        guard bytes.count >= 12, has("ftyp", at: 4) else { return [] }
        let length = bytes[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let end = min(max(length, 12), bytes.count)
        let starts = [8] + stride(from: 16, through: end - 4, by: 4)
        return starts.map { String(decoding: bytes[$0..<($0 + 4)], as: UTF8.self) }
    }

    private var textKind: String? {
        let text = String(decoding: bytes, as: UTF8.self).lowercased()
        if text.contains("<svg") { return "SVG" }
        return text.contains("<html") || text.contains("<!doctype html") ? "HTML" : nil
    }

    private static let heicBrands: Set<String> = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]

    private static let signatures: [(start: [UInt8], kind: String)] = [
        (Array("GIF8".utf8), "GIF"),
        (Array("%PDF".utf8), "PDF"),
        (Array("II*\0".utf8), "TIFF"),
        (Array("MM\0*".utf8), "TIFF"),
        (Array("BM".utf8), "BMP"),
        (Array("8BPS".utf8), "PSD"),
        (Array("PK\u{3}\u{4}".utf8), "ZIP"),
        (Array("Rar!".utf8), "RAR"),
        ([0x1a, 0x45, 0xdf, 0xa3], "WebM"),
        ([0xff, 0x0a], "JPEG XL"),
        (Array("\0\0\0\u{c}JXL ".utf8), "JPEG XL"),
        (Array("\0\0\0\u{c}jP  ".utf8), "JPEG 2000"),
        ([0, 0, 1, 0], "ICO"),
        ([0x1f, 0x8b], "GZIP"),
        ([0xd0, 0xcf, 0x11, 0xe0], "Office"),
    ]
}
