/// One step of the schema's history. Once it has shipped it is frozen: its digest is recorded, and a database that was
/// made by other statements of the same name is refused.
package struct Migration: Sendable {
    /// What a step means to nodes of the version before it, which go on running while the others are replaced.
    package enum Phase: String, SQLConvertible {
        /// They can go on: it only adds tables, indexes, or columns with a default.
        case expand
        /// They can't: it takes away or changes what they use. It comes one version after the last code that did.
        case contract
    }

    package let name: String
    package let phase: Phase
    package let statements: [SQL]

    package init(_ name: String, phase: Phase = .expand, _ statements: SQL...) {
        self.name = name
        self.phase = phase
        self.statements = statements
    }

    /// FNV-1a over the statements as both databases get them: enough to notice an edit, not meant against forgery.
    package var digest: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for statement in statements {
            for dialect in SQLDialect.allCases {
                let (text, values) = statement.rendered(for: dialect)
                for byte in (text + values.map { "\($0)" }.joined()).utf8 {
                    hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
                }
            }
        }
        return String(hash, radix: 16)
    }
}

package enum MigrationError: Error, Equatable, CustomStringConvertible {
    /// The database went through a migration of this name with other statements.
    case edited(String)
    /// The database was changed by a newer version of the product in a way that this one can't work with.
    case unknown(String)

    package var description: String {
        switch self {
        case .edited(let name): "migration \(name) differs from the one that made this database"
        case .unknown(let name): "this database was made by a newer version: it has migration \(name)"
        }
    }
}

extension Database {
    /// Brings the schema up to date, all steps in one transaction, and says which steps it took. Forward only.
    ///
    /// Steps of a newer version that only added something are no obstacle: its nodes and ours run side by side.
    @discardableResult
    package func migrate(_ migrations: [Migration]) async throws -> [String] {
        try await write(alone: "migration") { db in
            let applied = try db.appliedMigrations()
            let known = Set(migrations.map(\.name))
            if let newer = applied.sorted(by: { $0.key < $1.key }).first(where: {
                !known.contains($0.key) && $0.value.phase == .contract
            }) {
                throw MigrationError.unknown(newer.key)
            }
            var taken: [String] = []
            for migration in migrations {
                if let earlier = applied[migration.name] {
                    guard earlier.digest == migration.digest else { throw MigrationError.edited(migration.name) }
                    continue
                }
                for statement in migration.statements {
                    try db.execute(statement)
                }
                try db.execute(
                    """
                    INSERT INTO schema_migration (name, digest, phase)
                    VALUES (\(migration.name), \(migration.digest), \(migration.phase))
                    """)
                taken.append(migration.name)
            }
            return taken
        }
    }
}

extension Transaction {
    /// The steps that this database has gone through.
    fileprivate func appliedMigrations() throws -> [String: (digest: String, phase: Migration.Phase)] {
        try execute(
            "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY, digest TEXT NOT NULL) \(.strict)")
        let columns = try rows(.columns(of: "schema_migration")).map { try $0["name"] as String }
        if !columns.contains("phase") {
            try execute("ALTER TABLE schema_migration ADD COLUMN phase TEXT NOT NULL DEFAULT 'contract'")
        }
        let found = try rows("SELECT name, digest, phase FROM schema_migration")
        return try Dictionary(
            uniqueKeysWithValues: found.map { (try $0["name"], (try $0["digest"], try $0["phase"])) })
    }
}
