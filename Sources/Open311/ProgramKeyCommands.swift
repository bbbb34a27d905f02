import Directory
import Foundation
import Journal
import Kernel
import People
import Storage
import Web

/// Gives keys to programs of others and takes them back: on the server's console.
package struct ProgramKeyCommands: Sendable {
    private let services: Services

    package init(_ services: Services) {
        self.services = services
    }

    private struct KeyData: Encodable {
        let name: String
        let territory: String
        let perHour: Int
        /// In milliseconds.
        let until: Int
    }

    /// Makes a key. Its text is here this once and nowhere afterwards.
    ///
    /// - Throws: ``Kernel/InvalidFields`` for a name, a territory, a number or a day that can't be.
    package func add(
        _ name: String, territory code: String, perHour: Int, until: Day
    ) async throws -> (key: ProgramKey, text: String) {
        let now = services.now()
        let id: ID<ProgramKey> = ID(services.makeUUID(now))
        let token = Token()
        var problems: [FieldProblem] = []
        if !(1...80).contains(name.count) {
            problems.append(FieldProblem("name", "too-long", details: ["limit": "80"]))
        }
        if !(1...100_000).contains(perHour) {
            problems.append(FieldProblem("per-hour", "out-of-range", details: ["low": "1", "high": "100000"]))
        }
        if until.end <= now { problems.append(FieldProblem("until", "in-the-past")) }
        guard problems.isEmpty else { throw InvalidFields(problems) }
        let key = try await services.database.write { db in
            guard let place = try DirectoryStore(db).territory(TerritoryCode(rawValue: code)) else {
                throw InvalidFields("territory", "no-such-choice")
            }
            let key = ProgramKey(
                id: id, name: name, territory: place.path, perHour: perHour, from: now, until: until.end)
            try ProgramKeyStore(db).insert(key, hash: token.hash)
            try JournalStore(db).append(
                "program.added", subject: id.uuid, by: nil, at: now,
                data: KeyData(
                    name: name, territory: place.path.rawValue, perHour: perHour, until: until.end.milliseconds))
            return key
        }
        return (key, token.text)
    }

    /// Takes a key back, at once and for good.
    ///
    /// - Throws: ``Open311Error/noSuchKey``.
    package func revoke(_ id: ID<ProgramKey>, because reason: String) async throws {
        let now = services.now()
        try await services.database.write { db in
            let store = ProgramKeyStore(db)
            guard let key = try store.find(id), key.revokedAt == nil else { throw Open311Error.noSuchKey }
            try store.revoke(id, at: now)
            try JournalStore(db).append(
                "program.revoked", subject: id.uuid, by: nil, at: now, data: ["name": key.name, "reason": reason])
        }
    }

    package func list() async throws -> [ProgramKey] {
        try await services.database.read { db in try ProgramKeyStore(db).list() }
    }
}
