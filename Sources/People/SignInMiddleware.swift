import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Storage
import Vault
import Web

/// Finds out who is asking: by the cookie on pages, by the bearer token under `/api/`, never by the other.
///
/// The session, the grants that hold now and the number of unread messages come from one statement. Nothing is remembered
/// between requests, so what was taken away is gone at once.
package struct SignInMiddleware: RouterMiddleware {
    private let services: Services
    private let keys: PeopleKeys
    private let cookies: CookieMode
    private let unread: @Sendable (_ account: SQL) -> SQL

    init(
        services: Services, keys: PeopleKeys, cookies: CookieMode,
        unread: @escaping @Sendable (_ account: SQL) -> SQL
    ) {
        self.services = services
        self.keys = keys
        self.cookies = cookies
        self.unread = unread
    }

    package func handle(
        _ request: Request, context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if request.uri.path.hasPrefix("/api/") {
            if let header = request.headers[.authorization] {
                guard let token = Self.bearer(header), let signedIn = try await signedIn(token, .bearer) else {
                    throw SignInError.badToken
                }
                context.signedIn = signedIn
            }
            return try await next(request, context)
        }
        guard let cookie = request.cookies[cookies.session] else { return try await next(request, context) }
        if let token = Token(cookie.value) {
            context.signedIn = try await signedIn(token, .cookie)
        }
        var response = try await next(request, context)
        let setsIt = response.headers[values: .setCookie].contains { $0.hasPrefix(cookies.session + "=") }
        if context.signedIn == nil, !setsIt {
            response.setCookie(cookies.cleared(cookies.session))
        }
        return response
    }

    private func signedIn(_ token: Token, _ means: SessionMeans) async throws -> SignedIn? {
        let now = services.now()
        guard let found = try await find(SessionStore.finding(token, means: means, at: now, unread: unread)) else {
            return nil
        }
        let session = found.session
        guard found.isAlive(at: now) else {
            // A session that has ended once never comes back, whatever the clock does.
            _ = try? await services.database.write { db in try SessionStore(db).end(session.id) }
            return nil
        }
        if session.needsTouch(at: now) {
            // Who only wants to read can do so while nothing can be written.
            _ = try? await services.database.execute(SessionStore.touching(session.id, at: now))
        }
        return SignedIn(
            caller: found.caller, session: session.id, means: means == .cookie ? .cookie : .bearer,
            formToken: keys.formToken(of: session.id), unread: found.unread,
            mustChangePassword: found.mustChangePassword
        ) { [policy = services.policy] action, kind in policy.mayEver(found.caller, action, on: kind) }
    }

    private func find(_ statement: SQL) async throws -> FoundSession? {
        let database = services.database
        do {
            return try FoundSession(try await database.rows(statement)) { try database.openKnown($0, at: $1) }
        } catch VaultError.unknownKey {
            // A key that this node meets for the first time: it has to be looked up.
            return try await database.read { db in
                let seals = try db.seals
                return try FoundSession(db.rows(statement)) { try seals.open($0, at: $1) }
            }
        }
    }

    /// The token of `Authorization: Bearer …`.
    private static func bearer(_ header: String) -> Token? {
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return Token(parts[1])
    }
}
