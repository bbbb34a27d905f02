import Foundation
import Kernel
import Storage
import Web

extension SignInCommands {
    /// Lets a member of staff in who knows the password and has the authenticator at hand.
    func enter(login text: String, password: String, code: String, client: Client) async throws -> Entered {
        let now = services.now()
        let session: ID<Session> = services.makeID()
        let token = Token()
        let ofLogin = limits.triesPerLogin.map { Spending($0, of: text.lowercased(), keys: keys) }
        let budgets = ofLogin + tries(address: client.address)
        let wait = try await services.database.write { db -> Int? in
            let wait = try AttemptStore(db).draw(budgets, at: now)
            if wait == nil { try AttemptStore(db).removeEnded(before: now) }
            return wait
        }
        if let wait { throw SignInError.tooManyTries(retryAfter: wait) }

        // From here to the end of the checks, an unknown login is treated as a known one with a password nobody has.
        let login = Login(text)
        let known = try await services.database.read { db -> (person: Person, credentials: Credentials)? in
            guard let login, let person = try AccountStore(db).person(with: login),
                let credentials = try AccountStore(db).credentials(of: person.id)
            else { return nil }
            return (person, credentials)
        }
        let isPassword = try await desk.matches(password, known?.credentials.passwordHash)
        let authenticator =
            try known.map { try $0.credentials.oneTimePassword(of: $0.person.id, keys: keys) } ?? .new()
        let step = authenticator.step(
            of: SignInCode.normalized(code), at: now, after: known?.credentials.lastStep ?? .max)
        guard isPassword, let step, let person = known?.person, person.state == .active else {
            return try Outcome.refused.get("staff")
        }
        let outcome = try await services.database.write { db -> Outcome in
            // Asked again, in the transaction: two people can't use one code at the same moment, and who was suspended
            // while the password was being checked stays out.
            let current = try AccountStore(db).find(person.id)
            guard current.state == .active, try AccountStore(db).use(step: step, of: person.id) else { return .refused }
            try AttemptStore(db).forget(ofLogin)
            return .entered(try open(session, token, for: current, client: client, at: now, in: db))
        }
        return try outcome.get("staff")
    }
}
