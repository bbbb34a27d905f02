import Foundation
import Kernel
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
}

extension Reporter.Identity: SQLConvertible {}

extension Reporter {
    fileprivate init(_ row: Row) throws {
        self.init(
            matter: try row["matter_id"], account: try row["account_id"], identity: try row["identity"],
            alias: try row["alias"], digest: try row["digest"])
    }
}
