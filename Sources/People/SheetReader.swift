import Children
import Directory
import Foundation
import Kernel
import Logging
import SystemPackage
import Web

/// Reads the riders of a file: CSV in this process, .xlsx by `xlsx2csv` in a bounded child, for it is a pack of XML that
/// can be made to grow without end.
package struct SheetReader: Sendable {
    private let gate = Gate(width: 2, longestLine: 16, refusal: SheetFault.busy)
    private let child: BoundedChild
    private let program: FilePath
    private static let disk = BlockingQueue("sheets")

    package init(program: String = "/usr/bin/xlsx2csv") {
        self.program = FilePath(program)
        child = BoundedChild(
            // 2,000 riders take 0.3 s and 60 MB of addresses.
            limits: ChildLimits(
                addressSpace: 512 << 20, cpuSeconds: 10, wallClock: .seconds(30), fileBytes: 0, outputBytes: 8 << 20,
                complaintBytes: 1 << 20),
            environment: ["PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1"])
    }

    /// The version of the reader; for checking at start that it can be run. Throws a `ChildError`.
    package func version() async throws -> String {
        let end = try await child.run(program, ["--version"], in: "/")
        guard end.code == 0 else { throw ChildError.missing(end.complaints) }
        return String(decoding: end.printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The rows of the file as they would be copied out of a spreadsheet, each on the line that it has there. Throws a
    /// ``SheetFault``.
    func text(of upload: Upload) async throws -> String {
        guard !upload.isTooLarge else { throw SheetFault.tooLarge }
        switch try await Self.disk.run({ try SheetFile(Data(contentsOf: upload.file)) }) {
        case .text(let text): return text
        case .workbook:
            let printed = try await gate.pass { try await convert(upload.file) }
            return try await Self.disk.run { try Self.firstRows(printed) }
        }
    }

    private func convert(_ file: URL) async throws -> Data {
        do {
            let end = try await child.run(
                program,
                [
                    "--all", "--exclude_hidden_sheets", "--sheetdelimiter", "\\f", "--ignore-formats", "float", "--",
                    file.lastPathComponent,
                ],
                in: FilePath(file.deletingLastPathComponent().path))
            if end.complaints.contains("MemoryError") { throw SheetFault.tooMuch }
            guard end.code == 0 else { throw SheetFault.damaged }
            return end.printed
        } catch let error as ChildError {
            if case .missing(let words) = error {
                Self.logger.error("no sheet can be read", metadata: ["reason": "\(words)"])
                throw SheetFault.readerMissing
            }
            throw SheetFault.tooMuch
        }
    }

    /// The first sheet with something in it. Before each stands a form feed, which no cell can hold, and a line with its name.
    static func firstRows(_ printed: Data) throws(SheetFault) -> String {
        for sheet in printed.split(separator: 0x0c) {
            // Columns that were coloured to their end are a million lines of commas.
            let cells = sheet.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
            guard let last = cells.lastIndex(where: { !",\r\n".utf8.contains($0) }) else { continue }
            guard let lines = try? CSVTable.lines(Data(cells[...last])) else { throw .damaged }
            var rows = lines.map { $0.values.map(Self.cell) }
            while rows.last?.allSatisfy(\.isEmpty) == true { rows.removeLast() }
            guard !rows.isEmpty else { continue }
            // With a tab in it, it can't be taken for CSV.
            let text = rows.map { $0.joined(separator: "\t") }.joined(separator: "\n") + "\t"
            guard text.utf8.count <= SheetFile.textLimit else { throw .tooMuch }
            return text
        }
        throw .empty
    }

    /// A cell on one line; numbers with all their digits: some programs write a phone as 1.3812345678E10.
    private static func cell(_ value: String) -> String {
        if value.contains(where: { ".eE".contains($0) }), value.wholeMatch(of: EnrolmentSheet.number) != nil,
            let number = Double(value), 1e6..<1e15 ~= number, number.rounded() == number
        {
            return String(Int(number))
        }
        return value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static let logger = Logger(label: "nuanxin.sheets")
}
