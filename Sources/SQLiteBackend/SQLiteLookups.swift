import GRDB
import Storage

/// Look-ups of one statement each, on one connection: those that wait at the same time are done one after another by a
/// thread that is awake already, which is most of what one of them would cost.
final class SQLiteLookups: Sendable {
    private struct Lookup {
        let statement: Storage.SQL
        let continuation: CheckedContinuation<[Storage.Row], any Error>
    }

    private let connection: DatabaseQueue
    private let gathering = Gathering<Lookup>(limit: 32)

    /// The file must be there, with its write-ahead log.
    init(path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        connection = try DatabaseQueue(path: path, configuration: configuration)
    }

    func rows(_ statement: Storage.SQL) async throws -> [Storage.Row] {
        try await withCheckedThrowingContinuation { continuation in
            if gathering.add(Lookup(statement: statement, continuation: continuation)) {
                connection.asyncWriteWithoutTransaction { db in self.answer(in: db) }
            }
        }
    }

    /// Each statement sees all that was kept before it: there is no transaction round several of them.
    private func answer(in db: GRDB.Database) {
        while let lookups = gathering.next() {
            for lookup in lookups {
                lookup.continuation.resume(with: Result { try SQLiteTransaction(db).rows(lookup.statement) })
            }
        }
    }
}
