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

    /// What code has to do with the rows before the statements: sealing them, say.
    ///
    /// It runs in batches, on several nodes at once if need be, while nodes of the version before go on working; then once
    /// more in the transaction of the statements, with the tables locked.
    package struct Preparation: Sendable {
        package enum Pass: Sendable, Hashable {
            /// So many rows that aren't done yet.
            case batch(Int)
            /// All that is left, and what nodes of the version before changed after its batch.
            case last

            /// Does one batch, or in the last pass as many as there are. `work` does so many rows at most and says how many it did.
            package func inBatches(_ work: (_ limit: Int) throws -> Int) rethrows -> Int {
                switch self {
                case .batch(let size): return try work(size)
                case .last:
                    var done = 0
                    while case let count = try work(500), count > 0 { done += count }
                    return done
                }
            }
        }

        /// The tables that nobody else may write to in the last pass.
        let tables: [String]
        let work: @Sendable (any Transaction, Pass) throws -> Int

        /// `work` says how many rows it did. With a batch of none the batches are at an end.
        package init(locking tables: String..., work: @escaping @Sendable (any Transaction, Pass) throws -> Int) {
            self.tables = tables
            self.work = work
        }
    }

    package let name: String
    package let phase: Phase
    package let preparation: Preparation?
    package let statements: [SQL]

    package init(
        _ name: String, phase: Phase = .expand, after preparation: Preparation? = nil, _ statements: SQL...
    ) {
        self.name = name
        self.phase = phase
        self.preparation = preparation
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
    /// Brings the schema up to date and says which steps it took. Forward only.
    ///
    /// All steps are taken in one transaction. Where one of them has a preparation, those that only add something come first,
    /// in a transaction of their own, then the batches, then the rest; who is interrupted goes on there the next time.
    ///
    /// Steps of a newer version that only added something are no obstacle: its nodes and ours run side by side.
    @discardableResult
    package func migrate(_ migrations: [Migration]) async throws -> [String] {
        let prepared = try await write(alone: "migration") { db in
            let applied = try db.appliedMigrations()
            try Self.check(migrations, applied)
            return migrations.filter { applied[$0.name] == nil && $0.preparation != nil }
        }
        var taken: [String] = []
        if !prepared.isEmpty {
            let first = migrations.filter { $0.phase == .expand && $0.preparation == nil }
            taken = try await insisting { try await write(alone: "migration") { db in try db.take(first) } }
            for migration in prepared { try await prepare(migration) }
        }
        let locked = prepared.compactMap(\.preparation).flatMap(\.tables)
        return try await insisting {
            try await write(alone: "migration") { db in
                // Before anything is read: what others wrote until they let go of the tables has to be seen.
                try db.lock(locked)
                try Self.check(migrations, db.appliedMigrations())
                return try db.take(migrations)
            }
        }.reduce(into: taken) { $0.append($1) }
    }

    private func prepare(_ migration: Migration) async throws {
        guard let work = migration.preparation?.work else { return }
        do {
            while try await insisting({
                try await write { db in try db.isPending(migration) ? work(db, .batch(500)) : 0 }
            }) > 0 {}
        } catch {
            // When another node was faster and has taken the step, these aren't the tables that the work knows.
            guard try await !read({ db in try db.isPending(migration) }) else { throw error }
        }
    }

    /// Tries again when the batches of another node were in the way: they come to an end.
    private func insisting<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        for _ in 0..<20 {
            do {
                return try await work()
            } catch StorageError.busy {
                continue
            }
        }
        return try await work()
    }

    private static func check(_ migrations: [Migration], _ applied: AppliedMigrations) throws {
        let known = Set(migrations.map(\.name))
        if let newer = applied.sorted(by: { $0.key < $1.key }).first(where: {
            !known.contains($0.key) && $0.value.phase == .contract
        }) {
            throw MigrationError.unknown(newer.key)
        }
        for migration in migrations {
            guard applied[migration.name].map({ $0.digest == migration.digest }) ?? true else {
                throw MigrationError.edited(migration.name)
            }
        }
    }
}

private typealias AppliedMigrations = [String: (digest: String, phase: Migration.Phase)]

extension Transaction {
    /// Keeps all others from writing to these tables until the end of the transaction.
    fileprivate func lock(_ tables: [String]) throws {
        // SQLite has one writer at a time anyway.
        guard dialect == .postgres, !tables.isEmpty else { return }
        let names: [SQL] = tables.map { "\(identifier: $0)" }
        try execute("LOCK TABLE \(names.joined(by: ", ")) IN ACCESS EXCLUSIVE MODE")
    }

    fileprivate func isPending(_ migration: Migration) throws -> Bool {
        try row("SELECT name FROM schema_migration WHERE name = \(migration.name)") == nil
    }

    /// Takes those of the steps that weren't taken yet.
    fileprivate func take(_ migrations: [Migration]) throws -> [String] {
        let applied = try appliedMigrations()
        var taken: [String] = []
        for migration in migrations where applied[migration.name] == nil {
            if let preparation = migration.preparation { _ = try preparation.work(self, .last) }
            for statement in migration.statements {
                try execute(statement)
            }
            try execute(
                """
                INSERT INTO schema_migration (name, digest, phase)
                VALUES (\(migration.name), \(migration.digest), \(migration.phase))
                """)
            taken.append(migration.name)
        }
        return taken
    }
}

extension Transaction {
    /// The steps that this database has gone through.
    fileprivate func appliedMigrations() throws -> AppliedMigrations {
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
