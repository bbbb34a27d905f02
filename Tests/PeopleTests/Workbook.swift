import Foundation

/// A small .xlsx, byte by byte: a pack of XML without compression.
struct Workbook {
    /// Each with a name, whether it is hidden, and its rows as they stand in the XML.
    var sheets: [(name: String, isHidden: Bool, rows: String)] = []

    var bytes: Data {
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        let kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let names = sheets.enumerated().map { index, sheet in
            "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" r:id=\"r\(index + 1)\""
                + (sheet.isHidden ? " state=\"hidden\"/>" : "/>")
        }
        let targets = sheets.indices.map {
            "<Relationship Id=\"r\($0 + 1)\" Type=\"\(relations)/worksheet\" Target=\"worksheets/sheet\($0 + 1).xml\"/>"
        }
        var files = [
            (
                "[Content_Types].xml",
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                    + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(kinds).sheet.main+xml\"/></Types>"
            ),
            (
                "xl/workbook.xml",
                "<workbook xmlns=\"\(main)\" xmlns:r=\"\(relations)\"><sheets>\(names.joined())</sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                    + targets.joined() + "</Relationships>"
            ),
        ]
        for (index, sheet) in sheets.enumerated() {
            files.append(
                (
                    "xl/worksheets/sheet\(index + 1).xml",
                    "<worksheet xmlns=\"\(main)\"><sheetData>\(sheet.rows)</sheetData></worksheet>"
                ))
        }
        return Self.zip(files)
    }

    /// A line of texts; of numbers where they are given as such.
    static func row(_ number: Int, _ cells: [String]) -> String {
        let columns = Swift.zip("ABCDEFGH", cells).filter { !$1.isEmpty }.map { column, cell in
            cell.hasPrefix("=")
                ? "<c r=\"\(column)\(number)\"><v>\(cell.dropFirst())</v></c>"
                : "<c r=\"\(column)\(number)\" t=\"inlineStr\"><is><t>\(cell)</t></is></c>"
        }
        return "<row r=\"\(number)\">\(columns.joined())</row>"
    }

    static func zip(_ files: [(name: String, text: String)]) -> Data {
        var data = Data()
        var directory = Data()
        for (name, text) in files {
            let bytes = Array(text.utf8)
            var header = Data()
            header.add(UInt16(20), UInt16(0), UInt16(0), UInt16(0), UInt16(0x21))
            header.add(crc(bytes), UInt32(bytes.count), UInt32(bytes.count))
            header.add(UInt16(name.utf8.count), UInt16(0))
            directory += Data("PK\u{1}\u{2}".utf8)
            directory.add(UInt16(20))
            directory += header
            directory.add(UInt16(0), UInt16(0), UInt16(0))
            directory.add(UInt32(0), UInt32(data.count))
            directory += Data(name.utf8)
            data += Data("PK\u{3}\u{4}".utf8) + header + Data(name.utf8) + bytes
        }
        let start = data.count
        data += directory + Data("PK\u{5}\u{6}".utf8)
        data.add(UInt16(0), UInt16(0), UInt16(files.count), UInt16(files.count))
        data.add(UInt32(directory.count), UInt32(start))
        data.add(UInt16(0))
        return data
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = sum & 1 == 1
                sum >>= 1
                if isOdd { sum ^= 0xedb8_8320 }
            }
        }
        return ~sum
    }
}

extension Data {
    fileprivate mutating func add<Number: FixedWidthInteger>(_ numbers: Number...) {
        for number in numbers {
            Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
        }
    }
}
