import Foundation
import Hummingbird

/// The description of the JSON API (OpenAPI 3.1), put together from the parts that each module keeps in
/// `API/openapi.json`. A test compares its paths with the routes.
package struct OpenAPI: Sendable {
    package let document: Data

    package init(_ modules: [Bundle]) throws {
        var whole: [String: Any] = [:]
        for bundle in [Bundle.module] + modules {
            let file = bundle.bundleURL.appending(path: "API/openapi.json")
            guard FileManager.default.fileExists(atPath: file.path) else { continue }
            let part = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
            whole = Self.merged(whole, part)
        }
        Self.addCommonAnswers(to: &whole)
        document = try JSONSerialization.data(withJSONObject: whole, options: [.sortedKeys, .withoutEscapingSlashes])
    }

    package func addRoutes(to routes: Routes) {
        routes.get("api/v1/openapi.json", .open) { [document] _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(bytes: document)))
        }
    }

    /// Gives each operation of the API the answers that all of them have in common: Web's own part keeps them once, under
    /// `x-answers`. What an operation says itself wins.
    private static func addCommonAnswers(to whole: inout [String: Any]) {
        let common = whole.removeValue(forKey: "x-answers") as? [String: Any] ?? [:]
        let all = common["all"] as? [String: Any] ?? [:]
        let withBody = common["withBody"] as? [String: Any] ?? [:]
        var paths = whole["paths"] as? [String: [String: Any]] ?? [:]
        for (path, item) in paths where path.hasPrefix("/api/") {
            for (method, value) in item {
                guard var operation = value as? [String: Any], let own = operation["responses"] as? [String: Any] else {
                    continue
                }
                let shared = operation["requestBody"] == nil ? all : all.merging(withBody) { $1 }
                operation["responses"] = shared.merging(own) { $1 }
                paths[path]?[method] = operation
            }
        }
        whole["paths"] = paths
    }

    private static func merged(_ left: [String: Any], _ right: [String: Any]) -> [String: Any] {
        left.merging(right) { old, new in
            if let old = old as? [String: Any], let new = new as? [String: Any] { return merged(old, new) }
            return new
        }
    }
}
