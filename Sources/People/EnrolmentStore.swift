import Foundation
import Kernel
import Storage
import Vault

/// What somebody else wrote down of a rider who isn't here yet. Until the rider has come and said so, it is nobody's profile.
struct Enrolment: Sendable, Hashable {
    let id: UUID
    let phone: Phone
    var profile: Profile
    var territory: TerritoryCode?
}

/// A few enrolments that came together.
struct EnrolmentBatch: Sendable, Hashable {
    let id: UUID
    let by: ID<Account>
    let at: Date
    let count: Int
}

/// Keeps enrolments, sealed as contacts are. Nothing tells whether the number had an account before, or has one since.
package struct EnrolmentStore {
    private let db: any Transaction

    init(_ db: any Transaction) {
        self.db = db
    }

    package static let table = SealedTable(
        "enrolment", key: "id", of: .contact,
        columns: [.init("phone_sealed", index: "phone_index"), .init("profile_sealed")]
    )

    /// How long an enrolment waits for its rider.
    static let lifetime: TimeInterval = 30 * 86_400

    /// Keeps a batch; the newest enrolment of a number takes the place of those before.
    func insert(_ batch: EnrolmentBatch, _ enrolments: [Enrolment]) throws {
        try db.execute(
            """
            INSERT INTO enrolment_batch (id, account_id, at, rows_taken)
            VALUES (\(batch.id), \(batch.by), \(batch.at), \(batch.count))
            """)
        let seals = try db.seals
        for start in stride(from: 0, to: enrolments.count, by: 200) {
            let some = enrolments[start..<min(start + 200, enrolments.count)]
            let indexes = try some.flatMap {
                try Self.table.indexes(Data($0.phone.digits.utf8), in: "phone_index", seals)
            }
            try db.execute("DELETE FROM enrolment WHERE phone_index IN (\(each: indexes))")
            let rows = try some.map { enrolment -> SQL in
                let phone = Data(enrolment.phone.digits.utf8)
                let profile = try JSONEncoder().encode(Content(enrolment))
                func sealed(_ content: Data, _ column: String) throws -> Data {
                    try seals.seal(content, of: .contact, at: Self.table.place(column, enrolment.id))
                }
                return """
                    (\(enrolment.id), \(batch.id), \(try sealed(phone, "phone_sealed")),
                    \(try Self.table.index(phone, in: "phone_index", seals)),
                    \(try sealed(profile, "profile_sealed")), \(batch.at + Self.lifetime),
                    \(try seals.key(.contact, .seal)), \(try seals.key(.contact, .index)))
                    """
            }
            try db.execute(
                """
                INSERT INTO enrolment (id, batch_id, phone_sealed, phone_index, profile_sealed, expires_at, key_id,
                    index_key_id)
                VALUES \(rows.joined(by: ", "))
                """)
        }
    }

    /// What waits for the rider with this number, and who wrote it down.
    func find(_ phone: Phone, at now: Date) throws -> (enrolment: Enrolment, by: ID<Account>)? {
        let seals = try db.seals
        let indexes = try Self.table.indexes(Data(phone.digits.utf8), in: "phone_index", seals)
        let row = try db.row(
            """
            SELECT enrolment.id, profile_sealed, enrolment_batch.account_id
            FROM enrolment JOIN enrolment_batch ON enrolment_batch.id = batch_id
            WHERE phone_index IN (\(each: indexes)) AND expires_at > \(now)
            """)
        return try row.map { row in
            let id: UUID = try row[0]
            let content = try JSONDecoder().decode(
                Content.self, from: try seals.open(row[1], at: Self.table.place("profile_sealed", id)))
            return (content.enrolment(id, phone), try row[2])
        }
    }

    /// What was written down for this number is nobody's any more.
    func remove(_ phone: Phone) throws {
        let indexes = try Self.table.indexes(Data(phone.digits.utf8), in: "phone_index", db.seals)
        try db.execute("DELETE FROM enrolment WHERE phone_index IN (\(each: indexes))")
    }

    /// What somebody wrote down, the newest first.
    func batches(of account: ID<Account>, limit: Int) throws -> [EnrolmentBatch] {
        try db.rows(
            """
            SELECT id, account_id, at, rows_taken FROM enrolment_batch WHERE account_id = \(account)
            ORDER BY at DESC, id LIMIT \(limit)
            """
        ).map { row in EnrolmentBatch(id: try row[0], by: try row[1], at: try row[2], count: try row[3]) }
    }
}

private struct Content: Codable {
    let name: String?
    let platform: String?
    let company: String?
    let site: String?
    let territory: String?

    init(_ enrolment: Enrolment) {
        name = enrolment.profile.name
        platform = enrolment.profile.platform?.rawValue
        company = enrolment.profile.company
        site = enrolment.profile.site
        territory = enrolment.territory?.rawValue
    }

    func enrolment(_ id: UUID, _ phone: Phone) -> Enrolment {
        Enrolment(
            id: id, phone: phone,
            profile: Profile(
                name: name, platform: platform.flatMap(Platform.init), company: company, site: site),
            territory: territory.map(TerritoryCode.init(rawValue:)))
    }
}
