import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing
import Web

@testable import App

/// How the style, the scripts and the icons are sent.
struct PackedFilesTests {
    @Test func `a browser that can unpack gets the packed file, and others the file itself`() async throws {
        try await serve { client, _ in
            let packed = try await client.app(["gzip, br", "br;q=1, gzip;q=0.5"])
            for answer in packed {
                #expect(answer.status == .ok && answer.text == "packed")
                #expect(answer.headers[.contentEncoding] == "gzip" && answer.headers[.contentLength] == "6")
                #expect(answer.headers[.contentType]?.hasPrefix("text/css") ?? false)
            }
            let plain = try await client.app(["", "br", "gzip;q=0"])
            for answer in plain {
                #expect(answer.status == .ok && answer.text == Self.style && answer.headers[.contentEncoding] == nil)
            }
            #expect((packed + plain).allSatisfy { $0.headers[.vary] == "Accept-Encoding" })
            #expect(Set(packed.map { $0.headers[.eTag] }).isDisjoint(with: plain.map { $0.headers[.eTag] }))
            let head = try await client.execute(uri: "/app.css", method: .head, headers: [.acceptEncoding: "gzip"])
            #expect(head.text == "" && head.headers[.contentEncoding] == "gzip" && head.headers[.contentLength] == "6")
            let part = try await client.execute(
                uri: "/app.css", method: .get, headers: [.acceptEncoding: "gzip", .range: "bytes=0-3"])
            #expect(part.status == .partialContent && part.text == "body" && part.headers[.contentEncoding] == nil)
        }
    }

    @Test func `what a browser has is sent again only in the other form`() async throws {
        try await serve { client, _ in
            func asked(_ encoding: String, _ tag: String?) async throws -> TestResponse {
                var headers: HTTPFields = [.acceptEncoding: encoding]
                headers[.ifNoneMatch] = tag
                return try await client.execute(uri: "/app.css", method: .get, headers: headers)
            }
            let packed = try await asked("gzip", nil).headers[.eTag]
            let plain = try await asked("br", nil).headers[.eTag]
            #expect(packed != nil && plain != nil)
            let same = try await asked("gzip", packed)
            #expect(same.status == .notModified && same.headers[.eTag] == packed && same.text.isEmpty)
            #expect(try await asked("gzip", "\"other\", \(packed ?? "")").status == .notModified)
            #expect(try await asked("br", plain).status == .notModified)
            #expect(try await asked("gzip", plain).text == "packed")
            #expect(try await asked("br", packed).text == Self.style)
        }
    }

    @Test func `an edited file is sent as it is, and one that was never packed too`() async throws {
        try await serve { client, root in
            try Data("changed".utf8).write(to: root.url.appending(path: "Public/app.css"))
            for path in ["/app.css", "/plain.css"] {
                let answer = try await client.execute(uri: path, method: .get, headers: [.acceptEncoding: "gzip"])
                #expect(answer.status == .ok && answer.headers[.contentEncoding] == nil, "\(path)")
                #expect(answer.text == (path == "/app.css" ? "changed" : "plain"))
            }
        }
    }

    private static let style = "body { color: black }"

    private func serve(
        _ test: @escaping @Sendable (any TestClientProtocol, Root) async throws -> Void
    ) async throws {
        let folder = try temporaryFolder()
        for name in ["Data", "Public", ".setup/gzip"] {
            try FileManager.default.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true)
        }
        func write(_ text: String, _ path: String) throws {
            try Data(text.utf8).write(to: folder.appending(path: path))
        }
        try write("{}", "Data/policy.json")
        try write(Self.style, "Public/app.css")
        try write("plain", "Public/plain.css")
        let digest = SHA256.hash(data: Data(Self.style.utf8)).description.suffix(64)
        try write("packed", ".setup/gzip/\(digest).gz")
        let root = try Root(named: folder.path)
        let router = Router(context: AppContext.self)
        router.add(middleware: PackedFiles(root))
        router.add(middleware: FileMiddleware(root.publicFolders[0].path, searchForIndexHtml: false))
        try await Application(responder: router.buildResponder()).test(.router) { client in
            try await test(client, root)
        }
    }
}

extension TestClientProtocol {
    /// The style as it comes for each `Accept-Encoding`.
    fileprivate func app(_ encodings: [String]) async throws -> [TestResponse] {
        var answers: [TestResponse] = []
        for encoding in encodings {
            answers.append(
                try await execute(uri: "/app.css", method: .get, headers: [.acceptEncoding: encoding]))
        }
        return answers
    }
}
