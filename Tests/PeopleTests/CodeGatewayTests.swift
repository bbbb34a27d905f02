import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Storage
import TestSupport
import Testing
import Web

@testable import People

struct CodeGatewayTests {
    private let phone = "13812345678"

    @Test func `the demo shows the code in the page and to programs`() async throws {
        let gateway = DemoGateway()
        let city = try await TestCity(gateway: gateway)
        try await city.run { [phone] client in
            let jar = Jar()
            _ = try await client.submit("/sign-in", ["phone": phone], jar)
            let page = try await client.page("/sign-in", jar)
            let shown = try #require(page.text.firstMatch(of: /data-demo-code.*?(\d{6})/)?.1)
            #expect(page.text.contains("演示"))
            #expect(try await client.submit("/sign-in", ["code": String(shown)], jar).status == .seeOther)
            city.clock.advance(by: 61)
            let answer = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#).json()
            #expect((answer["demoCode"] as? String)?.count == 6)
        }
    }

    @Test func `without a way to send codes nobody is asked to wait for one`() async throws {
        let city = try await TestCity(gateway: NoGateway())
        try await city.run { [phone] client in
            let answer = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
            #expect(answer.status == .serviceUnavailable)
            #expect(try await client.submit("/sign-in", ["phone": phone]).status == .serviceUnavailable)
        }
        #expect(try await city.count("SELECT COUNT(*) FROM sign_in_code") == 0)
    }

    @Test func `a message goes into a file of its own`() async throws {
        let folder = try temporaryFolder().appending(path: "sinks")
        let city = try await TestCity(gateway: SinkGateway(folder: folder))
        try await city.run { [phone] client in
            let sent = try await client.api(.post, "session/code", json: #"{"phone": "\#(phone)"}"#)
            #expect(sent.status == .accepted)
            #expect(try sent.json()["demoCode"] == nil)
            let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            let file = try #require(files.first)
            #expect(files.count == 1)
            let content = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: String] ?? [:]
            #expect(content["to"] == "+86\(phone)")
            let code = try #require(content["code"])
            let entered = try await client.api(.post, "session", json: #"{"phone": "\#(phone)", "code": "\#(code)"}"#)
            #expect(entered.status == .ok)
        }
    }
}
