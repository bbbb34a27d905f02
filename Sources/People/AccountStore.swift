import Foundation
import Kernel
import Storage

/// Keeps accounts.
package struct AccountStore {
    let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func find(_ id: ID<Account>) throws -> Person {
        guard let row = try db.row("\(Self.select) WHERE account.id = \(id)") else { throw AccountError.notFound }
        return try person(row)
    }

    package func person(with phone: Phone) throws -> Person? {
        try db.row("\(Self.select) WHERE \(try ContactStore(db).isAccount(with: phone))").map(person)
    }

    package func person(with login: Login) throws -> Person? {
        try db.row("\(Self.select) WHERE login = \(login.text)").map(person)
    }

    /// Accounts by their age, the newest first; the next page begins before the last one of this.
    package func list(
        _ kind: AccountKind, before last: (createdAt: Date, id: ID<Account>)? = nil, limit: Int
    ) throws -> [Person] {
        var conditions: [SQL] = ["kind = \(kind)"]
        if let last { conditions.append("(created_at, account.id) < (\(last.createdAt), \(last.id))") }
        return try db.rows(
            "\(Self.select) WHERE \(conditions.all) ORDER BY created_at DESC, account.id DESC LIMIT \(limit)"
        ).map(person)
    }

    /// Keeps new accounts, many with one statement. Staff come with their credentials.
    package func insert(_ people: [Person], credentials: [ID<Account>: Credentials] = [:]) throws {
        for start in stride(from: 0, to: people.count, by: 500) {
            let rows: [SQL] = people[start..<min(start + 500, people.count)].map { person in
                let secrets = credentials[person.id]
                return """
                    (\(person.id), \(person.kind), \(person.state), \(Self.pseudonym(of: person)),
                    \(person.profile.platform), \(person.profile.company), \(person.profile.site), \(person.territory),
                    \(person.login?.text), \(secrets?.passwordHash.text), \(secrets?.sealedOneTimePassword),
                    \(person.createdAt), \(person.welcomedAt), \(secrets?.changeBy))
                    """
            }
            try db.execute(
                """
                INSERT INTO account (id, kind, state, pseudonym, platform, company, site, territory_code, login,
                    password_hash, totp_sealed, created_at, welcomed_at, change_by)
                VALUES \(rows.joined(by: ", "))
                """
            )
        }
        try ContactStore(db).set(
            people.filter { $0.contact != Contact() }.map { (account: $0.id, contact: $0.contact) })
    }

    /// Keeps what a person may change of themselves.
    package func update(_ person: Person) throws {
        try db.execute(
            """
            UPDATE account SET platform = \(person.profile.platform),
                company = \(person.profile.company), site = \(person.profile.site),
                territory_code = \(person.territory), welcomed_at = \(person.welcomedAt)
            WHERE id = \(person.id)
            """
        )
        try ContactStore(db).set([(account: person.id, contact: person.contact)])
    }

    /// Closes a rider's account and forgets who it was: phone, name and what the rider said of themselves go, and with the
    /// pseudonym the way from the journal. Kind and day of creation stay, for the figures.
    package func forget(_ person: Person, because reason: String) throws {
        guard person.kind == .rider else { throw AccountError.notFound }
        try ContactStore(db).remove(of: person.id)
        try SessionStore(db).endAll(of: person.id)
        try db.execute(
            """
            UPDATE account SET state = 'closed', pseudonym = NULL, platform = NULL, company = NULL, site = NULL,
                territory_code = NULL, welcomed_at = NULL, created_at = \(Day(of: person.createdAt).start),
                state_reason = \(reason)
            WHERE id = \(person.id)
            """)
    }

    /// Under what somebody stands in the journal: riders under their pseudonym while they have one.
    package func journalID(of account: ID<Account>) throws -> ID<Account> {
        guard let row = try db.row("SELECT pseudonym FROM account WHERE id = \(account)") else {
            throw AccountError.notFound
        }
        return try (row[0] as String?).flatMap(UUID.init(digits:)).map { ID($0) } ?? account
    }

    private static func pseudonym(of person: Person) -> String? {
        guard case .phone = person.door else { return nil }
        return Data.random(16).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    package func updateState(of person: Person, because reason: String) throws {
        try db.execute("UPDATE account SET state = \(person.state), state_reason = \(reason) WHERE id = \(person.id)")
    }

    /// How many riders had registered by `instant`. An account that was closed later still counts: published figures
    /// never change.
    func registeredRiders(by instant: Date) throws -> Int {
        try db.value("SELECT COUNT(*) FROM account WHERE kind = 'rider' AND created_at <= \(instant)")
    }

    private static let select: SQL = "SELECT \(columns) FROM account \(ContactStore.joining)"

    /// What ``person(_:)`` reads, with ``ContactStore/joining``.
    static let columns: SQL = """
        account.id AS id, kind, state, platform, company, site, territory_code, login, created_at, welcomed_at,
        \(ContactStore.columns)
        """

    func person(_ row: Row) throws -> Person {
        let contact = try ContactStore(db).contact(row["id"], name: row["name_sealed"], phone: row["phone_sealed"])
        return try Person(row, contact)
    }
}

// MARK: - What staff prove themselves by

/// What is kept of the secrets of a member of staff.
package struct Credentials: Sendable, Hashable {
    package let passwordHash: PasswordHash
    /// The authenticator's secret, encrypted for this account.
    package let sealedOneTimePassword: Data
    /// The last half minute whose code was used.
    package let lastStep: Int
    /// Until when the password may be used at all, when it is one that somebody else knows.
    package let changeBy: Date?

    package init(
        _ passwordHash: PasswordHash, _ oneTimePassword: OneTimePassword, of account: ID<Account>, keys: PeopleKeys,
        changeBy: Date? = nil
    ) throws {
        self.init(
            passwordHash: passwordHash,
            sealedOneTimePassword: try Self.sealed(oneTimePassword, of: account, keys: keys), lastStep: 0,
            changeBy: changeBy)
    }

    fileprivate init(passwordHash: PasswordHash, sealedOneTimePassword: Data, lastStep: Int, changeBy: Date?) {
        self.passwordHash = passwordHash
        self.sealedOneTimePassword = sealedOneTimePassword
        self.lastStep = lastStep
        self.changeBy = changeBy
    }

    func isUsable(at now: Date) -> Bool { changeBy.map { now < $0 } ?? true }

    func oneTimePassword(of account: ID<Account>, keys: PeopleKeys) throws -> OneTimePassword {
        OneTimePassword(secret: try keys.opened(sealedOneTimePassword, for: Self.place(account)))
    }

    static func sealed(_ password: OneTimePassword, of account: ID<Account>, keys: PeopleKeys) throws -> Data {
        try keys.sealed(password.secret, for: place(account))
    }

    private static func place(_ account: ID<Account>) -> String { "account.totp_sealed|\(account)" }
}

extension AccountStore {
    func credentials(of account: ID<Account>) throws -> Credentials? {
        guard
            let row = try db.row(
                "SELECT password_hash, totp_sealed, totp_step, change_by FROM account WHERE id = \(account)"),
            let hash = try (row[0] as String?).flatMap(PasswordHash.init(text:)), let sealed: Data = try row[1]
        else { return nil }
        return Credentials(
            passwordHash: hash, sealedOneTimePassword: sealed, lastStep: try row[2], changeBy: try row[3])
    }

    /// Sets a password. One that somebody else knows must be changed, and can be used until `changeBy` only.
    func setPassword(_ hash: PasswordHash, of account: ID<Account>, changeBy: Date? = nil) throws {
        try db.execute(
            "UPDATE account SET password_hash = \(hash.text), change_by = \(changeBy) WHERE id = \(account)")
    }

    func setOneTimePassword(sealed: Data, of account: ID<Account>) throws {
        try db.execute("UPDATE account SET totp_sealed = \(sealed) WHERE id = \(account)")
    }

    /// Uses up the code of a half minute. False when it, or a later one, was used before.
    func use(step: Int, of account: ID<Account>) throws -> Bool {
        try db.execute("UPDATE account SET totp_step = \(step) WHERE id = \(account) AND totp_step < \(step)") == 1
    }
}

// MARK: - Rows

extension AccountKind: SQLConvertible {}
extension AccountState: SQLConvertible {}
extension Platform: SQLConvertible {}

extension Person {
    var contact: Contact { Contact(phone: phone, name: profile.name) }

    fileprivate init(_ row: Row, _ contact: Contact) throws {
        let kind: AccountKind = try row["kind"]
        let login = try (row["login"] as String?).flatMap(Login.init)
        let door: Door
        switch (kind, contact.phone, login) {
        case (.rider, .some(let phone), _): door = .phone(phone)
        case (.staff, _, .some(let login)): door = .login(login)
        case (.rider, nil, _): door = .closed
        case (.staff, _, nil): throw RowError.unexpectedValue(column: "login", wanted: "Login")
        }
        // A platform that only a newer version knows.
        let platform = try (row["platform"] as String?).map { Platform(rawValue: $0) ?? .other }
        self.init(
            id: try row["id"], door: door,
            profile: Profile(
                name: contact.name, platform: platform, company: try row["company"], site: try row["site"]),
            territory: try row["territory_code"], state: try row["state"], createdAt: try row["created_at"],
            welcomedAt: try row["welcomed_at"])
    }
}

extension UUID {
    /// From 32 hexadecimal digits.
    fileprivate init?(digits: String) {
        let values = digits.compactMap(\.hexDigitValue)
        guard values.count == 32 else { return nil }
        self.init(bytes: stride(from: 0, to: 32, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
    }
}
