import Access
import Foundation
import Kernel
import Storage
import Web

/// What staff do with their own password and codes.
extension SignInCommands {
    /// How staff sign in, as far as their own pages tell it.
    struct OwnCredentials: Sendable {
        let recoveryCodes: Int
        let lastUsed: Date?
        let mustChangePassword: Bool
    }

    func ownCredentials(of account: ID<Account>) async throws -> OwnCredentials {
        try await services.database.read { db in
            guard let staff = try StaffStore(db).find(account) else { throw NoSuchPage() }
            let codes = try RecoveryCodeStore(db).left(of: account)
            return OwnCredentials(
                recoveryCodes: codes.count, lastUsed: codes.lastUsed, mustChangePassword: staff.changeBy != nil)
        }
    }

    /// Takes the owner's own password in the place of the one before, and signs out everywhere else. Who has no recovery codes
    /// gets ten: they are given back, this once.
    func changePassword(
        from old: String, to new: String, by caller: Caller, client: Client
    ) async throws -> [String] {
        let now = services.now()
        guard let session = caller.session else { throw SignInRequired() }
        let (login, hash) = try await services.database.read { db -> (Login, PasswordHash?) in
            guard let login = try AccountStore(db).find(caller.id).login else { throw NoSuchPage() }
            return (login, try AccountStore(db).credentials(of: caller.id)?.passwordHash)
        }
        let ofLogin = limits.triesPerLogin.map { Spending($0, of: login.text, keys: keys) }
        let wait = try await services.database.write { [limits = tries(address: client.address)] db in
            try AttemptStore(db).draw(ofLogin + limits, at: now)
        }
        if let wait { throw SignInError.tooManyTries(retryAfter: wait) }
        guard try await desk.matches(old, hash) else { throw AccountError.wrongPassword }
        guard old != new else { throw AccountError.samePassword }
        try PasswordRule.check(new, for: login)
        let own = try await desk.hash(new)
        let codes = RecoveryCode.new()
        return try await services.database.write { db in
            // Not as `write(as:)` has it: this is the one thing that is open before it is done.
            guard let found = try SessionStore(db).found(session, at: now), found.isAlive(at: now) else {
                throw SignInRequired()
            }
            // Somebody else may have set another one while this one was being looked at.
            guard try AccountStore(db).credentials(of: caller.id)?.passwordHash == hash else {
                throw AccountError.wrongPassword
            }
            try AccountStore(db).setPassword(own, of: caller.id)
            try SessionStore(db).endAll(of: caller.id, but: session)
            try AttemptStore(db).forget(ofLogin)
            try AccountJournal(db).append("account.password-changed", about: caller.id, by: caller.id, at: now)
            guard try RecoveryCodeStore(db).left(of: caller.id).count == 0 else { return [] }
            try keep(codes, of: caller.id, at: now, in: db)
            return codes
        }
    }

    /// Voids the recovery codes and gives ten new ones, this once. Throws ``Proof/Needed`` without a fresh proof.
    func renewRecoveryCodes(by caller: Caller) async throws -> [String] {
        let now = services.now()
        let codes = RecoveryCode.new()
        try await services.write(as: caller) { db, caller in
            guard try StaffStore(db).find(caller.id) != nil else { throw NoSuchPage() }
            guard let session = caller.session else { throw Proof.Needed() }
            try ProofStore(db).require(session, at: now)
            try keep(codes, of: caller.id, at: now, in: db)
        }
        return codes
    }

    private func keep(_ codes: [String], of account: ID<Account>, at now: Date, in db: any Transaction) throws {
        let hashes = codes.compactMap(RecoveryCode.digits).map { keys.recoveryHash($0, of: account) }
        try RecoveryCodeStore(db).replace(of: account, by: hashes, at: now)
        try AccountJournal(db).append(
            "account.recovery-codes-made", about: account, by: account, at: now, data: ["count": hashes.count])
    }

    /// Uses up what somebody typed as their second factor: the authenticator's code or a recovery code. `nil` when it was
    /// neither, or was used before.
    func use(
        _ typed: String, of account: ID<Account>, _ known: Credentials, at now: Date, in db: any Transaction
    ) throws -> SecondFactor? {
        if let digits = RecoveryCode.digits(of: typed) {
            let store = RecoveryCodeStore(db)
            guard try store.use(keys.recoveryHash(digits, of: account), of: account, at: now) else { return nil }
            try AccountJournal(db).append(
                "account.recovery-code-used", about: account, by: account, at: now,
                data: ["left": try store.left(of: account).count])
            return .recoveryCode
        }
        let step = try known.oneTimePassword(of: account, keys: keys).step(
            of: SignInCode.normalized(typed), at: now, after: known.lastStep)
        guard let step, try AccountStore(db).use(step: step, of: account) else { return nil }
        return .authenticator
    }
}

/// What somebody had at hand besides their password.
enum SecondFactor: Sendable {
    case authenticator, recoveryCode
}
