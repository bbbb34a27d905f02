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
        document = try JSONSerialization.data(withJSONObject: whole, options: [.sortedKeys, .withoutEscapingSlashes])
    }

    package func addRoutes(to router: Router<AppContext>) {
        router.get("api/v1/openapi.json") { [document] _, _ in
            Response(
                status: .ok, headers: [.contentType: "application/json"],
                body: .init(byteBuffer: ByteBuffer(bytes: document)))
        }
    }

    private static func merged(_ left: [String: Any], _ right: [String: Any]) -> [String: Any] {
        left.merging(right) { old, new in
            if let old = old as? [String: Any], let new = new as? [String: Any] { return merged(old, new) }
            return new
        }
    }
}
