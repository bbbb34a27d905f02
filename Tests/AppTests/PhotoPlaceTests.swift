import Cases
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Media
import NIOCore
import People
import Storage
import TestSupport
import Testing
import Web

@testable import App

/// Photos in a bucket: how the settings name it, and what people see while it can't be reached.
@Suite struct PhotoPlaceTests {
    @Test func `the settings name a bucket, with its keys in the address or apart`() async throws {
        for settings in [
            ["photos.url": "s3://a:b@127.0.0.1:1/photos?tls=false"],
            ["photos.url": "s3://127.0.0.1:1/photos?tls=false", "photos.access.key": "a", "photos.secret.key": "b"],
        ] {
            let place = try PhotoPlace(await Settings(flags: settings, environment: [:]))
            let address = try S3Address("s3://a:b@127.0.0.1:1/photos?tls=false")
            #expect(place == .bucket(address))
        }
        let plain = try PhotoPlace(await Settings(flags: [:], environment: [:]))
        #expect(plain == .folder)
        for address in ["s3://127.0.0.1/photos", "https://a:SECRET@127.0.0.1/photos", "s3://a:SECRET@127.0.0.1"] {
            let error = try await #require(throws: SettingsError.self) {
                try await Settings(flags: ["photos.url": address], environment: [:])
            }
            #expect(error.description.hasPrefix("photos.url: ") && !error.description.contains("SECRET"))
        }
    }

    /// A city whose photos are in a bucket at a port where nobody listens.
    private func city() async throws -> TestCity {
        try await TestCity(flags: ["photos.url": "s3://a:b@127.0.0.1:1/photos?tls=false"])
    }

    @Test(arguments: [("zh-Hans", "没能保存：现在连不上照片存储"), ("en", "could not be stored: the photo storage")])
    func `a report whose photo can't be stored is shown again with all else`(
        language: String, words: String
    ) async throws {
        let city = try await city()
        let earlier = try await city.waitingPhoto(of: .zhangWei)
        try await city.run { client in
            let browser = try await Browser(client, .zhangWei)
            let cookie = try await client.cookie(of: .zhangWei) ?? ""
            let token = browser.token(in: try await client.http.page("/reports/new", cookie: cookie))
            let fields = [
                "formToken": token, "id": client.newKey(), "category": "0104", "description": "后厨有老鼠", "address": "文艺路",
                "identity": "named", "photoId": earlier.text,
            ]
            let parts = fields.map { "Content-Disposition: form-data; name=\"\($0)\"\r\n\r\n\($1)" }
            var body = Data(parts.map { "--xyz\r\n\($0)\r\n" }.joined().utf8)
            for name in ["一.jpg", "二.jpg"] {
                body += Data(
                    "--xyz\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"\(name)\"\r\n\r\n".utf8)
                body += try Pictures.jpeg(3) + Data("\r\n".utf8)
            }
            let answer = try await client.http.execute(
                uri: "/reports", method: .post,
                headers: [
                    .cookie: cookie, .accept: "text/html",
                    .acceptLanguage: language, .contentType: "multipart/form-data; boundary=xyz",
                ], body: ByteBuffer(bytes: body + Data("--xyz--\r\n".utf8)))
            #expect(answer.status == .serviceUnavailable, "\(answer.status)")
            #expect(answer.headers[.retryAfter] == "30")
            #expect(answer.text.contains(words) && answer.text.contains("一.jpg") && answer.text.contains("二.jpg"))
            #expect(answer.text.contains("后厨有老鼠") && answer.text.contains("value=\"文艺路\""))
            #expect(answer.text.contains("data-photo-id=\"\(earlier)\""), "the other photo is still there")
        }
        #expect(try await city.count("SELECT COUNT(*) FROM matter") == 0)
        #expect(try await city.count("SELECT COUNT(*) FROM photo") == 1)
    }

    @Test func `programs are told to come again, and all else works`() async throws {
        let city = try await city()
        let photo = try await city.waitingPhoto(of: .zhangWei)
        try await city.run { client in
            let refused = try await client.send(client.draft(), photos: [Pictures.jpeg(4)])
            #expect(refused.status == .serviceUnavailable && refused.headers[.retryAfter] == "30")
            #expect(try refused.json()["type"] as? String == "/problems/photo-storage-unreachable")
            let shown = try await client.get("/photos/\(photo)/small", as: .zhangWei)
            #expect(shown.status == .serviceUnavailable && shown.headers[.retryAfter] == "30")
            let hidden = try await client.get("/photos/\(photo)/small", as: .liuYang)
            #expect(hidden.status == .notFound)

            let ready = try await client.http.execute(uri: "/readyz", method: .get)
            let told = try ready.json()["photos"] as? String
            #expect(ready.status == .ok && told == "unreachable")
            let id = try await client.report()
            #expect(try await client.page("/reports/\(id)", as: .zhangWei).status == .ok)
        }
    }
}

extension TestCity {
    /// A photo that was taken in while the bucket still answered.
    fileprivate func waitingPhoto(of someone: Someone) async throws -> ID<Photo> {
        let photo = Photo(
            id: ID(product.services.makeName()), account: try person(someone).id, format: "jpeg", byteCount: 1,
            originalHash: Data(repeating: 1, count: 32), width: 1, height: 1, createdAt: clock.now,
            evidence: Photo.Evidence())
        try await product.services.database.write { db in try PhotoStore(db).insert(photo) }
        return photo.id
    }
}
