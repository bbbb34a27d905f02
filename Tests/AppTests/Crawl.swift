import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import NIOCore
import Storage
import TestSupport
import Web

@testable import App
@testable import People

/// Somebody who looks at everything that lets itself be looked at.
struct Visitor: Sendable {
    let name: String
    let cookie: String?
    let token: String?

    static let nobody = Visitor(name: "nobody", cookie: nil, token: nil)
}

/// One answer, whole.
struct Answered: Sendable {
    let request: String
    let status: Int
    let headers: HTTPFields
    let body: Data

    /// All of it in which something could stand.
    var everything: Data {
        Data(headers.map { "\($0.name): \($0.value)\n" }.joined().utf8) + body
    }
}

/// Follows every registered address and every link from there, as one visitor.
struct Crawl: Sendable {
    let client: CityClient
    let routes: [Routes.Entry]
    /// What stands for the parameters of addresses.
    let parameters: [String: [String]]
    /// How many answers are enough.
    var limit = 400

    init(_ client: CityClient, parameters: [String: [String]]) throws {
        self.client = client
        self.parameters = parameters
        routes = try client.city.product.addressed().routes.entries
    }

    /// Each answer, as it comes. Addresses that change something are asked without what they need: their refusals speak too.
    func walk(as visitor: Visitor, from more: [String] = [], see: (Answered) throws -> Void) async throws {
        var waiting = routes.filter { $0.method == .get }.flatMap { paths(of: $0.path) } + more
        var known = Set(waiting)
        var count = 0
        while let path = waiting.popLast(), count < limit {
            count += 1
            let answer = try await client.http.look(.get, path, as: visitor)
            try see(answer)
            for link in Self.links(in: answer) where known.insert(link).inserted { waiting.insert(link, at: 0) }
        }
        for route in routes where route.method != .get && route.path != "sign-out" && route.path != "api/v1/session" {
            for path in paths(of: route.path) {
                try see(try await client.http.look(route.method, path, as: visitor))
                try see(
                    try await client.http.look(
                        route.method, path, as: visitor, body: "{\"x\": \"y\"}", type: "application/json"))
            }
        }
    }

    func paths(of route: String) -> [String] { Self.paths(of: route, parameters) }

    static func paths(of route: String, _ parameters: [String: [String]]) -> [String] {
        route.split(separator: "/").reduce([""]) { paths, part in
            guard part.hasPrefix(":") else { return paths.map { "\($0)/\(part)" } }
            let values = parameters[String(part.dropFirst())] ?? ["x"]
            return paths.flatMap { path in values.map { "\(path)/\($0)" } }
        }.map { $0.isEmpty ? "/" : $0 }
    }

    /// Where an answer leads: links, pictures and forms of a page, addresses in JSON, the way on.
    private static func links(in answer: Answered) -> [String] {
        let type = answer.headers[.contentType] ?? ""
        var links = answer.headers[.location].map { [$0] } ?? []
        let text = type.contains("html") || type.contains("json") ? String(decoding: answer.body, as: UTF8.self) : ""
        for match in text.matches(of: /(?:href|src|action)="(\/[^"#]*)|"(\/[a-z][^"\s\\]*)"/) {
            if let link = match.1 ?? match.2 { links.append(String(link).replacing("&amp;", with: "&")) }
        }
        return links.filter { link in
            let still = ["/vendor", "/js", "/language", "/app.css", "/manifest", "/fonts", "/icons", "/problems"]
            return link.hasPrefix("/") && !still.contains { link.hasPrefix($0) } && !link.contains("{")
        }
    }
}

extension TestClientProtocol {
    /// Asks as a visitor does: a page with the cookie, the API with the token.
    func look(
        _ method: HTTPRequest.Method, _ path: String, as visitor: Visitor, body: String? = nil, type: String? = nil
    ) async throws -> Answered {
        var headers: HTTPFields = [.acceptLanguage: "en"]
        if path.hasPrefix("/api/") {
            headers[.accept] = "application/json"
            if let token = visitor.token { headers[.authorization] = "Bearer \(token)" }
        } else {
            headers[.accept] = "text/html"
            if let cookie = visitor.cookie { headers[.cookie] = cookie }
        }
        if let type { headers[.contentType] = type }
        let answer = try await execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
        return Answered(
            request: "\(method) \(path) as \(visitor.name)", status: answer.status.code, headers: answer.headers,
            body: Data(answer.body.readableBytesView))
    }
}

extension TestCity {
    /// A visitor who is signed in both ways.
    func visitor(_ person: Person, called name: String) async throws -> Visitor {
        let cookie = try await token(of: person, means: .cookie)
        return Visitor(name: name, cookie: "nuanxin=\(cookie)", token: try await token(of: person, means: .bearer))
    }

    /// Everybody of the city but `left`, one more person with each role, and nobody.
    func visitors(but left: Set<Someone> = []) async throws -> [Visitor] {
        var visitors = [Visitor.nobody]
        for someone in Someone.allCases where !left.contains(someone) {
            visitors.append(try await visitor(try person(someone), called: someone.rawValue))
        }
        for role in Role.allCases where role != .everyone && role != .rider {
            visitors.append(try await visitor(try await hire(as: role), called: role.rawValue))
        }
        return visitors
    }

    /// Somebody new with one role in Shenhe.
    func hire(as role: Role) async throws -> Person {
        let accounts = product.people.accounts
        let login = "as-\(role.rawValue)"
        let person = try await accounts.createStaff(login: login, name: "", password: Self.password).person
        let place = Role.guards.contains(role) ? nil : TerritoryPath(rawValue: Self.shenhe)
        _ = try await accounts.grant(Grant(role: role, territory: place), to: login, because: "trial")
        return person
    }

    /// All rows of all tables, as text that can be compared; `heartbeat` aside, which is written by asking for readiness.
    func contents() async throws -> [String: String] {
        try await product.services.database.read { db in
            let tables = try db.rows("\(.tables) ORDER BY name").map { row -> String in try row["name"] }
            return try Dictionary(
                uniqueKeysWithValues: tables.filter { $0 != "heartbeat" }.map { table in
                    (table, "\(try db.rows("SELECT * FROM \(identifier: table)"))")
                })
        }
    }
}
