import Foundation
import Testing

@testable import Media

/// The examples of "Signature Calculations for the Authorization Header" in the reference of Amazon S3's API: the keys,
/// requests and signatures that AWS published.
struct S3SignerTests {
    private static let host = "examplebucket.s3.amazonaws.com"
    private let signer = S3Signer(
        keys: S3Keys(access: "AKIAIOSFODNN7EXAMPLE", secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        region: "us-east-1")
    /// 24 May 2013, 00:00:00 GMT.
    private let time = Date(timeIntervalSince1970: 1_369_353_600)

    struct Example: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: S3Request
        let signedHeaders: String
        let signature: String
    }

    static let examples = [
        Example(
            testDescription: "GET object",
            request: S3Request(method: "GET", path: "/test.txt", headers: ["Range": "bytes=0-9"]),
            signedHeaders: "host;range;x-amz-content-sha256;x-amz-date",
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Example(
            testDescription: "PUT object",
            request: S3Request(
                method: "PUT", path: "/test$file.text",
                headers: ["Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"],
                body: Data("Welcome to Amazon S3.".utf8)),
            signedHeaders: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Example(
            testDescription: "GET bucket lifecycle",
            request: S3Request(method: "GET", path: "/", query: ["lifecycle": ""]),
            signedHeaders: "host;x-amz-content-sha256;x-amz-date",
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Example(
            testDescription: "GET bucket (list objects)",
            request: S3Request(method: "GET", path: "/", query: ["max-keys": "2", "prefix": "J"]),
            signedHeaders: "host;x-amz-content-sha256;x-amz-date",
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    @Test(arguments: examples) func `AWS's own examples get AWS's own signatures`(example: Example) {
        let headers = signer.signed(example.request, host: Self.host, at: time)
        #expect(
            headers.first { $0.name == "authorization" }?.value
                == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=\(example.signedHeaders),Signature=\(example.signature)")
        #expect(headers.first { $0.name == "x-amz-date" }?.value == "20130524T000000Z")
    }

    @Test func `paths and queries are encoded byte by byte, and queries sorted by their names`() {
        let request = S3Request(
            method: "GET", path: "/photos/沈阳/a b+c.large", query: ["prefix-2": "x", "prefix": "a/b=", "b": ""])
        #expect(request.encodedPath == "/photos/%E6%B2%88%E9%98%B3/a%20b%2Bc.large")
        #expect(request.encodedQuery == "b=&prefix=a%2Fb%3D&prefix-2=x")
    }

    @Test func `anything else in the request gives another signature`() {
        let request = Self.examples[1].request
        func signature(_ request: S3Request, secret: String = "s", region: String = "r") -> String? {
            S3Signer(keys: S3Keys(access: "a", secret: secret), region: region)
                .signed(request, host: Self.host, at: time).last?.value.split(separator: "=").last.map(String.init)
        }
        var others: [S3Request] = []
        for change: (inout S3Request) -> Void in [
            { $0.method = "GET" }, { $0.path += "x" }, { $0.query["a"] = "b" }, { $0.headers["date"] = "today" },
            { $0.body.append(1) },
        ] {
            var other = request
            change(&other)
            others.append(other)
        }
        let all = [signature(request), signature(request, secret: "t"), signature(request, region: "q")]
        #expect(Set(all + others.map { signature($0) }).count == 8)
    }
}
