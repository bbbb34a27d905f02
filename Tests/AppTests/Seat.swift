import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Kernel
import NIOCore
import Storage
import Synchronization
import TestSupport
import Testing
import Web

@testable import App
@testable import People

/// A member of staff at a browser, who signs in as people do.
final class Seat: Sendable {
    let client: CityClient
    let login: String
    private let secret: Mutex<OneTimePassword>
    private let cookie = Mutex<String?>(nil)

    init(_ client: CityClient, login: String, secret: OneTimePassword) {
        self.client = client
        self.login = login
        self.secret = Mutex(secret)
    }

    /// What the authenticator shows next: each code works once.
    func nextCode() -> String {
        client.city.clock.advance(by: 30)
        return secret.withLock { $0.code(at: OneTimePassword.step(at: client.city.clock.now)) }
    }

    @discardableResult
    func signIn(_ password: String = TestCity.password, code: String? = nil) async throws -> TestResponse {
        let answer = try await client.http.submit(
            "/sign-in/staff", ["login": login, "password": password, "totp": code ?? nextCode()], language: "en")
        cookie.withLock { $0 = Self.session(of: answer) }
        return answer
    }

    var isSignedIn: Bool {
        get async throws { try await get("/me").status != .seeOther }
    }

    func get(_ path: String) async throws -> TestResponse {
        try await client.http.page(path, language: "en", cookie: cookie.withLock(\.self))
    }

    /// Sends a form of a page, with the token that a form on the page of the same address carries.
    func post(_ path: String, _ fields: [String: String] = [:], confirmed: Bool = false) async throws -> TestResponse {
        var fields = fields
        let page = try await get("/me/password").text
        fields["formToken"] = page.firstMatch(of: /name="formToken" value="([^"]+)"/).map { String($0.1) } ?? ""
        if confirmed { fields["totp"] = nextCode() }
        let answer = try await client.http.submit(path, fields, language: "en", cookie: cookie.withLock(\.self))
        // A proof comes with a new token.
        if let renewed = Self.session(of: answer) { cookie.withLock { $0 = renewed } }
        return answer
    }

    /// The first thing of a page that is marked so.
    static func shown(_ mark: String, in answer: TestResponse) throws -> String {
        let found = answer.text.matches(of: /<code data-([a-z\-]+)>([^<]+)</).first { $0.1 == mark }
        return try String(#require(found, "\(answer.status) \(answer.text)").2)
    }

    private static func session(of answer: TestResponse) -> String? {
        answer.headers[values: .setCookie].first { $0.hasPrefix("nuanxin=") }.map { String($0.prefix { $0 != ";" }) }
    }
}

extension TestCity {
    /// Somebody new with a role, at a browser.
    func seat(_ login: String, as role: Role?, at office: String? = nil, _ client: CityClient) async throws -> Seat {
        let accounts = product.people.accounts
        let made = try await accounts.createStaff(login: login, name: "名\(login)", password: Self.password)
        if let role {
            let place = try office.map { code throws -> ID<OfficeEntity> in
                guard let id = offices[code] else { throw NotThere() }
                return id
            }
            _ = try await accounts.grant(Grant(role: role, office: place), to: login, because: "trial")
        }
        return Seat(client, login: login, secret: made.oneTimePassword)
    }

    /// A security administrator at the desk.
    func guardian(_ client: CityClient, login: String = "security-1") async throws -> Seat {
        let seat = try await seat(login, as: .security, client)
        try await seat.signIn()
        return seat
    }

    func account(_ login: String) async throws -> StaffAccount {
        let known = try await product.services.database.read { db in
            try Login(login).flatMap(StaffStore(db).find)
        }
        return try #require(known)
    }

    func address(_ login: String) async throws -> String { "/admin/staff/\(try await account(login).person.id)" }

    func grants(_ login: String) async throws -> [DatedGrant] {
        let id = try await account(login).person.id
        let now = clock.now
        return try await product.services.database.read { db in
            try GrantStore(db).list(of: id).filter { $0.holds(at: now) }
        }
    }
}
