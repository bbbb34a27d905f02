import Foundation
import Hummingbird
import HummingbirdTesting
import TestSupport
import Testing
import Web

@testable import App

@Suite struct DescriptionTests {
    @Test func `the description has every address of the API, and no other`() async throws {
        let city = try await TestCity()
        let served = Set(
            try city.product.router().routes.filter { $0.method != .head }
                .map { "\($0.method) \(Self.plain($0.path.description))" }.filter { Self.isOfTheAPI($0) })
        let described = Set(city.description.operations.map { "\($0.method) \(Self.plain($0.path))" })
        #expect(served.subtracting(described).sorted() == [])
        #expect(described.subtracting(served).sorted() == [])
    }

    @Test func `every operation has a name of its own and says what can go wrong`() async throws {
        let operations = try await TestCity().description.operations
        let ids = operations.compactMap(\.id)
        #expect(ids.count == operations.count)
        #expect(Set(ids).count == ids.count)
        for operation in operations where operation.path.hasPrefix("/api/") {
            let refusals = operation.responses.keys.filter { $0.hasPrefix("4") }
            #expect(!refusals.isEmpty, "\(operation.method) \(operation.path)")
            if !operation.isOpen { #expect(refusals.contains("401"), "\(operation.method) \(operation.path)") }
        }
    }

    @Test func `every reference leads somewhere, and nothing stands there for nobody`() async throws {
        let city = try await TestCity()
        let data = try OpenAPI(Nuanxin.bundles).document
        let text = String(decoding: data, as: UTF8.self)
        let used = Set(text.matches(of: /"\$ref":"#\/components\/([A-Za-z]+\/[A-Za-z]+)"/).map { String($0.1) })
        let components = city.description.document["components"] as? [String: [String: Any]] ?? [:]
        let there = Set(components.flatMap { kind, parts in parts.keys.map { "\(kind)/\($0)" } })
        #expect(used.subtracting(there).sorted() == [])
        #expect(there.subtracting(used).filter { !$0.hasPrefix("securitySchemes") }.sorted() == [])
    }

    @Test func `the examples are like what they are examples of`() async throws {
        let description = try await TestCity().description
        let schemas = (description.document["components"] as? [String: [String: Any]])?["schemas"] ?? [:]
        for (name, schema) in schemas {
            guard let schema = schema as? [String: Any], let example = schema["example"] else { continue }
            #expect(description.faults(in: example, schema, at: name) == [])
        }
    }

    /// The server answers with the document as it is put together.
    @Test func `the document is served to everybody`() async throws {
        let city = try await TestCity()
        try await city.run { client in
            let answer = try await client.get("/openapi.json")
            #expect(answer.status == .ok)
            #expect(try answer.json()["openapi"] as? String == "3.1.0")
            #expect(try answer.json()["x-answers"] == nil)
        }
    }

    private static func plain(_ path: String) -> String {
        "/"
            + path.split(separator: "/").map { $0.hasPrefix(":") || $0.hasPrefix("{") ? "{}" : $0 }.joined(
                separator: "/")
    }

    private static func isOfTheAPI(_ route: String) -> Bool {
        let path = route.drop { $0 != "/" }
        return path.hasPrefix("/api/") || ["/healthz", "/readyz", "/metrics"].contains(path)
    }
}
