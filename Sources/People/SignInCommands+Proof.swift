import Access
import Foundation
import Kernel
import Storage
import Web

extension SignInCommands {
    /// Has a code sent to the owner's own number.
    func askForProof(of account: ID<Account>, in language: Language, client: Client) async throws -> Asked {
        guard let phone = try await phone(of: account) else { throw NoSuchPage() }
        return try await askForCode(to: phone, for: .proof, in: language, client: client)
    }

    func phone(of account: ID<Account>) async throws -> Phone? {
        try await services.database.read { db in try AccountStore(db).find(account).phone }
    }

    func hasProof(_ session: ID<Session>) async throws -> Bool {
        let now = services.now()
        return try await services.database.read { db in try ProofStore(db).isFresh(session, at: now) }
    }

    /// A rider shows by the code on their phone that it is they who ask.
    ///
    /// - Returns: the browser's new token; `nil` for a program, which keeps the one that it has.
    func prove(
        _ typed: String, challenge: Token?, of account: ID<Account>, session: ID<Session>, client: Client
    ) async throws -> RenewedToken? {
        let now = services.now()
        let token = client.means == .cookie ? Token() : nil
        let answered = try await services.database.write { db -> Checked in
            guard let phone = try AccountStore(db).find(account).phone else { return .wrong }
            switch try check(
                typed, for: .proof, phone: phone, challenge: challenge, client: client, at: now, in: db)
            {
            case .wrong: return .wrong
            case .wait(let seconds): return .wait(seconds)
            case .right:
                return .right(try keepProof(session, of: account, newToken: token, at: now, in: db))
            }
        }
        return try answered.get()
    }

    /// A member of staff shows it by what the authenticator says, or by a recovery code.
    ///
    /// - Returns: as for a rider.
    func prove(
        oneTimePassword typed: String, of account: ID<Account>, session: ID<Session>, client: Client
    ) async throws -> RenewedToken? {
        let now = services.now()
        let token = client.means == .cookie ? Token() : nil
        let answered = try await services.database.write { db -> Checked in
            let accounts = AccountStore(db)
            guard let login = try accounts.find(account).login, let known = try accounts.credentials(of: account) else {
                return .wrong
            }
            let ofLogin = limits.triesPerLogin.map { Spending($0, of: login.text, keys: keys) }
            if let wait = try AttemptStore(db).draw(ofLogin + tries(address: client.address), at: now) {
                return .wait(wait)
            }
            guard try use(typed, of: account, known, at: now, in: db) != nil else { return .wrong }
            try AttemptStore(db).forget(ofLogin)
            return .right(try keepProof(session, of: account, newToken: token, at: now, in: db))
        }
        return try answered.get()
    }

    // MARK: Another number

    /// Has a code sent to the number that somebody wants from now on. Throws ``Proof/Needed`` without a fresh proof by the
    /// old one.
    func askForCode(
        toNew phone: Phone, session: ID<Session>, in language: Language, client: Client
    ) async throws -> Asked {
        let now = services.now()
        try await services.database.read { db in try ProofStore(db).require(session, at: now) }
        return try await askForCode(to: phone, for: .newPhone, in: language, client: client)
    }

    /// Takes the number to which the code went as the account's number, and signs out everywhere else. Throws
    /// ``AccountError/phoneTaken`` when somebody signs in with it already: only who holds it learns that.
    func changePhone(
        _ typed: String, phone: Phone?, challenge: Token?, of caller: Caller, client: Client
    ) async throws {
        let now = services.now()
        let answered = try await services.write(as: caller) { db, caller -> Checked in
            let account = caller.id
            guard let session = caller.session else { throw Proof.Needed() }
            try ProofStore(db).require(session, at: now)
            let accounts = AccountStore(db)
            guard try accounts.find(account).kind == .rider else { throw NoSuchPage() }
            switch try check(
                typed, for: .newPhone, phone: phone, challenge: challenge, client: client, at: now, in: db)
            {
            case .wrong: return .wrong
            case .wait(let seconds): return .wait(seconds)
            case .right(let code):
                let new = try self.phone(of: code)
                guard try accounts.person(with: new) == nil else { return .taken }
                try accounts.replacePhone(of: account, by: new)
                try SessionStore(db).endAll(of: account, but: session)
                try ProofStore(db).erase(session)
                try AccountJournal(db).append(
                    "account.phone-changed", about: account, by: account, at: now, data: ["by": "owner"])
                return .right(nil)
            }
        }
        _ = try answered.get()
    }

    /// With the proof the session gets a new token: who had stolen the one before doesn't come along to what it opens.
    private func keepProof(
        _ session: ID<Session>, of account: ID<Account>, newToken: Token?, at now: Date, in db: any Transaction
    ) throws -> RenewedToken? {
        try ProofStore(db).set(session, at: now)
        try AccountJournal(db).append("session.proved", about: account, by: account, at: now)
        guard let newToken else { return nil }
        guard let end = try SessionStore(db).replaceToken(of: session, account, by: newToken) else {
            throw SignInRequired()
        }
        return RenewedToken(token: newToken, secondsLeft: Int(end.timeIntervalSince(now)))
    }
}

/// What a browser goes on with after a proof.
struct RenewedToken: Sendable {
    let token: Token
    let secondsLeft: Int
}

/// What came of a code. A value and not an error, because the tries must be kept: an error undoes them.
private enum Checked: Sendable {
    case right(RenewedToken?)
    case wrong, taken
    case wait(Int)

    func get() throws -> RenewedToken? {
        switch self {
        case .right(let renewed): return renewed
        case .wrong: throw SignInError.codeRefused
        case .taken: throw AccountError.phoneTaken
        case .wait(let seconds): throw SignInError.tooManyTries(retryAfter: seconds)
        }
    }
}
