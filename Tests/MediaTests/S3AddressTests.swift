import Foundation
import Testing

@testable import Media

struct S3AddressTests {
    @Test func `an address says everything`() throws {
        let address = try S3Address(
            "s3://AK:sec%2Fret%2B%3D@store.example:9000/photos/city/a?region=cn-north-1&tls=false")
        #expect(address.keys == S3Keys(access: "AK", secret: "sec/ret+="))
        #expect(address.host == "store.example" && address.port == 9000)
        #expect(address.bucket == "photos" && address.prefix == "city/a/")
        #expect(address.region == "cn-north-1" && !address.usesTLS)
        #expect(address.origin == "http://store.example:9000")
        #expect(address.name == "s3://store.example:9000/photos/city/a/")
    }

    @Test func `what is left out is what is usual`() throws {
        let address = try S3Address("s3://s3.example/photos", accessKey: "AK", secretKey: "s/e+c")
        #expect(address.keys == S3Keys(access: "AK", secret: "s/e+c"))
        #expect(address.prefix.isEmpty && address.region == "us-east-1" && address.usesTLS)
        #expect(address.hostAndPort == "s3.example")
        #expect(try S3Address("s3://a:b@s3.example:443/photos").hostAndPort == "s3.example")
        #expect(try S3Address("s3://a:b@s3.example:443/photos?tls=false").hostAndPort == "s3.example:443")
        #expect(try S3Address("s3://a:b@[::1]:9000/photos?tls=false").hostAndPort == "[::1]:9000")
    }

    @Test(arguments: [
        ("http://a:SECRET@host/bucket", "s3://"), ("s3://a:SECRET@host", "no bucket"),
        ("s3://a:SECRET@host/", "no bucket"), ("s3:///bucket", "no host"),
        ("s3://host/bucket", "keys? (is|are) needed"),
        ("s3://a@host/bucket", "secret key"), ("s3://a:SE/CRET@host/bucket", "%2F|host|secret"),
        ("s3://a:SECRET@host/bucket?tls=perhaps", "true or false"), ("s3://a:SECRET@host/bucket?secure=no", "secure"),
        ("s3://a:SECRET@host/bucket/../other", "can't go up"), ("s3://a:SEC#RET@host/bucket", "%23|%2F|host|key"),
        ("s3://a:SEC RET@host:x/bucket", "percent|host|key"),
    ])
    func `a mistake is said plainly, and no key with it`(text: String, words: String) throws {
        let error = try #require(throws: S3AddressError.self) { try S3Address(text) }
        #expect(try error.description.contains(Regex(words)), "\(error)")
        #expect(!error.description.contains("SEC") && !error.description.contains("CRET"))
    }

    @Test func `it never shows its keys`() throws {
        let address = try S3Address("s3://ACCESS:SECRET@host/bucket")
        var dumped = ""
        dump(address, to: &dumped)
        for text in [
            "\(address)", String(reflecting: address), dumped,
            S3Store(address, patience: .serving) { .distantPast }.name,
        ] {
            #expect(!text.contains("ACCESS") && !text.contains("SECRET"), "\(text)")
        }
    }
}
