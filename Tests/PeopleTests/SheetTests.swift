import Children
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing

@testable import People
@testable import Web

/// The files in which sites keep their riders.
struct SheetTests {
    // MARK: What a file is

    @Test(arguments: [
        Data("手机号,姓名\n".utf8), Data("\u{feff}手机号,姓名\n".utf8),
        Data([0xff, 0xfe] + "手机号,姓名\n".utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }),
        // GBK
        Data([0xca, 0xd6, 0xbb, 0xfa, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb, 0x0a]),
    ])
    func `a text is read in whichever of its usual codes it was saved`(bytes: Data) throws {
        #expect(try SheetFile(bytes) == .text("手机号,姓名\n"))
    }

    private static let refused: [(Data, SheetFault)] = [
        (Data([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1] + [UInt8](repeating: 0, count: 600)), .oldWorkbook),
        (
            Data(
                [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]
                    + "EncryptedPackage".utf8.flatMap { [$0, 0] }), .lockedWorkbook
        ),
        (
            Data("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">".utf8),
            .oldWorkbook
        ),
        (Data("\r\n<HTML><table>".utf8), .oldWorkbook),
        (Data("PK\u{3}\u{4}....xl/workbook.bin".utf8), .oldWorkbook),
        (Data("PK\u{3}\u{4}....word/document.xml".utf8), .notASheet),
        (Data("%PDF-1.7\n".utf8) + Data([0, 1, 2, 255]), .notASheet),
        (Data([0xff, 0xd8, 0xff, 0xe0, 0, 0x10]), .notASheet),
        (Data(repeating: UInt8(ascii: "1"), count: SheetFile.textLimit + 1), .tooMuch),
    ]

    @Test(arguments: refused)
    func `what can't be read is told by its bytes, with what to do about it`(bytes: Data, fault: SheetFault) {
        #expect(throws: fault) { try SheetFile(bytes) }
    }

    // MARK: What is in a workbook

    private func read(_ bytes: Data, _ reader: SheetReader = SheetReader()) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sheet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "0")
        try bytes.write(to: file)
        return try await reader.text(
            of: Upload(
                field: "file", fileName: "骑手.xlsx", contentType: "", file: file, size: bytes.count,
                isTooLarge: bytes.count > SheetFile.limit))
    }

    @Test
    func `a workbook's first sheet with something in it is read, each row on its own line, numbers with all digits`()
        async throws
    {
        let rows =
            Workbook.row(1, ["示例站骑手名单"])
            + Workbook.row(3, ["姓名", "手机号码（必填）*", "平台"])
            + Workbook.row(4, ["徐师傅", "=13812345678", "美团"])
            + Workbook.row(6, ["李,\n\"师傅\"", "=1.3912345678E10"])
            + "<row r=\"7\"><c r=\"A7\"><f>A4</f><v>9</v></c><c r=\"B7\"><v>13712345678.0</v></c></row>"
            + Workbook.row(9, ["", ""])
        let book = Workbook(sheets: [
            ("选项", true, Workbook.row(1, ["不读"])), ("空的", false, Workbook.row(2, [""])), ("骑手", false, rows),
            ("别的", false, Workbook.row(1, ["不读"])),
        ])
        let text = try await read(book.bytes)
        #expect(
            text.split(separator: "\n", omittingEmptySubsequences: false).map {
                $0.split(separator: "\t", omittingEmptySubsequences: true).joined(separator: "|")
            } == [
                "示例站骑手名单", "", "姓名|手机号码（必填）*|平台", "徐师傅|13812345678|美团", "", "李, \"师傅\"|13912345678",
                "9|13712345678",
            ])
        let sheet = EnrolmentSheet(text, platformNames: ["美团": .meituan])
        #expect(sheet.faults == [])
        #expect(sheet.people.map(\.phone.digits) == ["13812345678", "13912345678", "13712345678"])
        #expect(sheet.people.map(\.profile.name) == ["徐师傅", "李, \"师傅\"", "9"])
    }

    @Test func `a sheet of one column is read, and a phone that lost its digits is named`() async throws {
        let text = try await read(Workbook(sheets: [("a", false, Workbook.row(1, ["=13812345678"]))]).bytes)
        #expect(EnrolmentSheet(text, platformNames: [:]).people.map(\.phone.digits) == ["13812345678"])
        let rounded = EnrolmentSheet("手机号,姓名\n1.38E+10,徐\n", platformNames: [:])
        #expect(rounded.faults.map(\.problem.name) == ["phone-in-scientific"])
    }

    @Test
    func `broken, empty and boundless workbooks are refused with words, and so is all when the reader is missing`()
        async throws
    {
        let whole = Workbook(sheets: [("a", false, Workbook.row(1, ["13812345678"]))]).bytes
        let endless = "<row r=\"1000000000\"><c r=\"A1000000000\"><v>1</v></c></row>"
        let laughs =
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">"
            + (0..<12).map {
                "<!ENTITY \($0 == 11 ? "z" : "b\($0)") \"\(String(repeating: $0 == 0 ? "&a;" : "&b\($0 - 1);", count: 10))\">"
            }
            .joined() + "]><Types>&z;</Types>"
        let examples: [(Data, SheetFault)] = [
            (whole.dropLast(30), .damaged), (whole.prefix(200), .damaged), (Workbook().bytes, .empty),
            (Workbook.zip([("xl/workbook.xml", "<x")]), .damaged),
            (Workbook.zip([("[Content_Types].xml", laughs), ("xl/", "")]), .damaged),
            (Workbook(sheets: [("a", false, endless)]).bytes, .tooMuch),
            (Workbook(sheets: [("a", false, "<row r=\"1\"><c r=\"ZZZZZZ1\"><v>1</v></c></row>")]).bytes, .tooMuch),
            (whole + Data(count: SheetFile.limit), .tooLarge),
        ]
        for (index, (bytes, fault)) in examples.enumerated() {
            await #expect(throws: fault, "\(index)") { try await read(bytes) }
        }
        let lost = SheetReader(program: "/nowhere/xlsx2csv")
        await #expect(throws: SheetFault.readerMissing) { try await read(whole, lost) }
        await #expect(throws: ChildError.self) { try await lost.version() }
    }

    // MARK: On the page

    @Test func `a file with a mistake comes back as text to be mended, and a good one is taken`() async throws {
        let (city, keeper) = try await TestCity.withKeeper()
        try await city.run { client in
            let token = try await client.formToken(keeper)
            let head = Workbook.row(1, ["手机号", "姓名"])
            let wrong = head + Workbook.row(2, ["=13812345678", "徐师傅"]) + Workbook.row(4, ["1381234", "李&lt;b&gt;"])
            let refused = try await client.send(
                Workbook(sheets: [("a", false, wrong)]).bytes, with: token, keeper)
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("有 1 处不对") && refused.text.contains("第 4 行，手机号："))
            #expect(refused.text.contains("13812345678\t徐师傅") && refused.text.contains("1381234\t李&lt;b&gt;"))
            #expect(try await city.count("SELECT COUNT(*) FROM enrolment") == 0)

            let broken = try await client.send(Data("PK\u{3}\u{4}xl/".utf8), with: token, keeper)
            #expect(broken.status == .unprocessableContent && broken.text.contains("id=\"file-error\""))
            let right = head + Workbook.row(2, ["=1.3812345678E10", "徐师傅"])
            let taken = try await client.send(Workbook(sheets: [("a", false, right)]).bytes, with: token, keeper)
            #expect(taken.headers[.location] == "/work/enrolments?done=enrolled")
            #expect(try await city.count("SELECT COUNT(*) FROM enrolment") == 1)
        }
    }
}

extension TestClientProtocol {
    fileprivate func send(_ file: Data, with token: String, _ jar: Jar) async throws -> TestResponse {
        let body =
            Data(
                """
                --xyz\r\nContent-Disposition: form-data; name="formToken"\r\n\r\n\(token)\r
                --xyz\r\nContent-Disposition: form-data; name="sheet"\r\n\r\n\r
                --xyz\r\nContent-Disposition: form-data; name="file"; filename="骑手.xlsx"\r
                Content-Type: application/octet-stream\r\n\r\n
                """.utf8) + file + Data("\r\n--xyz--\r\n".utf8)
        return try await execute(
            uri: "/work/enrolments", method: .post,
            headers: [
                .accept: "text/html", .acceptLanguage: "zh-Hans", .contentType: "multipart/form-data; boundary=xyz",
                .cookie: jar.header ?? "",
            ], body: ByteBuffer(bytes: body))
    }
}
