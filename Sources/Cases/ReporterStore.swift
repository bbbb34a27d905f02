import Foundation
import Kernel
import People
import Storage
import Vault

/// What everybody who works on a case may know of its reporter. Whose account it is lies sealed beside it.
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
    package let identity: Identity
    /// What everybody else sees: four characters that say nothing, such as `A7F3`.
    package let alias: String
}

/// Keeps who reported what: apart from the cases, and sealed.
package struct ReporterStore {
    private let db: any Transaction

    package init(_ db: any Transaction) {
        self.db = db
    }

    package static let table = SealedTable(
        "reporter", key: "matter_id", of: .reporter,
        columns: [.init("account_sealed", index: "account_index"), .init("digest_sealed")])

    package func find(_ matter: ID<Case>) throws -> Reporter? {
        try db.row("SELECT matter_id, identity, alias FROM reporter WHERE matter_id = \(matter)").map(Reporter.init)
    }

    /// `digest`: SHA-256 of what was sent, to tell a second sending from another report under the same key. It is sealed, so that
    /// nobody can try out what somebody may have sent.
    package func insert(_ reporter: Reporter, account: ID<Account>, digest: Data) throws {
        try insert([(reporter, account, digest)], into: "reporter")
    }

    /// `name`: what the table is called while it takes over from its predecessor.
    fileprivate func insert(
        _ reporters: [(reporter: Reporter, account: ID<Account>, digest: Data)], into name: String
    ) throws {
        guard !reporters.isEmpty else { return }
        let seals = try db.seals
        let rows = try reporters.map { reporter, account, digest -> SQL in
            let (row, bytes) = (reporter.matter.uuid, account.uuid.bytes)
            return """
                (\(row), \(reporter.identity), \(reporter.alias),
                \(try seals.seal(bytes, of: .reporter, at: Self.table.place("account_sealed", row))),
                \(try Self.table.index(bytes, in: "account_index", seals)),
                \(try seals.seal(digest, of: .reporter, at: Self.table.place("digest_sealed", row))),
                \(try seals.key(.reporter, .seal)), \(try seals.key(.reporter, .index)))
                """
        }
        try db.execute(
            """
            INSERT INTO \(identifier: name) (matter_id, identity, alias, account_sealed, account_index, digest_sealed,
                key_id, index_key_id)
            VALUES \(rows.joined(by: ", "))
            """
        )
    }

    /// Whether it was this account that reported the case. It opens nothing: who asks knows the account already.
    package func isReporter(_ account: ID<Account>, of matter: ID<Case>) throws -> Bool {
        try db.row("SELECT 1 AS found FROM reporter WHERE matter_id = \(matter) AND \(isReported(by: account))") != nil
    }

    /// The condition on rows of `reporter` that this account sent them.
    package func isReported(by account: ID<Account>) throws -> SQL {
        "reporter.account_index IN (\(each: try Self.table.indexes(account.uuid.bytes, in: "account_index", db.seals)))"
    }

    /// The condition on rows of `reporter` that they still lead to somebody.
    func isKnown() throws -> SQL { "NOT \(try isReported(by: .nobody))" }

    /// Those of `others` that came from the same person as `matter`, without opening who that is. Whoever reported anonymously is
    /// the same as nobody.
    package func sameReporter(as matter: ID<Case>, among others: [ID<Case>]) throws -> Set<ID<Case>> {
        let rows = try db.rows(
            """
            SELECT reporter.matter_id FROM reporter
            JOIN reporter AS one ON one.account_index = reporter.account_index AND one.index_key_id = reporter.index_key_id
            WHERE one.matter_id = \(matter) AND reporter.matter_id IN (\(each: others)) AND \(try isKnown())
                AND one.identity <> 'anonymous' AND reporter.identity <> 'anonymous'
            """)
        return try Set(rows.map { try $0[0] })
    }

    /// Whether a report came with just this content.
    func isSame(_ digest: Data, in matter: ID<Case>) throws -> Bool {
        try opened("digest_sealed", of: matter, db.seals) == digest
    }

    /// Where messages about a case go. For the product itself and nobody else: what it learns it puts into an inbox.
    package func recipient(of matter: ID<Case>) throws -> ID<Account>? {
        try openAccount(of: matter, db.seals)
    }

    /// Only ``HiddenReporter`` asks for it on behalf of a person.
    func openAccount(of matter: ID<Case>, _ seals: Seals) throws -> ID<Account>? {
        let bytes = try opened("account_sealed", of: matter, seals)
        let account: ID<Account>? = bytes.flatMap { UUID(bytes: $0) }.map { ID($0) }
        return account == .nobody ? nil : account
    }

    private func opened(_ column: String, of matter: ID<Case>, _ seals: Seals) throws -> Data? {
        let row = try db.row("SELECT \(identifier: column) FROM reporter WHERE matter_id = \(matter)")
        return try row.map { try seals.open($0[0], at: Self.table.place(column, matter.uuid)) }
    }

    /// Hides the name in everything that somebody reported; says in how many cases that changed something.
    @discardableResult
    package func hideNames(of account: ID<Account>) throws -> Int {
        try db.execute(
            "UPDATE reporter SET identity = 'confidential' WHERE \(try isReported(by: account)) AND identity = 'named'")
    }

    /// What somebody reported, by whether it has ended. What is held has not: its file must stay as it is.
    package func matters(of account: ID<Account>, ended: Bool, at now: Date) throws -> [ID<Case>] {
        let isOver: SQL = "(state IN ('closed', 'declined') AND NOT \(CaseHoldStore.isHeld("matter.id", at: now)))"
        return try db.rows(
            """
            SELECT matter_id FROM reporter JOIN matter ON matter.id = reporter.matter_id
            WHERE \(try isReported(by: account)) AND \(ended ? isOver : "NOT \(isOver)")
            """
        ).map { try $0[0] }
    }

    /// Cuts the link between these cases and whoever reported them: it leads to nobody from then on. The alias stays, so
    /// that the file can be read.
    package func forget(_ matters: [ID<Case>]) throws {
        guard !matters.isEmpty else { return }
        let (seals, nobody) = (try db.seals, ID<Account>.nobody.uuid.bytes)
        let index = try Self.table.index(nobody, in: "account_index", seals)
        for matter in matters.map(\.uuid) {
            let account = try seals.seal(nobody, of: .reporter, at: Self.table.place("account_sealed", matter))
            let digest = try seals.seal(Data(), of: .reporter, at: Self.table.place("digest_sealed", matter))
            try db.execute(
                """
                UPDATE reporter SET identity = 'confidential', account_sealed = \(account), account_index = \(index),
                    digest_sealed = \(digest), key_id = \(try seals.key(.reporter, .seal)),
                    index_key_id = \(try seals.key(.reporter, .index))
                WHERE matter_id = \(matter)
                """)
        }
    }
}

extension Reporter.Identity: SQLConvertible {}

extension Reporter {
    fileprivate init(_ row: Row) throws {
        self.init(matter: try row["matter_id"], identity: try row["identity"], alias: try row["alias"])
    }
}

// MARK: - Reporters of the version before, which kept them in plain

/// Seals who reported into `reporter_sealed`, which then takes the place of `reporter`.
struct PlainReporterStore {
    let db: any Transaction

    func seal(_ pass: Migration.Preparation.Pass) throws -> Int { try pass.inBatches(sealNew) }

    private func sealNew(limit: Int) throws -> Int {
        let rows = try db.rows(
            """
            SELECT matter_id, identity, alias, account_id, digest FROM reporter
            WHERE NOT EXISTS (SELECT 1 FROM reporter_sealed WHERE reporter_sealed.matter_id = reporter.matter_id)
            ORDER BY matter_id LIMIT \(limit)
            """)
        let reporters = try rows.map { (try Reporter($0), try $0[3] as ID<Account>, try $0[4] as Data) }
        try ReporterStore(db).insert(reporters, into: "reporter_sealed")
        return rows.count
    }
}
