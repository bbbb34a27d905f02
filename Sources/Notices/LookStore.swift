import Access
import Cases
import Foundation
import Kernel
import Storage

/// Keeps who looked, so that their person finds it without a search through the journal.
package struct LookStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func insert(_ look: Look) throws {
        try db.execute(
            """
            INSERT INTO look (id, account_id, matter_id, at, kind, purpose, role, office_id, territory_path)
            VALUES (\(look.id), \(look.account), \(look.matter), \(look.at), \(look.kind), \(look.purpose),
                \(look.role?.rawValue), \(look.office), \(look.territory))
            ON CONFLICT (id) DO NOTHING
            """
        )
    }

    /// The newest first.
    package func list(
        of account: ID<Account>, before: (Date, ID<Notice>)? = nil, limit: Int
    ) throws -> [Look] {
        var conditions: [SQL] = ["account_id = \(account)"]
        if let (time, id) = before { conditions.append("(at, id) < (\(time), \(id))") }
        return try db.rows(
            """
            SELECT id, account_id, matter_id, at, kind, purpose, role, office_id, territory_path FROM look
            WHERE \(conditions.all) ORDER BY at DESC, id DESC LIMIT \(limit)
            """
        ).map(Look.init)
    }

    /// With the account, what it could look up goes as well.
    package func erase(of account: ID<Account>) throws {
        try db.execute("DELETE FROM look WHERE account_id = \(account)")
    }
}

extension Look {
    fileprivate init(_ row: Row) throws {
        // A role that only a newer version knows is shown as none.
        let role = try (row[6] as String?).flatMap(Role.init)
        self.init(
            id: try row[0], account: try row[1], matter: try row[2], at: try row[3], kind: try row[4],
            purpose: try row[5], role: role, office: try row[7], territory: try row[8])
    }
}
