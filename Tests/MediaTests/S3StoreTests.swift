import Foundation
import HTTPTypes
import Kernel
import Synchronization
import Testing

@testable import Media

@Suite(.timeLimit(.minutes(30))) struct S3StoreTests {
    private let s3 = FakeS3()
    private let photo = Data("photo".utf8)

    @Test func `what was kept comes back, and can be removed twice`() async throws {
        try await s3.run { [photo] store in
            try await store.put([
                StoredContent(key: "ab/x", content: photo), StoredContent(key: "cd/y", content: Data()),
            ])
            #expect(try await store.get("ab/x") == photo)
            #expect(try await store.get("cd/y") == Data())
            for _ in 0..<2 { try await store.delete(["ab/x", "cd/y"]) }
            await #expect(throws: ShelfError.notFound) { try await store.get("ab/x") }
        }
    }

    @Test func `a listing goes on until it has told all`() async throws {
        try await s3.run(pageSize: 2) { [photo] store in
            let keys = (1...5).map { "ab/\($0)" }
            try await store.put(keys.map { StoredContent(key: $0, content: photo) })
            var seen: [StoredObject] = []
            try await store.eachPage { seen += $0 }
            #expect(seen.map(\.key) == keys)
            #expect(seen.allSatisfy { $0.size == 5 && $0.modifiedAt == Date(timeIntervalSince1970: 1_795_248_000) })
        }
        #expect(s3.requests.count { $0.hasPrefix("GET") } == 3)
    }

    @Test(arguments: ["PUT", "GET", "DELETE"])
    func `a store that stumbles is asked again`(method: String) async throws {
        try await s3.run { [s3, photo] store in
            try await store.put(photo, at: "ab/x")
            s3.fail(method, .status(.internalServerError))
            s3.fail(method, .status(.tooManyRequests))
            try await store.put(photo, at: "ab/x")
            #expect(try await store.get("ab/x") == photo)
            try await store.delete(["ab/x"])
        }
        #expect(s3.requests.count { $0.hasPrefix(method) } == (method == "PUT" ? 4 : 3))
    }

    @Test func `three tries are enough`() async throws {
        try await s3.run { [s3, photo] store in
            s3.fail("PUT", .status(.serviceUnavailable), times: 9)
            await #expect(throws: ShelfError.unreachable("HTTP 503")) { try await store.put(photo, at: "ab/x") }
        }
        #expect(s3.requests.count == 3)
    }

    @Test func `a refusal isn't asked again`() async throws {
        try await s3.run { [s3, photo] store in
            s3.fail("PUT", .status(.forbidden))
            let error = await #expect(throws: ShelfError.self) { try await store.put(photo, at: "ab/x") }
            guard case .failed(let words) = error else { return #expect(Bool(false), "\(error as Any)") }
            #expect(words.contains("refuses"))
        }
        #expect(s3.requests.count == 1)
    }

    @Test func `a connection cut in the middle is tried again`() async throws {
        try await s3.run { [s3, photo] store in
            try await store.put(photo, at: "ab/x")
            s3.fail("GET", .cut, times: 2)
            #expect(try await store.get("ab/x") == photo)
        }
        #expect(s3.requests.count { $0.hasPrefix("GET") } == 3)
    }

    @Test func `what comes back wrong is asked for once more, and never given out`() async throws {
        try await s3.run { [s3, photo] store in
            try await store.put(photo, at: "ab/x")
            s3.fail("GET", .damage)
            #expect(try await store.get("ab/x") == photo)
            s3.fail("GET", .damage, times: 2)
            await #expect(throws: ShelfError.damaged("ab/x")) { try await store.get("ab/x") }
            // A store that keeps nothing beside an object still says its MD5.
            s3.state.withLock { $0.hashes = [:] }
            s3.fail("GET", .damage, times: 2)
            await #expect(throws: ShelfError.damaged("ab/x")) { try await store.get("ab/x") }
            #expect(try await store.get("ab/x") == photo)
        }
    }

    @Test func `a store that doesn't answer in time is out of reach`() async throws {
        var patience = S3Patience.testing
        patience.whole = .milliseconds(300)
        try await s3.run(patience) { [s3, photo] store in
            s3.fail("", .waits(.seconds(3)), times: 9)
            for call in ["put", "get", "delete", "page"] {
                let error = await #expect(throws: ShelfError.self) {
                    switch call {
                    case "put": try await store.put(photo, at: "ab/x")
                    case "get": _ = try await store.get("ab/x")
                    case "delete": try await store.delete(["ab/x"])
                    default: _ = try await store.page(after: nil)
                    }
                }
                #expect(error?.problem.name == "photo-storage-unreachable" && error?.problem.retryAfter != nil)
            }
        }
    }

    @Test func `where nobody listens is out of reach`() async throws {
        // Port 1 is nobody's.
        let store = S3Store(try S3Address("s3://a:b@127.0.0.1:1/photos?tls=false"), patience: .testing) { Date() }
        let error = await #expect(throws: ShelfError.self) { try await store.put(photo, at: "ab/x") }
        #expect(error?.problem.status == 503)
        await #expect(throws: ShelfError.self) { try await store.probe() }
        await store.close()
    }

    @Test func `a listing that can't be read is no empty one`() async throws {
        try await s3.run { [s3] store in
            for text in [
                "<html></html>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
                "<ListBucketResult><Contents><Key>city/x</Key></Contents></ListBucketResult>",
            ] {
                s3.fail("GET", .says(text))
                await #expect(throws: ShelfError.self, "\(text)") { try await store.page(after: nil) }
            }
        }
    }
}

