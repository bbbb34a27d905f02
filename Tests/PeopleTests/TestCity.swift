import Access
import Directory
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import Storage
import Synchronization
import TestSupport
import Web

@testable import People

/// A server with People alone, as `App` would put it together.
struct TestCity: Sendable {
    let clock = TestClock()
    let database: any Database
    let services: Services
    let people: People
    let gateway = RecordingGateway()

    init(
        cookies: CookieMode = .secure, gateway other: (any CodeGateway)? = nil, limits: SignInLimits = .standard,
        passwordCost: PasswordHash.Cost = PasswordHash.Cost(logRounds: 4)
    ) async throws {
        database = try await TestDatabase.chosen.open(
            JournalSchema.migrations + Directory.migrations + People.migrations)
        services = try Services.test(database, modules: [Directory.bundle, People.bundle], clock: clock)
        people = try People(
            services, serverKey: Data(repeating: 7, count: 32), purposes: try .shipped, gateway: other ?? gateway,
            cookies: cookies,
            limits: limits, passwordCost: passwordCost, sectors: try .shipped, unread: { _ in "SELECT 3" })
    }

    func run(_ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        let router = Router(context: AppContext.self)
        router.add(middleware: SecurityHeadersMiddleware(isSecure: false))
        router.add(middleware: LanguageMiddleware())
        router.add(middleware: ProblemMiddleware(site: services.site))
        router.add(middleware: SameOriginMiddleware())
        router.add(middleware: people.middleware)
        people.addRoutes(to: Routes(router, policy: services.policy))
        // What a page of another feature would see of the visitor.
        router.get("peek") { _, context in
            let signedIn = context.signedIn
            return "\(signedIn?.caller.name ?? "nobody") \(signedIn?.unread ?? 0) \(signedIn?.formToken ?? "")"
        }
        router.get("api/v1/peek") { _, context in "\(context.caller?.name ?? "nobody")" }
        router.post("api/v1/peek") { _, context in "\(try context.requireCaller().name)" }
        try await Application(responder: router.buildResponder()).test(.router) { client in try await test(client) }
    }

    /// A member of staff with a password and an authenticator.
    func hire(
        _ login: String = "li.na", name: String = "李娜", password: String = Self.password
    ) async throws -> (person: Person, authenticator: OneTimePassword) {
        let made = try await people.accounts.createStaff(login: login, name: name, password: password)
        return (made.person, made.oneTimePassword)
    }

    static let password = "correct horse battery"

    /// What the authenticator shows now.
    func shows(_ authenticator: OneTimePassword) -> String {
        authenticator.code(at: OneTimePassword.step(at: clock.now))
    }

    func count(_ statement: SQL) async throws -> Int {
        try await database.read { db in try db.value(statement) }
    }

    /// The kinds of what the journal holds, in order.
    func journal() async throws -> [String] {
        try await database.read { db in
            try JournalStore(db).allEntries(limit: 1000).map(\.kind)
        }
    }
}

/// Keeps what would have been sent.
final class RecordingGateway: CodeGateway {
    private let messages = Mutex<[CodeMessage]>([])

    func send(_ message: CodeMessage) async throws { messages.withLock { $0.append(message) } }

    var last: CodeMessage? { messages.withLock { $0.last } }
    var count: Int { messages.withLock { $0.count } }
    /// Six digits that are not the last code.
    var wrongCode: String { last?.code == "111111" ? "222222" : "111111" }
}

/// A browser's cookies over several requests.
final class Jar: Sendable {
    private let cookies: Mutex<[String: String]>

    init(_ cookies: [String: String] = [:]) {
        self.cookies = Mutex(cookies)
    }

    /// Another browser with the same cookies.
    func copy() -> Jar { Jar(cookies.withLock(\.self)) }

    var header: String? {
        let pairs = cookies.withLock(\.self).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return pairs.isEmpty ? nil : pairs.joined(separator: "; ")
    }

    subscript(name: String) -> String? { cookies.withLock { $0[name] } }

    func take(_ response: TestResponse) {
        for line in response.headers[values: .setCookie] {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            guard let name = pair.first.map(String.init) else { continue }
            let value = line.contains("Max-Age=0") || pair.count < 2 ? nil : String(pair[1])
            cookies.withLock { $0[name] = value }
        }
    }
}

extension TestClientProtocol {
    func page(_ path: String, _ jar: Jar, language: String = "zh-Hans") async throws -> TestResponse {
        let response = try await page(path, language: language, cookie: jar.header)
        jar.take(response)
        return response
    }

    func submit(
        _ path: String, _ fields: [String: String], _ jar: Jar, language: String = "zh-Hans"
    ) async throws -> TestResponse {
        let response = try await submit(path, fields, language: language, cookie: jar.header)
        jar.take(response)
        return response
    }

    /// What a form of ours would carry.
    func formToken(_ jar: Jar) async throws -> String {
        try await page("/peek", jar).text.split(separator: " ").last.map(String.init) ?? ""
    }

    /// A rider in a browser, who has just signed in.
    func signIn(_ phone: String, in city: TestCity) async throws -> Jar {
        let jar = Jar()
        _ = try await submit("/sign-in", ["phone": phone], jar)
        _ = try await submit("/sign-in", ["code": city.gateway.last?.code ?? ""], jar)
        return jar
    }
}

extension Purposes {
    /// What `Data/purposes.json` says.
    static var shipped: Purposes {
        get throws {
            try JSONDecoder().decode(
                Purposes.self, from: Data(contentsOf: sourceRoot.appending(path: "Data/purposes.json")))
        }
    }
}

extension Sectors {
    /// What `Data/sectors.json` says.
    static var shipped: Sectors {
        get throws { try Sectors(json: Data(contentsOf: sourceRoot.appending(path: "Data/sectors.json"))) }
    }
}
