import Access
import Crypto
import Foundation
import Hummingbird
import Kernel

/// What is known about a request besides the request itself.
package struct AppContext: RequestContext, RemoteAddressContext {
    package var coreContext: CoreRequestContextStorage
    /// Who is signed in, set by the sign-in middleware of People.
    package var signedIn: SignedIn?
    package var language: Language = .zhHans
    /// How many things of a kind wait for the caller, for the menu.
    package var waiting: [String: Int] = [:]
    /// Whether the page is a copy for phones without a network: the same for everybody, with nothing of whoever asks.
    package private(set) var isOfflineCopy = false
    /// The address of the peer, for limits; empty when there is none.
    package var remoteAddress: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress?.ipAddress ?? ""
    }

    package var caller: Caller? { signedIn?.caller }

    /// The same request as nobody's, for a page that a phone keeps.
    package var asOfflineCopy: AppContext {
        var copy = self
        copy.signedIn = nil
        copy.isOfflineCopy = true
        return copy
    }

    /// The signed-in caller; a problem that leads to the sign-in page when there is none.
    package func requireCaller() throws(SignInRequired) -> Caller {
        guard let caller else { throw SignInRequired() }
        return caller
    }

    /// The caller, when the workbench is for them. Riders are told that there is no such page.
    package func requireStaff() throws -> Caller {
        let caller = try requireCaller()
        guard caller.isStaff else { throw NoSuchPage() }
        return caller
    }

    /// The identity in a path such as `/reports/:id`; a problem when it isn't one.
    package func id<Entity>(_ name: String, of entity: Entity.Type = Entity.self) throws(NoSuchPage) -> ID<Entity> {
        guard let text = parameters.get(name), let id = ID<Entity>(text) else { throw NoSuchPage() }
        return id
    }
}

/// A protocol of its own, because Hummingbird's `RemoteAddressRequestContext` wants the whole socket address.
package protocol RemoteAddressContext {
    var remoteAddress: String { get }
}

/// A signed-in session, as every page needs it.
package struct SignedIn: Sendable {
    package enum Means: Sendable, Hashable {
        /// A browser's cookie: forms must carry ``formToken``.
        case cookie
        /// A program's `Authorization: Bearer`.
        case bearer
    }

    package let caller: Caller
    package let session: ID<Session>
    package let means: Means
    /// What a form must carry to show that it came from our own page.
    package let formToken: String
    /// How many messages wait in the inbox.
    package let unread: Int
    /// Whether the policy ever lets the caller do an action on a kind: what the menu leads to.
    package let mayEver: @Sendable (_ action: String, _ kind: String) -> Bool
    /// Whether somebody else knows the caller's password: until they have chosen one of their own nothing is open to them.
    package let mustChangePassword: Bool

    package init(
        caller: Caller, session: ID<Session>, means: Means, formToken: String, unread: Int,
        mustChangePassword: Bool = false, mayEver: @escaping @Sendable (String, String) -> Bool = { _, _ in false }
    ) {
        self.caller = caller
        self.session = session
        self.means = means
        self.formToken = formToken
        self.unread = unread
        self.mustChangePassword = mustChangePassword
        self.mayEver = mayEver
    }
}

extension SignedIn {
    /// What a phone calls the account by which it keeps unsent reports apart. It says nothing of who that is.
    package var owner: String {
        let digest = SHA256.hash(data: Data("unsent \(caller.id)".utf8))
        return Data(digest.prefix(16)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

package struct SignInRequired: ProblemError {
    package init() {}
    package var problem: Problem { Problem("sign-in-required", status: 401) }
}

/// Somebody signed in with a password that somebody else knows, and wants more than to change it.
package struct PasswordChangeNeeded: ProblemError {
    package init() {}
    package var problem: Problem { Problem("password-change-needed", status: 403) }
}

package struct NoSuchPage: ProblemError {
    /// What is there, and hidden from the caller. It is for the journal: who asked reads the same as of nothing.
    package struct Hidden: Sendable {
        package let kind: String
        package let subject: UUID
    }

    package let hidden: Hidden?

    package init() { hidden = nil }

    /// Hides something that is there.
    package init(hiding kind: String, _ subject: UUID) {
        hidden = Hidden(kind: kind, subject: subject)
    }

    package var problem: Problem { Problem("no-such-page", status: 404) }
}

/// The caller may see the thing, but not do this with it.
package struct NotAllowed: ProblemError {
    package init() {}
    package var problem: Problem { Problem("not-allowed", status: 403) }
}
