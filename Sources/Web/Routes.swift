import Access
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import Logging
import Synchronization

/// Who may come to an address at all. On which of its things, the handler asks the policy itself.
package enum Need: Sendable, Hashable {
    /// Everybody, signed in or not.
    case open
    /// Whoever may do this on some thing of this kind.
    case may(_ action: String, _ kind: String)

    /// Whoever is signed in.
    package static let signedIn = Need.may("read", "profile")
}

/// The addresses of the product. None can be added without saying whom it is for, and a server whose policy lets nobody
/// come to one of them doesn't start.
package struct Routes {
    package typealias Handler<Answer: ResponseGenerator> = @Sendable (Request, AppContext) async throws -> Answer

    /// One address with what it needs.
    package struct Entry: Sendable, Hashable {
        package let method: HTTPRequest.Method
        package let path: String
        package let need: Need
    }

    private let router: Router<AppContext>
    private let policy: Policy
    private let refusals: Refusals
    private let now: @Sendable () -> Date
    private let table = Table()

    /// `refusals`: where it is kept that somebody asked for what is hidden from them, and when by `now`.
    package init(
        _ router: Router<AppContext>, policy: Policy, refusals: Refusals = Refusals(),
        now: @escaping @Sendable () -> Date = { .distantPast }
    ) {
        self.router = router
        self.policy = policy
        self.refusals = refusals
        self.now = now
    }

    package var entries: [Entry] { table.entries.withLock { $0 } }

    /// What is wrong with the addresses: those that the policy lets nobody come to, one sentence each.
    package var faults: [String] {
        entries.compactMap { entry in
            guard case .may(let action, let kind) = entry.need, !policy.actions(on: kind).contains(action) else {
                return nil
            }
            return "policy: nobody may \(action) a \(kind), which \(entry.method) /\(entry.path) needs"
        }
    }

    package func get(_ path: String, _ need: Need, use handler: @escaping Handler<some ResponseGenerator>) {
        add(.get, path, need, handler)
    }

    package func post(_ path: String, _ need: Need, use handler: @escaping Handler<some ResponseGenerator>) {
        add(.post, path, need, handler)
    }

    package func put(_ path: String, _ need: Need, use handler: @escaping Handler<some ResponseGenerator>) {
        add(.put, path, need, handler)
    }

    package func delete(_ path: String, _ need: Need, use handler: @escaping Handler<some ResponseGenerator>) {
        add(.delete, path, need, handler)
    }

    private func add(
        _ method: HTTPRequest.Method, _ path: String, _ need: Need, _ handler: @escaping Handler<some ResponseGenerator>
    ) {
        table.entries.withLock { $0.append(Entry(method: method, path: path, need: need)) }
        router.on(RouterPath(path), method: method) { [policy, refusals, now] request, context in
            do {
                // Whose password somebody else knows could be that somebody.
                if let signedIn = context.signedIn, signedIn.mustChangePassword, !Self.openBeforeChange.contains(path) {
                    throw PasswordChangeNeeded()
                }
                try need.check(request, context, policy)
                return try await handler(request, context)
            } catch {
                Self.tell(error, method, path, context)
                if let caller = context.caller, caller.isStaff, let hidden = (error as? NoSuchPage)?.hidden {
                    refusals.note(hidden.kind, hidden.subject, hiddenFrom: caller.id, at: now())
                }
                throw error
            }
        }
    }

    /// What somebody reaches who must change their password first: doing so, leaving, and reading it in their language.
    private static let openBeforeChange: Set<String> = [
        "me/password", "api/v1/me/password", "sign-out", "api/v1/session", "language/:language",
    ]

    /// Writes down that somebody was refused: staff by their account, riders by nothing. What isn't there and what is hidden
    /// are one and the same here too.
    private static func tell(_ error: any Error, _ method: HTTPRequest.Method, _ path: String, _ context: AppContext) {
        guard let caller = context.caller, error is NotAllowed || error is NoSuchPage else { return }
        var facts: Logger.Metadata = [
            "method": "\(method)", "path": "/\(path)", "reason": error is NotAllowed ? "not allowed" : "not there",
        ]
        if caller.isStaff { facts["account"] = "\(caller.id)" }
        context.logger.notice("refused", metadata: facts)
    }

    private final class Table: Sendable {
        let entries = Mutex<[Entry]>([])
    }
}

extension Need {
    /// Refuses whoever can't use the address. For those who may know nothing of a kind its addresses don't exist; that
    /// something can be made, or that there are calendars and offices, is no secret.
    func check(_ request: Request, _ context: AppContext, _ policy: Policy) throws {
        guard case .may(let action, let kind) = self else { return }
        let caller = try context.requireCaller()
        guard !policy.mayEver(caller, action, on: kind) else { return }
        let isPageOfTheHouse = ["/work", "/admin"].contains { request.uri.path.hasPrefix($0) }
        let isKnown = action == "create" || policy.protection(of: kind) == .open
        if isKnown, !isPageOfTheHouse { throw NotAllowed() }
        throw NoSuchPage()
    }
}
