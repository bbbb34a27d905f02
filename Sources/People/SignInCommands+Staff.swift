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
        let digits = RecoveryCode.digits(of: code)
        let known = try await services.database.read { [keys] db -> Known? in
            guard let login, let person = try AccountStore(db).person(with: login),
                let credentials = try AccountStore(db).credentials(of: person.id)
            else { return nil }
            let isRecoveryCode = try digits.map {
                try RecoveryCodeStore(db).works(keys.recoveryHash($0, of: person.id), of: person.id)
            }
            return Known(person: person, credentials: credentials, isRecoveryCode: isRecoveryCode ?? false)
        }
        let isPassword = try await desk.matches(password, known?.credentials.passwordHash)
        let authenticator =
            try known.map { try $0.credentials.oneTimePassword(of: $0.person.id, keys: keys) } ?? .new()
        let step = authenticator.step(
            of: SignInCode.normalized(code), at: now, after: known?.credentials.lastStep ?? .max)
        guard isPassword, let person = known?.person, step != nil || known?.isRecoveryCode == true,
            person.state == .active
        else {
            return try Outcome.refused.get("staff")
        }
        let outcome = try await services.database.write { db -> Outcome in
            // Asked again, in the transaction: two people can't use one code at the same moment, and who was suspended
            // while the password was being checked stays out.
            let current = try AccountStore(db).find(person.id)
            guard current.state == .active, let credentials = try AccountStore(db).credentials(of: person.id),
                credentials.passwordHash == known?.credentials.passwordHash, credentials.isUsable(at: now),
                let factor = try use(code, of: person.id, credentials, at: now, in: db)
            else { return .refused }
            try AttemptStore(db).forget(ofLogin)
            return .entered(try open(session, token, for: current, by: factor, client: client, at: now, in: db))
        }
        return try outcome.get("staff")
    }
}

/// Whose login it is, with what they prove themselves by.
private struct Known: Sendable {
    let person: Person
    let credentials: Credentials
    let isRecoveryCode: Bool
}
