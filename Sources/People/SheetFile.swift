import Foundation
import Kernel

/// Why a file with riders can't be read. The raw values are the names of the words for it.
enum SheetFault: String, Error, CaseIterable {
    /// An .xls or .xlsb, or a page that was given such a name: to be saved as .xlsx.
    case oldWorkbook = "old-workbook"
    /// Sealed with a password.
    case lockedWorkbook = "locked-workbook"
    case notASheet = "not-a-sheet"
    case damaged = "damaged-workbook"
    case tooLarge = "sheet-file-too-large"
    /// More in it than a site's riders.
    case tooMuch = "sheet-holds-too-much"
    case empty = "empty-workbook"
    /// Others are being read.
    case busy = "sheets-busy"
    /// The reader isn't installed: the operator's fault.
    case readerMissing = "sheet-reader-missing"

    var isOfTheServer: Bool { self == .busy || self == .readerMissing }
}

/// What a file with riders is, by its bytes: names of files say too little.
enum SheetFile: Hashable {
    case workbook
    case text(String)

    /// Bytes that one file may have.
    static let limit = 5 << 20
    /// Bytes of text that a form can send back.
    static let textLimit = 1 << 20

    init(_ bytes: Data) throws(SheetFault) {
        if bytes.starts(with: Array("PK\u{3}\u{4}".utf8)) {
            // The names of a ZIP's files stand in it as they are.
            if bytes.range(of: Data("xl/workbook.bin".utf8)) != nil { throw .oldWorkbook }
            guard bytes.range(of: Data("xl/".utf8)) != nil else { throw .notASheet }
            self = .workbook
        } else if bytes.starts(with: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]) {
            // What has a password lies in the old kind of file.
            let name = Data("EncryptedPackage".utf16.flatMap { [UInt8($0), 0] })
            throw bytes.range(of: name) != nil ? .lockedWorkbook : .oldWorkbook
        } else {
            guard let text = Self.text(bytes) else { throw .notASheet }
            if Self.isMarkup(text) { throw .oldWorkbook }
            guard text.utf8.count <= Self.textLimit else { throw .tooMuch }
            self = .text(text)
        }
    }

    /// UTF-8, UTF-16 with its mark, or GB 18030, with GBK and GB 2312 in it; `nil` when it isn't text.
    private static func text(_ bytes: Data) -> String? {
        let text: String? =
            if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
                String(data: bytes, encoding: .utf16)
            } else {
                String(validating: bytes, as: UTF8.self) ?? String(data: bytes, encoding: .gb18030)
            }
        guard let text,
            !text.unicodeScalars.contains(where: { $0.value < 0x20 && !"\t\r\n".unicodeScalars.contains($0) })
        else { return nil }
        return text.hasPrefix("\u{feff}") ? String(text.dropFirst()) : text
    }

    /// "Excel 2003 XML", and the tables of HTML that many systems hand out as .xls.
    private static func isMarkup(_ text: String) -> Bool {
        let start = text.prefix(1024).lowercased().drop(while: \.isWhitespace)
        return start.hasPrefix("<") || start.contains("schemas-microsoft-com:office:excel")
    }
}

extension String.Encoding {
    /// `kCFStringEncodingGB_18030_2000`, as Foundation numbers the encodings that it has no name for.
    fileprivate static let gb18030 = String.Encoding(rawValue: 0x8000_0632)
}
