import Access
import Foundation
import Kernel
import Logging
import Storage
import Web

/// How people get in and out.
///
/// Everything that depends on whether somebody is known here happens behind a right code or password: until then known
/// and unknown take the same statements and get the same answer.
package struct SignInCommands: Sendable {
    let services: Services
    let keys: PeopleKeys
    let gateway: any CodeGateway
    let limits: SignInLimits
    let desk: PasswordDesk

    /// Who is at the other end, as far as that is known.
    struct Client: Sendable {
        let means: SessionMeans
        let device: Device
        let address: String
        /// The session that the new one takes the place of: nobody goes on with a token from before signing in.
        let replaces: ID<Session>?
    }

    /// A code that is on its way.
    struct Asked: Sendable {
        /// Only with this can the code be used.
        let challenge: Token
        /// The code itself, in the demo.
        let shownCode: String?
    }

    /// Somebody who is in.
    struct Entered: Sendable {
        let token: Token
        let session: OpenSession
        let person: Person
        let caller: Caller
    }

    func askForCode(
        to phone: Phone, for purpose: CodePurpose = .signIn, in language: Language, client: Client
    ) async throws -> Asked {
        guard gateway.isWorking else { throw SignInError.noCodes }
        let now = services.now()
        let uuid = services.makeUUID(now)
        let challenge = Token()
        let digits = SignInCode.randomCode()
        let code = SignInCode(
            id: ID(uuid), challenge: challenge.hash, codeHash: keys.codeHash(digits, challenge: challenge.hash),
            phoneKey: phoneKey(phone, for: purpose),
            sealedPhone: try keys.sealed(Data(phone.digits.utf8), for: Self.place),
            means: client.means, expiresAt: now.addingTimeInterval(SignInCode.lifetime).storable)
        let address = limitSubject(ofAddress: client.address)
        let budgets =
            limits.codesPerPhone.map { Spending($0, of: phone.digits, keys: keys) }
            + limits.codesPerAddress.map { Spending($0, of: address, keys: keys) }
            + limits.codesInAll.map { Spending($0, of: "", keys: keys) }
        let wait = try await services.database.write { db -> Int? in
            if let wait = try AttemptStore(db).draw(budgets, at: now) { return wait }
            try AttemptStore(db).removeEnded(before: now)
            try SignInCodeStore(db).removeEnded(before: now)
            try SignInCodeStore(db).insert(code)
            return nil
        }
        if let wait { throw SignInError.tooManyCodes(retryAfter: wait) }

        let t = services.site.strings(in: language)
        let minutes = Int(SignInCode.lifetime / 60)
        let message = CodeMessage(
            id: ID(uuid), phone: phone, code: digits,
            text: t("signIn.message", ["code": digits, "minutes": "\(minutes)"]), at: now)
        do {
            try await gateway.send(message)
        } catch {
            // The kind of error only: its text could hold the number.
            Self.logger.error("a code could not be sent", metadata: ["error": "\(type(of: error))"])
            throw SignInError.noCodes
        }
        return Asked(challenge: challenge, shownCode: gateway.shownCode(of: message.id))
    }

    /// The code that a browser waits for, while it can still be used: what the second step shows.
    func waiting(
        _ challenge: Token, for purpose: CodePurpose = .signIn
    ) async throws -> (phone: Phone, shownCode: String?)? {
        let now = services.now()
        let code = try await services.database.read { db in
            try SignInCodeStore(db).find(challenge: challenge, means: .cookie)
        }
        guard let code, code.isOpen(at: now), isSent(code, for: purpose) else { return nil }
        return (try phone(of: code), gateway.shownCode(of: ID(code.id.uuid)))
    }

    /// Lets somebody in who has typed the code, and registers them when the number is new.
    ///
    /// `challenge` is what ``askForCode(to:in:client:)`` answered. Only a program may leave it out; it then says the
    /// number again.
    func enter(_ typed: String, phone: Phone?, challenge: Token?, client: Client) async throws -> Entered {
        let now = services.now()
        // Random: what an identity says of its moment would lead from the entry in the journal to the account.
        let newcomer: ID<Account> = ID(services.makeName())
        let session: ID<Session> = services.makeID()
        let token = Token()
        let outcome = try await services.database.write { db -> Outcome in
            let code: SignInCode
            switch try check(
                typed, for: .signIn, phone: phone, challenge: challenge, client: client, at: now, in: db)
            {
            case .right(let right): code = right
            case .wrong: return .refused
            case .wait(let seconds): return .wait(seconds)
            }
            let person = try knownOrNew(try self.phone(of: code), as: newcomer, at: now, in: db)
            guard person.state == .active else { return .stopped }
            return .entered(try open(session, token, for: person, client: client, at: now, in: db))
        }
        return try outcome.get("rider")
    }

    /// What came of typing a code. A value, because the tries must be kept.
    enum Answered {
        case right(SignInCode)
        case wrong
        case wait(Int)
    }

    /// Looks at a code that somebody typed. Each look uses up a try; a right one uses up all codes of its number that were
    /// sent for the same purpose.
    func check(
        _ typed: String, for purpose: CodePurpose, phone: Phone?, challenge: Token?, client: Client, at now: Date,
        in db: any Transaction
    ) throws -> Answered {
        let codes = SignInCodeStore(db)
        let given = phone.map { phoneKey($0, for: purpose) }
        var stored: SignInCode?
        if let challenge {
            stored = try codes.find(challenge: challenge, means: client.means)
        } else if let given, client.means == .bearer {
            stored = try codes.newest(phoneKey: given, at: now)
        }
        if let given, stored?.phoneKey != given { stored = nil }
        if let code = stored, !isSent(code, for: purpose) { stored = nil }

        // Of one number, whatever its codes are for.
        let ofPhone = tries(phone: try stored.map { try self.phone(of: $0) } ?? phone)
        let wait = try AttemptStore(db).draw(ofPhone + tries(address: client.address), at: now)
        if let wait { return .wait(wait) }
        guard var code = stored else { return .wrong }
        guard code.accepts(typed, keys: keys, at: now) else {
            try codes.updateTries(code)
            return .wrong
        }
        try codes.removeAll(phoneKey: code.phoneKey)
        try AttemptStore(db).forget(ofPhone)
        return .right(code)
    }

    private func knownOrNew(
        _ phone: Phone, as id: ID<Account>, at now: Date, in db: any Transaction
    ) throws -> Person {
        let accounts = AccountStore(db)
        if let known = try accounts.person(with: phone) { return known }
        let person = Person(id: id, door: .phone(phone), createdAt: now)
        try accounts.insert([person])
        try AccountJournal(db).append(
            "account.created", about: id, by: id, at: now, data: ["kind": AccountKind.rider.rawValue])
        return person
    }

    private func phoneKey(_ phone: Phone, for purpose: CodePurpose) -> Data {
        keys.subject(purpose.rawValue, phone.digits)
    }

    /// What a code was sent for stands in the key of its number: it can be asked, and not read.
    private func isSent(_ code: SignInCode, for purpose: CodePurpose) -> Bool {
        // One that was sealed with another server's key is good for nothing.
        guard let phone = try? phone(of: code) else { return false }
        return code.phoneKey == phoneKey(phone, for: purpose)
    }

    func phone(of code: SignInCode) throws -> Phone {
        let digits = String(decoding: try keys.opened(code.sealedPhone, for: Self.place), as: UTF8.self)
        guard let phone = Phone(digits) else { throw SignInError.codeRefused }
        return phone
    }

    private func tries(phone: Phone?) -> [Spending] {
        guard let phone else { return [] }
        let subject = phoneKey(phone, for: .signIn).base64url
        return limits.triesPerPhone.map { Spending($0, of: subject, keys: keys) }
    }

    func tries(address: String) -> [Spending] {
        limits.triesPerAddress.map { Spending($0, of: limitSubject(ofAddress: address), keys: keys) }
    }

    private static let place = "sign_in_code.phone_sealed"
    static let logger = Logger(label: "nuanxin.people")
}

/// What came of trying to get in. A value and not an error, because the tries must be kept: an error undoes them.
enum Outcome: Sendable {
    case entered(SignInCommands.Entered)
    case refused
    case stopped
    case wait(Int)

    func get(_ kind: String) throws -> SignInCommands.Entered {
        switch self {
        case .entered(let entered): return entered
        case .refused:
            SignInCommands.logger.notice("sign-in refused", metadata: ["kind": "\(kind)"])
            throw kind == "staff" ? SignInError.staffRefused : SignInError.codeRefused
        case .stopped: throw SignInError.accountStopped
        case .wait(let seconds): throw SignInError.tooManyTries(retryAfter: seconds)
        }
    }
}
