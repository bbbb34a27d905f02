import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import TestSupport
import Testing

@testable import App
@testable import Open311

/// Asks by GeoReport as nobody in particular, in both forms at once, and holds each answer against the specification.
struct GeoReportClient: Sendable {
    let http: any TestClientProtocol
    var language = "zh-Hans"

    private static let lists: Set<String> = [
        "services", "attributes", "values", "service_requests", "endpoints", "formats", "errors",
    ]

    /// The answer as JSON; the XML says the same.
    @discardableResult
    func get(
        _ path: String, _ schema: [String: Any], _ query: String = "", expecting status: HTTPResponse.Status = .ok,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> Any {
        let headers: HTTPFields = [.acceptLanguage: language]
        let json = try await http.execute(uri: "/open311/v2/\(path).json\(query)", method: .get, headers: headers)
        let xml = try await http.execute(uri: "/open311/v2/\(path).xml\(query)", method: .get, headers: headers)
        #expect(json.status == status && xml.status == status, "\(json.text)", sourceLocation: location)
        #expect(json.headers[.contentType] == "application/json; charset=utf-8", sourceLocation: location)
        #expect(xml.headers[.contentType] == "text/xml; charset=utf-8", sourceLocation: location)
        #expect(json.headers[.accessControlAllowOrigin] == "*", sourceLocation: location)
        let kind = status == .ok ? schema : GeoReportSchemas.errors
        #expect(try GeoReportSchemas.faults(json.text, kind) == [], "\(path)", sourceLocation: location)
        let value = try JSONSerialization.jsonObject(with: Data(json.text.utf8))
        let other = try XMLTree(xml.text).spark(lists: Self.lists)
        #expect(Self.plain(value) == Self.plain(other), "\(path)", sourceLocation: location)
        return value
    }

    func requests(
        _ query: String = "", at location: SourceLocation = #_sourceLocation
    ) async throws
        -> [[String: Any]]
    {
        try await get("requests", GeoReportSchemas.requests, query, at: location) as? [[String: Any]] ?? []
    }

    func numbers(_ query: String = "", at location: SourceLocation = #_sourceLocation) async throws -> [String] {
        try await requests(query, at: location).compactMap { $0["service_request_id"] as? String }
    }

    func file(
        _ fields: [String: String], key: String? = nil, idempotency: String? = nil, ending: String = ".json"
    ) async throws -> TestResponse {
        var headers: HTTPFields = [
            .contentType: "application/x-www-form-urlencoded; charset=utf-8", .acceptLanguage: language,
        ]
        if let idempotency { headers[HTTPField.Name("Idempotency-Key")!] = idempotency }
        let all = fields.merging(key.map { ["api_key": $0] } ?? [:]) { $1 }
        let body = all.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
        let answer = try await http.execute(
            uri: "/open311/v2/requests\(ending)", method: .post, headers: headers, body: ByteBuffer(string: body))
        if ending == ".json" {
            let schema = answer.status.kind == .successful ? GeoReportSchemas.created : GeoReportSchemas.errors
            #expect(try GeoReportSchemas.faults(answer.text, schema) == [], "\(answer.text)")
        }
        return answer
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    /// JSON and XML with the same in it are the same text: numbers and flags as XML writes them, nothing as nothing.
    private static func plain(_ value: Any) -> String {
        switch value {
        case let items as [Any]: "[" + items.map(plain).joined(separator: ",") + "]"
        case let members as [String: Any]:
            "{" + members.keys.sorted().map { "\($0):\(plain(members[$0] ?? ""))" }.joined(separator: ",") + "}"
        case is NSNull: ""
        case let number as NSNumber:
            String(cString: number.objCType) == "c" ? (number.boolValue ? "true" : "false") : "\(number)"
        default: "\(value)"
        }
    }
}

extension TestCity {
    /// A new key of a program, as text.
    func programKey(
        _ territory: String = "210103", perHour: Int = 1000, until: Day = Day(number: 30_000)
    ) async throws -> (id: ID<ProgramKey>, text: String) {
        let made = try await product.open311.keys.add("随手拍小程序", territory: territory, perHour: perHour, until: until)
        return (made.key.id, made.text)
    }
}