/// Objects above 8 MiB.
@Suite(.timeLimit(.minutes(30))) struct S3PartsTests {
    private let s3 = FakeS3()
    private let large = (0..<17).reduce(Data()) { $0 + Data(repeating: $1, count: 1 << 20) }

    @Test func `a large object goes in parts and comes back whole`() async throws {
        try await s3.run { [large] store in
            try await store.put(large, at: "ab/x")
            #expect(try await store.get("ab/x") == large)
        }
        #expect(s3.requests.count { $0.contains("partNumber") } == 3)
        #expect(s3.uploads.isEmpty)
    }

    @Test func `a part is repeated by itself; where beginning or ending fails, all is done anew, once`() async throws {
        try await s3.run { [s3, large] store in
            s3.fail("PUT", .status(.badGateway), times: 2)
            try await store.put(large, at: "ab/x")
            for (line, path) in [
                ("POST /photos/city/ab/y?uploads", "ab/y"), ("POST /photos/city/ab/z?uploadId", "ab/z"),
            ] {
                s3.fail(line, .status(.internalServerError))
                try await store.put(large, at: path)
                #expect(s3.requests.count { $0.hasPrefix(line) } == 2)
                #expect(try await store.get(path) == large)
            }
            for (line, path) in [
                ("POST /photos/city/ab/v?uploads", "ab/v"), ("POST /photos/city/ab/w?uploadId", "ab/w"),
            ] {
                s3.fail(line, .status(.internalServerError), times: 2)
                await #expect(throws: ShelfError.unreachable("HTTP 500")) { try await store.put(large, at: path) }
                #expect(s3.requests.count { $0.hasPrefix(line) } == 2)
            }
        }
        #expect(Set(s3.objects.keys) == ["ab/x", "ab/y", "ab/z"])
    }

    @Test(arguments: [
        ("PUT", FakeS3.Fault.status(.forbidden)),
        ("POST /photos/city/ab/x?uploadId", .says("<Error><Code>InternalError</Code></Error>")),
    ])
    func `what fails leaves neither an object nor parts`(start: String, fault: FakeS3.Fault) async throws {
        try await s3.run { [s3, large] store in
            s3.fail(start, fault, times: 2)
            await #expect(throws: ShelfError.self) { try await store.put(large, at: "ab/x") }
            // The store is told in passing.
            while !s3.uploads.isEmpty {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        #expect(s3.objects.isEmpty && s3.uploads.isEmpty)
    }
}
