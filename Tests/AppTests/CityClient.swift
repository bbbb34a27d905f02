import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import People
import TestSupport
import Testing

/// Asks the test city's server as one of its people, and holds every answer of the API against its description.
struct CityClient: Sendable {
    let http: any TestClientProtocol
    let city: TestCity
    private let keys = Counter()

    init(http: any TestClientProtocol, city: TestCity) {
        self.http = http
        self.city = city
    }

    /// Under `/api/v1`.
    func api(
        _ method: HTTPRequest.Method, _ path: String, as someone: Someone? = nil, json: [String: Any]? = nil,
        raw: String? = nil, type: String? = nil, language: String = "en", token: String? = nil,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.accept: "application/json", .acceptLanguage: language]
        if let someone { headers[.authorization] = "Bearer \(try await city.token(someone))" }
        if let token { headers[.authorization] = "Bearer \(token)" }
        let body = try json.map { try JSONSerialization.data(withJSONObject: $0) } ?? raw.map { Data($0.utf8) }
        if body != nil { headers[.contentType] = type ?? "application/json" }
        return try await send(method, "/api/v1\(path)", headers, body, at: location)
    }

    func get(
        _ path: String, as someone: Someone? = nil, at location: SourceLocation = #_sourceLocation
    ) async throws -> TestResponse {
        try await api(.get, path, as: someone, at: location)
    }

    /// A page, as a browser asks for it.
    func page(_ path: String, as someone: Someone? = nil, language: String = "zh-Hans") async throws -> TestResponse {
        let cookie = try await cookie(of: someone)
        return try await http.page(path, language: language, cookie: cookie)
    }

    func cookie(of someone: Someone?) async throws -> String? {
        guard let someone else { return nil }
        return "nuanxin=\(try await city.token(someone, means: .cookie))"
    }

    func send(
        _ method: HTTPRequest.Method, _ uri: String, _ headers: HTTPFields, _ body: Data?,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> TestResponse {
        let answer = try await http.execute(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(bytes: $0) })
        if uri.hasPrefix("/api/") {
            let faults = city.description.faults(of: answer, to: method, uri)
            #expect(
                faults.isEmpty, "\(faults.joined(separator: "\n"))\n\(answer.text.prefix(500))",
                sourceLocation: location)
        }
        return answer
    }

    func newKey() -> String { keys.key(at: city.clock.now) }

    // MARK: Reports and steps

    /// A report as `zhangWei` would send it, unless told otherwise.
    func draft(
        _ changes: [String: Any] = [:], in place: (lat: Double, lng: Double) = TestCity.inShenhe
    ) -> [String: Any] {
        let plain: [String: Any] = [
            "id": newKey(), "category": "0104", "position": ["lat": place.lat, "lng": place.lng],
            "description": "后厨有老鼠", "identity": "named",
        ]
        return plain.merging(changes) { $1 }
    }

    func send(
        _ draft: [String: Any], photos: [Data] = [], as someone: Someone = .zhangWei,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> TestResponse {
        let boundary = "----nuanxin-test"
        var body = Data()
        func part(_ head: String, _ content: Data) {
            body +=
                Data("--\(boundary)\r\nContent-Disposition: form-data; \(head)\r\n\r\n".utf8) + content
                + Data("\r\n".utf8)
        }
        part("name=\"report\"\r\nContent-Type: application/json", try JSONSerialization.data(withJSONObject: draft))
        for (number, photo) in photos.enumerated() {
            part("name=\"photo\"; filename=\"IMG_\(number).jpg\"\r\nContent-Type: image/jpeg", photo)
        }
        body += Data("--\(boundary)--\r\n".utf8)
        let headers: HTTPFields = [
            .authorization: "Bearer \(try await city.token(someone))", .acceptLanguage: "en",
            .contentType: "multipart/form-data; boundary=\(boundary)",
        ]
        return try await send(.post, "/api/v1/reports", headers, body, at: location)
    }

    /// Sends a report and gives its identity.
    func report(
        _ changes: [String: Any] = [:], in place: (lat: Double, lng: Double) = TestCity.inShenhe, photos: [Data] = [],
        as someone: Someone = .zhangWei, at location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let answer = try await send(draft(changes, in: place), photos: photos, as: someone, at: location)
        #expect(answer.status == .created, "\(answer.text)", sourceLocation: location)
        return try answer.json()["id"] as? String ?? ""
    }

    /// Takes in a photo and gives its identity.
    func photo(_ seed: Int, as someone: Someone, at location: SourceLocation = #_sourceLocation) async throws -> String
    {
        let boundary = "----nuanxin-test"
        let head = "Content-Disposition: form-data; name=\"photo\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg"
        let body =
            Data("--\(boundary)\r\n\(head)\r\n\r\n".utf8) + (try Pictures.jpeg(seed))
            + Data("\r\n--\(boundary)--\r\n".utf8)
        let headers: HTTPFields = [
            .authorization: "Bearer \(try await city.token(someone))",
            .contentType: "multipart/form-data; boundary=\(boundary)",
        ]
        let answer = try await send(.post, "/api/v1/photos", headers, body, at: location)
        #expect(answer.status == .created, "\(answer.text)", sourceLocation: location)
        return try answer.json()["id"] as? String ?? ""
    }

    /// Takes a step on a case, and gives the case as it is then.
    @discardableResult
    func step(
        _ name: String, on id: String, as someone: Someone, _ input: [String: Any] = [:],
        expecting status: HTTPResponse.Status = .ok, at location: SourceLocation = #_sourceLocation
    ) async throws -> [String: Any] {
        let answer = try await api(
            .post, "/cases/\(id)/steps", as: someone, json: input.merging(["step": name]) { $1 }, at: location)
        #expect(answer.status == status, "\(name) by \(someone): \(answer.text)", sourceLocation: location)
        return try answer.json()
    }

    /// Brings a case from the intake desk to `officer`, who has begun to check it.
    func bringToCheck(
        _ id: String, by officer: Someone = .liNa, at location: SourceLocation = #_sourceLocation
    ) async throws {
        let food = try city.office("SH-FOOD")
        try await step("dispatch", on: id, as: .wangFang, ["office": food], at: location)
        try await step("check", on: id, as: officer, at: location)
    }

    /// Brings a case to its end.
    func close(_ id: String, by officer: Someone = .liNa, at location: SourceLocation = #_sourceLocation) async throws {
        try await bringToCheck(id, by: officer, at: location)
        try await step("verify", on: id, as: officer, ["result": "查实，后厨有鼠迹"], at: location)
        try await step("close", on: id, as: officer, ["result": "已责令整改并复查合格"], at: location)
    }

    func clock(_ name: String, of answer: [String: Any]) -> [String: Any]? {
        (answer["clocks"] as? [[String: Any]])?.first { $0["clock"] as? String == name }
    }

    func due(_ name: String, of answer: [String: Any]) -> String? { clock(name, of: answer)?["due"] as? String }
}
