import Access
import Cases
import Foundation
import Kernel
import People
import Storage

/// Reads who looked at a person, out of what the vault writes down of each look. There is no list beside it: what leads
/// from a look to the person is the sealed link of their case, and goes with it.
package struct LookStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    /// The newest first. `policy` says which of the posts that somebody held was the one by which they might look;
    /// `requests` selects what they asked about their own data.
    package func list(
        of account: ID<Account>, requests: SQL, before: (Date, ID<Look>)? = nil, limit: Int, policy: Policy
    ) throws -> [Look] {
        var conditions: [SQL] = ["NOT is_refused"]
        if let (time, id) = before { conditions.append("(at, id) < (\(time), \(id))") }
        let columns: SQL = "id, subject, at, class, purpose, viewer_id, is_refused"
        let rows = try db.rows(
            """
            SELECT \(columns) FROM (
                SELECT \(columns) FROM identity_look JOIN reporter ON reporter.matter_id = identity_look.subject
                WHERE class = 'reporter' AND \(try ReporterStore(db).isReported(by: account))
                UNION ALL
                SELECT \(columns) FROM identity_look WHERE class = 'contact' AND subject IN (\(requests))
            ) AS looks
            WHERE \(conditions.all) ORDER BY at DESC, id DESC LIMIT \(limit)
            """)
        var known: [ID<Account>: [DatedGrant]] = [:]
        return try rows.map { row in
            let (at, viewer) = (try row[2] as Date, try row[5] as ID<Account>)
            let keyClass = try row[3] as String
            let kind = keyClass == "reporter" ? "reporter" : "dataRequest"
            let grants = try known[viewer] ?? GrantStore(db).list(of: viewer)
            known[viewer] = grants
            let post = grants.filter { $0.holds(at: at) }.map(\.grant).first { grant in
                policy.rules.contains {
                    $0.role == grant.role && $0.kind == kind && $0.actions.contains("read")
                }
            }
            return Look(
                id: try row[0],
                occasion: keyClass == "reporter" ? .report(try row[1]) : .request(try row[1]), at: at,
                kind: "\(keyClass).read", purpose: try row[4], post: post)
        }
    }

    /// Whether the vault wrote down this look at who reported a case.
    func wasShown(_ matter: ID<Case>, to viewer: ID<Account>, at time: Date) throws -> Bool {
        try db.row(
            """
            SELECT 1 AS found FROM identity_look WHERE subject = \(matter) AND viewer_id = \(viewer) AND at = \(time)
            AND class = 'reporter' AND NOT is_refused
            """) != nil
    }
}
