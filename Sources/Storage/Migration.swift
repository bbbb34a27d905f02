/// One step of the schema's history. Once it has shipped it is frozen: its digest is recorded, and a database that was
/// made by other statements of the same name is refused.
package struct Migration: Sendable {
    package let name: String
    package let statements: [SQL]

    package init(_ name: String, _ statements: SQL...) {
        self.name = name
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
    /// The database was used by a newer version of the product.
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
    @discardableResult
    package func migrate(_ migrations: [Migration]) async throws -> [String] {
        try await write(alone: "migration") { db in
            try db.execute(
                "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY, digest TEXT NOT NULL) \(.strict)")
            let rows = try db.rows("SELECT name, digest FROM schema_migration ORDER BY name")
            let applied = try Dictionary(
                uniqueKeysWithValues: rows.map { (try $0["name"] as String, try $0["digest"] as String) })
            if let unknown = applied.keys.sorted().first(where: { name in !migrations.contains { $0.name == name } }) {
                throw MigrationError.unknown(unknown)
            }
            var taken: [String] = []
            for migration in migrations {
                if let digest = applied[migration.name] {
                    guard digest == migration.digest else { throw MigrationError.edited(migration.name) }
                    continue
                }
                for statement in migration.statements {
                    try db.execute(statement)
                }
                try db.execute(
                    "INSERT INTO schema_migration (name, digest) VALUES (\(migration.name), \(migration.digest))")
                taken.append(migration.name)
            }
            return taken
        }
    }
}
