import Foundation
import Kernel
import Storage
import Vault

/// How to reach somebody and what to call them, as it comes out of the vault.
struct Contact: Sendable, Hashable {
    var phone: Phone?
    var name: String?
}

/// Keeps phones and names, sealed, apart from accounts. A phone is found by its blind index.
package struct ContactStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    package static let table = SealedTable(
        "account_contact", key: "account_id", of: .contact,
        columns: [.init("phone_sealed", index: "phone_index"), .init("name_sealed")])

    /// Joins an account's row, for ``columns``.
    static let joining: SQL = "LEFT JOIN account_contact ON account_contact.account_id = account.id"
    /// The sealed name and phone.
    static let columns: SQL = "account_contact.name_sealed, account_contact.phone_sealed"

    /// The account with this phone, as a condition on `account.id`.
    func isAccount(with phone: Phone) throws -> SQL {
        let indexes = try Self.table.indexes(Data(phone.digits.utf8), in: "phone_index", db.seals)
        return "account.id IN (SELECT account_id FROM account_contact WHERE phone_index IN (\(each: indexes)))"
    }

    /// Keeps the contacts of accounts, also of those that have one already.
    func set(_ contacts: [(account: ID<Account>, contact: Contact)]) throws {
        for start in stride(from: 0, to: contacts.count, by: 500) {
            let rows = try contacts[start..<min(start + 500, contacts.count)].map { try row($0.account, $0.contact) }
            try db.execute(
                """
                INSERT INTO account_contact (account_id, phone_sealed, phone_index, name_sealed, key_id, index_key_id)
                VALUES \(rows.joined(by: ", "))
                ON CONFLICT (account_id) DO UPDATE SET phone_sealed = excluded.phone_sealed,
                    phone_index = excluded.phone_index, name_sealed = excluded.name_sealed,
                    key_id = excluded.key_id, index_key_id = excluded.index_key_id
                """)
        }
    }

    /// Removes what is known of somebody for good.
    func remove(of account: ID<Account>) throws {
        try db.execute("DELETE FROM account_contact WHERE account_id = \(account)")
    }

    func contact(_ account: ID<Account>, name: Data?, phone: Data?) throws -> Contact {
        let seals = try name == nil && phone == nil ? nil : db.seals
        return try Contact(account, name: name, phone: phone) { sealed, place in try seals?.open(sealed, at: place) }
    }

    private func row(_ account: ID<Account>, _ contact: Contact) throws -> SQL {
        let seals = try db.seals
        func sealed(_ text: String?, _ column: String) throws -> Data? {
            try text.map {
                try seals.seal(Data($0.utf8), of: .contact, at: Self.table.place(column, account.uuid))
            }
        }
        let digits = contact.phone?.digits
        let index = try digits.map { try Self.table.index(Data($0.utf8), in: "phone_index", seals) }
        return """
            (\(account), \(try sealed(digits, "phone_sealed")), \(index), \(try sealed(contact.name, "name_sealed")),
            \(try seals.key(.contact, .seal)), \(try index == nil ? nil : seals.key(.contact, .index)))
            """
    }
}

extension Contact {
    init(
        _ account: ID<Account>, name: Data?, phone: Data?, opening open: (Data, SealedPlace) throws -> Data?
    ) throws {
        func text(_ sealed: Data?, _ column: String) throws -> String? {
            try sealed.flatMap { try open($0, ContactStore.table.place(column, account.uuid)) }
                .map { String(decoding: $0, as: UTF8.self) }
        }
        self.init(phone: try text(phone, "phone_sealed").flatMap(Phone.init), name: try text(name, "name_sealed"))
    }
}

// MARK: - Accounts of the version before, which kept phone and name in plain

/// Seals phones and names that stand in `account`, before their columns go.
struct PlainContactStore {
    let db: any Transaction

    func seal(_ pass: Migration.Preparation.Pass) throws -> Int {
        switch pass {
        case .batch(let size): try sealNew(limit: size)
        case .last: try sealAll()
        }
    }

    private func sealNew(limit: Int) throws -> Int {
        let rows = try db.rows(
            """
            SELECT id, phone, name FROM account
            WHERE (phone IS NOT NULL OR name IS NOT NULL)
                AND NOT EXISTS (SELECT 1 FROM account_contact WHERE account_id = account.id)
            ORDER BY id LIMIT \(limit)
            """)
        try ContactStore(db).set(rows.map(Self.contact))
        return rows.count
    }

    /// What is left, and what was changed after it had been sealed.
    private func sealAll() throws -> Int {
        var (done, last) = (0, UUID(high: 0, low: 0))
        while true {
            let rows = try db.rows(
                """
                SELECT account.id AS id, phone, name, \(ContactStore.columns) FROM account \(ContactStore.joining)
                WHERE account.id > \(last) ORDER BY account.id LIMIT \(500)
                """)
            guard let final = rows.last else { return done }
            last = try final[0]
            let store = ContactStore(db)
            let changed = try rows.filter { row in
                let plain = try Self.contact(row)
                return try plain.contact != store.contact(plain.account, name: row[3], phone: row[4])
            }.map(Self.contact)
            try store.set(changed)
            done += changed.count
        }
    }

    private static func contact(_ row: Row) throws -> (account: ID<Account>, contact: Contact) {
        (try row[0], Contact(phone: try (row[1] as String?).flatMap(Phone.init), name: try row[2]))
    }
}
