import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting

// The few requests that the HTTP tests make, in the words of the tests.
extension TestClientProtocol {
    /// Asks for a page as a browser does.
    package func page(
        _ path: String, language: String = "zh-Hans", cookie: String? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.accept: "text/html", .acceptLanguage: language]
        if let cookie { headers[.cookie] = cookie }
        return try await execute(uri: path, method: .get, headers: headers)
    }

    /// Sends a form as a browser does.
    package func submit(
        _ path: String, _ fields: [String: String], language: String = "zh-Hans", cookie: String? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [
            .accept: "text/html", .acceptLanguage: language, .contentType: "application/x-www-form-urlencoded",
            .secFetchSite: "same-origin",
        ]
        if let cookie { headers[.cookie] = cookie }
        let body = fields.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
        return try await execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
    }

    /// Asks the API as a program does.
    package func api(
        _ method: HTTPRequest.Method, _ path: String, json: String? = nil, token: String? = nil, language: String = "en"
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.accept: "application/json", .acceptLanguage: language]
        if json != nil { headers[.contentType] = "application/json" }
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await execute(
            uri: "/api/v1/\(path)", method: method, headers: headers, body: json.map { ByteBuffer(string: $0) })
    }

    private func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

extension TestResponse {
    package var text: String { String(buffer: body) }

    package func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }
}

extension HTTPField.Name {
    package static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
}
