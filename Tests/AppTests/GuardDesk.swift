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

/// One of the three guards, hired for a test, in a browser.
struct GuardDesk: Sendable {
    let person: Person
    let caller: Caller
    private let client: CityClient
    private let cookie: String

    init(_ client: CityClient, _ role: Role, login: String? = nil) async throws {
        let city = client.city
        let login = login ?? "the-\(role.rawValue)"
        let accounts = city.product.people.accounts
        person = try await accounts.createStaff(login: login, name: "管\(login)", password: TestCity.password).person
        _ = try await accounts.grant(Grant(role: role), to: login, because: "test")
        let token = Token()
        let session = OpenSession(
            id: city.product.services.makeID(), of: .staff, account: person.id, means: .cookie, device: .program,
            at: city.clock.now)
        caller = Caller(id: person.id, name: login, grants: [Grant(role: role)], session: session.id)
        try await city.product.services.database.write { db in try SessionStore(db).insert(session, token: token) }
        self.client = client
        cookie = "nuanxin=\(token.text)"
    }

    /// As if a fresh code had been typed in.
    func prove() async throws {
        guard let session = caller.session else { return }
        try await client.city.product.services.database.write { [now = client.city.clock.now] db in
            try ProofStore(db).set(session, at: now)
        }
    }

    func page(_ path: String, language: String = "zh-Hans") async throws -> TestResponse {
        try await client.http.page(path, language: language, cookie: cookie)
    }

    /// Sends a form of the page at `from`, with its token.
    func submit(_ path: String, _ fields: [String: String], from: String) async throws -> TestResponse {
        let form = try await page(from)
        let token = form.text.firstMatch(of: /name="formToken" value="([^"]+)"/).map { String($0.1) } ?? ""
        return try await client.http.submit(path, fields.merging(["formToken": token]) { $1 }, cookie: cookie)
    }
}
