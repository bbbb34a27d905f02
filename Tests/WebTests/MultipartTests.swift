import Foundation
import Hummingbird
import Kernel
import NIOCore
import TestSupport
import Testing

@testable import Web

/// A form with files, byte by byte as browsers send it (RFC 7578).
struct MultipartTests {
    /// A body, and what it says: the fields, and for each file its name, its type and its bytes.
    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let body: String
        var values: [String: [String]] = [:]
        var files: [[String]] = []
    }

    private static let examples = [
        Example(
            testDescription: "one field",
            body: "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--xyz--\r\n", values: ["a": ["1"]]),
        Example(
            testDescription: "fields with the same name, an empty one, line breaks and other scripts",
            body: part("a", "1") + part("a", "") + part("b", "一\r\n二 𠮷\n") + "--xyz--",
            values: ["a": ["1", ""], "b": ["一\r\n二 𠮷\n"]]),
        Example(
            testDescription: "a file with line breaks and what almost is a boundary",
            body: file("photo", "a.jpg", "\r\n--xy\r\n--xyY\r\r\n\r\n--\r\n-\r\n") + "--xyz--\r\n",
            files: [["a.jpg", "image/jpeg", "\r\n--xy\r\n--xyY\r\r\n\r\n--\r\n-\r\n"]]),
        Example(
            testDescription: "files beside fields, one of them without bytes",
            body: part("a", "1") + file("photo", "a.jpg", "AAAA") + part("b", "2") + file("photo", "b.jpg", "")
                + "--xyz--\r\n",
            values: ["a": ["1"], "b": ["2"]], files: [["a.jpg", "image/jpeg", "AAAA"], ["b.jpg", "image/jpeg", ""]]),
        Example(
            testDescription: "a file field that was left empty",
            body: file("photo", "", "") + file("photo", "b.jpg", "B") + "--xyz--\r\n",
            files: [["b.jpg", "image/jpeg", "B"]]),
        Example(
            testDescription: "a file named in Chinese, with a quote, a semicolon and a backslash",
            body: file("photo", #"照片 \"1\"; name=x;C:\b.jpg"#, "A") + "--xyz--\r\n",
            files: [[#"照片 "1"; name=x;C:\b.jpg"#, "image/jpeg", "A"]]),
        Example(
            testDescription: "text before the first boundary and after the last",
            body: "This is a form.\r\n--xy\r\n" + part("a", "1") + "--xyz--\r\nfarewell\r\n--xyz\r\nnot read",
            values: ["a": ["1"]]),
        Example(
            testDescription: "headers in another order and case, with tabs",
            body:
                "--xyz\r\ncontent-type:\ttext/plain\r\nCONTENT-DISPOSITION:form-data;name=a ; x=\"y\"\r\nX-Y: z\r\n\r\n1"
                + "\r\n--xyz--",
            values: ["a": ["1"]]),
        Example(testDescription: "nothing", body: "--xyz--\r\n"),
    ]

    @Test(arguments: examples)
    func `a form says the same however the network cuts it into pieces`(example: Example) async throws {
        let bytes = Array(example.body.utf8)
        // In two pieces cut at every place, and in many pieces of every small size.
        let cuts =
            (0..<bytes.count).map { [Array(bytes[..<$0]), Array(bytes[$0...])] } + (1...9).map { pieces(bytes, of: $0) }
        for cut in cuts {
            let parts = try await read(cut)
            try #require(parts.values == example.values, "\(cut.map(\.count))")
            let files = try parts.files.map { upload in
                [upload.fileName, upload.contentType, try String(contentsOf: upload.file, encoding: .utf8)]
            }
            try #require(files == example.files, "\(cut.map(\.count))")
            try #require(parts.files.allSatisfy { !$0.isTooLarge && $0.field == "photo" })
        }
    }

    @Test func `a form that ends too early is refused wherever it ends`() async throws {
        let whole = Array((Self.part("a", "1") + Self.file("photo", "a.jpg", "AA\r\n") + "--xyz--").utf8)
        #expect(try await read(whole, piecesOf: 7).files.count == 1)
        for length in 0..<whole.count {
            await #expect(throws: MalformedBody.self, "\(length)") {
                try await read(Array(whole[..<length]), piecesOf: 7)
            }
        }
    }

    @Test(arguments: [
        ("no form at all", "hello"),
        ("another boundary", "--abc\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--abc--"),
        ("a part without headers", "--xyz\r\n\r\n1\r\n--xyz--"),
        ("a part without a name", "--xyz\r\nContent-Type: a\r\n\r\n1\r\n--xyz--"),
        ("an empty name", part("", "1") + "--xyz--"),
        ("a long name", part(String(repeating: "n", count: 65), "1") + "--xyz--"),
        ("a header without a colon", "--xyz\r\nContent-Disposition\r\n\r\n1\r\n--xyz--"),
        ("text after a boundary", "--xyz!\r\n\r\n--xyz--"),
        ("a zero byte", part("a", "1\u{0}") + "--xyz--"),
        ("a flood of headers", "--xyz\r\n" + String(repeating: "X-A: b\r\n", count: 3000) + "\r\n1\r\n--xyz--"),
        ("a header without an end", "--xyz\r\nX: " + String(repeating: "x", count: 40_000)),
        ("a thousand parts with one name", String(repeating: part("a", "1"), count: 1000) + "--xyz--"),
        ("a thousand empty files", String(repeating: file("photo", "", ""), count: 1000) + "--xyz--"),
    ])
    func `a form that isn't one is refused`(what: String, body: String) async {
        for size in [100, 1000, 1_000_000] {
            let error = await #expect(throws: MalformedBody.self, "\(what), in pieces of \(size)") {
                try await read(Array(body.utf8), piecesOf: size)
            }
            #expect(error?.problem.status == 400)
        }
    }

    @Test func `a field that isn't UTF-8 is refused`() async {
        let bytes = Array(Self.part("a", "?").utf8).map { $0 == UInt8(ascii: "?") ? 0xff : $0 } + Array("--xyz--".utf8)
        await #expect(throws: MalformedBody.self) { try await read(bytes, piecesOf: 10) }
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=" + String(repeating: "b", count: 71), "multipart/form-data; charset=utf-8",
    ])
    func `a form that doesn't say where its parts end is refused`(type: String) {
        #expect(throws: MalformedBody.self) { try MultipartReader(contentType: type, limits: limits()) }
    }

    @Test(arguments: [
        "multipart/form-data; boundary=xyz", "Multipart/Form-Data; charset=utf-8; Boundary=\"xyz\"",
        "multipart/form-data;boundary=xyz ; a=b",
    ])
    func `the boundary is found however it is written`(type: String) async throws {
        let body = Array((Self.part("a", "1") + "--xyz--").utf8)
        let parts = try await MultipartReader(contentType: type, limits: limits()).read(
            RequestBody(buffer: ByteBuffer(bytes: body)))
        #expect(parts.values == ["a": ["1"]])
    }

    @Test(arguments: [1, 7, 100_000])
    func `a file that is too large is marked, and the rest of the form is read`(size: Int) async throws {
        var limits = try limits()
        limits.fileBytes = 10
        let body =
            Self.part("a", "1") + Self.file("photo", "fits.jpg", "0123456789")
            + Self.file("photo", "large.jpg", "0123456789A")
            + Self.part("b", "2") + "--xyz--"
        let parts = try await read(Array(body.utf8), piecesOf: size, limits: limits)
        #expect(parts.values == ["a": ["1"], "b": ["2"]])
        #expect(parts.files.map(\.isTooLarge) == [false, true])
        #expect(parts.files.map(\.size) == [10, 10])
        #expect(try Data(contentsOf: parts.files[1].file).count == 10, "no more than allowed is on the disk")
    }

    @Test func `too many files are a problem of their field`() async throws {
        var limits = try limits()
        limits.files = 2
        let two = (1...2).map { Self.file("photo", "\($0).jpg", "A") }.joined() + Self.file("photo", "", "")
        #expect(try await read(Array((two + "--xyz--").utf8), piecesOf: 50, limits: limits).files.count == 2)
        let three = two + Self.file("photo", "3.jpg", "A") + "--xyz--"
        let error = await #expect(throws: InvalidFields.self) {
            try await read(Array(three.utf8), piecesOf: 50, limits: limits)
        }
        #expect(error == InvalidFields("photo", "too-many-files", details: ["limit": "2"]))
    }

    @Test func `a field or a body beyond its limit is too large`() async throws {
        var limits = try limits()
        limits.fieldBytes = 100
        let fits = Self.part("a", String(repeating: "a", count: 100)) + "--xyz--"
        #expect(try await read(Array(fits.utf8), piecesOf: 33, limits: limits).values["a"]?[0].count == 100)
        let long = Self.part("a", String(repeating: "a", count: 101)) + "--xyz--"
        await #expect(throws: NIOTooManyBytesError.self) {
            try await read(Array(long.utf8), piecesOf: 33, limits: limits)
        }
        limits.fileBytes = 10
        limits.files = 1
        let flood = Self.file("photo", "a.jpg", String(repeating: "a", count: limits.bodyBytes)) + "--xyz--"
        await #expect(throws: NIOTooManyBytesError.self) {
            try await read(Array(flood.utf8), piecesOf: 65_536, limits: limits)
        }
    }

    @Test func `files go away with their form, also when it is refused`() async throws {
        let limits = try limits()
        let body = Self.file("photo", "a.jpg", "AAAA") + "--xyz--"
        do {
            let parts = try await read(Array(body.utf8), piecesOf: 10, limits: limits)
            #expect(FileManager.default.fileExists(atPath: parts.files[0].file.path))
            let folder = try #require(parts.folder)
            let access = try FileManager.default.attributesOfItem(atPath: folder.url.path)[.posixPermissions]
            #expect(access as? Int == 0o700)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: limits.folder.path).isEmpty)
        _ = try? await read(Array(body.utf8.dropLast(9)), piecesOf: 10, limits: limits)
        #expect(try FileManager.default.contentsOfDirectory(atPath: limits.folder.path).isEmpty)
    }

    private static func part(_ name: String, _ value: String) -> String {
        "--xyz\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    private static func file(_ name: String, _ fileName: String, _ bytes: String) -> String {
        "--xyz\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(fileName)\"\r\n"
            + "Content-Type: image/jpeg\r\n\r\n\(bytes)\r\n"
    }

    private func limits() throws -> UploadLimits { UploadLimits(folder: try temporaryFolder()) }

    private func pieces(_ bytes: [UInt8], of size: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
    }

    private func read(
        _ bytes: [UInt8], piecesOf size: Int, limits: UploadLimits? = nil
    ) async throws -> MultipartReader.Parts {
        try await read(pieces(bytes, of: size), limits: limits)
    }

    private func read(_ pieces: [[UInt8]], limits: UploadLimits? = nil) async throws -> MultipartReader.Parts {
        let (stream, source) = AsyncStream<ByteBuffer>.makeStream()
        for piece in pieces { source.yield(ByteBuffer(bytes: piece)) }
        source.finish()
        return try await MultipartReader(
            contentType: "multipart/form-data; boundary=xyz", limits: try limits ?? self.limits()
        ).read(RequestBody(asyncSequence: stream))
    }
}
