import Access
import Foundation
import Kernel
import Storage
import Web

extension SignInCommands {
    /// Nobody needs more; a stolen password can't fill the table.
    private static let sessionsPerPerson = 20

    func open(
        _ id: ID<Session>, _ token: Token, for person: Person, by factor: SecondFactor? = nil, client: Client,
        at now: Date, in db: any Transaction
    ) throws -> Entered {
        let sessions = SessionStore(db)
        let session = OpenSession(
            id: id, of: person.kind, account: person.id, means: client.means, device: client.device, at: now)
        if let replaced = client.replaces { try sessions.end(replaced) }
        try sessions.removeEnded(before: now)
        try sessions.trim(of: person.id, to: Self.sessionsPerPerson)
        try sessions.insert(session, token: token)
        try AccountJournal(db).append(
            "session.started", about: person.id, by: person.id, at: now,
            data: ["kind": person.kind.rawValue, "means": client.means.rawValue])
        let grants = try GrantStore(db).current(of: person.id, at: now)
        return Entered(
            token: token, session: session, person: person,
            caller: Caller(id: person.id, name: person.callName, grants: person.kind.grants + grants),
            usedRecoveryCode: factor == .recoveryCode)
    }

    /// Signs out one of the account's own sessions.
    func end(_ session: ID<Session>, of account: ID<Account>) async throws {
        let now = services.now()
        let isEnded = try await services.database.write { db in
            guard try SessionStore(db).end(session, of: account) else { return false }
            try AccountJournal(db).append(
                "session.ended", about: account, by: account, at: now, data: ["count": 1])
            return true
        }
        guard isEnded else { throw NoSuchPage() }
    }

    /// Signs the account out everywhere but in `kept`.
    func endOthers(of account: ID<Account>, but kept: ID<Session>) async throws {
        let now = services.now()
        try await services.database.write { db in
            let count = try SessionStore(db).endAll(of: account, but: kept)
            guard count > 0 else { return }
            try AccountJournal(db).append(
                "session.ended", about: account, by: account, at: now, data: ["count": count])
        }
    }

    func sessions(of account: ID<Account>) async throws -> [OpenSession] {
        let now = services.now()
        return try await services.database.read { db in
            let kind = try AccountStore(db).find(account).kind
            return try SessionStore(db).list(of: account).filter { $0.isAlive(as: kind, at: now) }
        }
    }
}
