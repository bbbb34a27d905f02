import Foundation
import Kernel
import People
import Storage

/// Who reported a case, and whom they agreed to be named to.
package struct Reporter: Sendable, Hashable {
    package enum Identity: String, Sendable, Codable, CaseIterable {
        /// The handler may see the name.
        case named
        /// Nobody who works on the case sees it.
        case confidential
        /// As confidential; no way to ask for it either.
        case anonymous
    }

    package let matter: ID<Case>
    package let account: ID<Account>
    package let identity: Identity
    /// What everybody else sees: four characters that say nothing, such as `A7F3`.
    package let alias: String
    /// SHA-256 of what was sent, to tell a second sending from another report under the same key.
    package let digest: Data
}

/// Keeps who reported what, apart from the cases.
package struct ReporterStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package func find(_ matter: ID<Case>) throws -> Reporter? {
        try db.row(
            "SELECT matter_id, account_id, identity, alias, digest FROM reporter WHERE matter_id = \(matter)"
        ).map(Reporter.init)
    }

    package func insert(_ reporter: Reporter) throws {
        try db.execute(
            """
            INSERT INTO reporter (matter_id, account_id, identity, alias, digest)
            VALUES (\(reporter.matter), \(reporter.account), \(reporter.identity), \(reporter.alias), \(reporter.digest))
            """
        )
    }

    /// The reporter becomes better protected: from named to confidential, never the other way.
    package func hideName(in matter: ID<Case>) throws {
        try db.execute(
            "UPDATE reporter SET identity = 'confidential' WHERE matter_id = \(matter) AND identity = 'named'")
    }

    /// The same in everything that somebody reported; says in how many cases that changed something.
    @discardableResult
    package func hideNames(of account: ID<Account>) throws -> Int {
        try db.execute(
            "UPDATE reporter SET identity = 'confidential' WHERE account_id = \(account) AND identity = 'named'")
    }

    /// What somebody reported, by whether it has ended.
    package func matters(of account: ID<Account>, ended: Bool) throws -> [ID<Case>] {
        let states: SQL = ended ? "IN ('closed', 'declined')" : "NOT IN ('closed', 'declined')"
        return try db.rows(
            """
            SELECT matter_id FROM reporter JOIN matter ON matter.id = reporter.matter_id
            WHERE account_id = \(account) AND state \(states)
            """
        ).map { try $0[0] }
    }

    /// Cuts the link between these cases and whoever reported them. The alias stays, so that the file can be read.
    package func forget(_ matters: [ID<Case>]) throws {
        for start in stride(from: 0, to: matters.count, by: 500) {
            try db.execute(
                """
                UPDATE reporter SET account_id = \(ID<Account>.nobody), identity = 'confidential', digest = \(Data())
                WHERE matter_id IN (\(each: Array(matters[start..<min(start + 500, matters.count)])))
                """
            )
        }
    }
}

extension Reporter.Identity: SQLConvertible {}

extension Reporter {
    fileprivate init(_ row: Row) throws {
        self.init(
            matter: try row["matter_id"], account: try row["account_id"], identity: try row["identity"],
            alias: try row["alias"], digest: try row["digest"])
    }
}
