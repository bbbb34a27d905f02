import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestSupport
import Testing
import Web

@testable import App

/// The pages as an application on a phone.
@Suite struct InstallTests {
    @Test func `the worker is asked for anew each time, and all that it keeps is there`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let worker = try await client.page("/sw.js")
            #expect(worker.status == .ok && worker.headers[.cacheControl] == "no-cache")
            #expect(worker.headers[.contentType]?.hasPrefix("text/javascript") ?? false)
            #expect(worker.headers[.contentSecurityPolicy]?.contains("worker-src 'self'") ?? false)
            let tag = try #require(worker.headers[.eTag])
            let again = try await client.http.execute(uri: "/sw.js", method: .get, headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)

            let assets = try #require(worker.text.firstMatch(of: /const assets = "([0-9a-f]+)";/)?.1)
            let scripts = try #require(worker.text.firstMatch(of: /const scripts = \[(.*)\];/)?.1)
            let names = scripts.matches(of: /"([a-z]+)"/).map { String($0.1) }
            #expect(names.count > 8)
            let front = try await client.page("/")
            #expect(front.text.contains("/js/app.js?v=\(assets)"), "what the pages ask for is what is kept")
            for path in names.map({ "/js/\($0).js" }) + ["/offline", "/offline/report", "/offline/unsent", "/app.css"] {
                #expect(try await client.page("\(path)?v=\(assets)").status == .ok, "\(path)")
            }
            // Whatever the form and the list load of ours is among it, but for the map.
            let texts = try names.map { name in
                try String(contentsOf: city.product.root.url.appending(path: "Public/js/\(name).js"), encoding: .utf8)
            }
            let loaded = texts.flatMap { $0.matches(of: /import\(`\.\/([a-z]+)\.js/).map { String($0.1) } }
            #expect(Set(loaded).subtracting(names) == ["map"])
        }
    }

    @Test(arguments: Language.allCases)
    func `it can be installed, with a name in the reader's language and icons that are there`(
        _ language: Language
    ) async throws {
        let city = try await TestCity()
        try await city.run { client in
            let answer = try await client.http.execute(
                uri: "/manifest.webmanifest", method: .get, headers: [.acceptLanguage: language.rawValue])
            #expect(answer.headers[.contentType]?.hasPrefix("application/manifest+json") ?? false)
            let manifest = try answer.json()
            #expect(manifest["lang"] as? String == language.rawValue)
            #expect(manifest["short_name"] as? String == (language == .en ? "Nuanxin" : "暖新"))
            #expect(manifest["start_url"] as? String == "/" && manifest["display"] as? String == "standalone")
            let icons = try #require(manifest["icons"] as? [[String: String]])
            #expect(Set(icons.compactMap { $0["purpose"] }) == ["any", "maskable"])
            for icon in icons {
                let file = try await client.page(icon["src"] ?? "")
                #expect(file.status == .ok && file.headers[.contentType] == icon["type"], "\(icon)")
            }
            let front = try await client.page("/")
            #expect(front.text.contains("rel=\"manifest\"") && front.text.contains("apple-touch-icon"))
        }
    }
}
