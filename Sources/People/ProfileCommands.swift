import Foundation
import Kernel
import Storage
import Web

/// What people do with their own account.
struct ProfileCommands: Sendable {
    let services: Services

    func find(_ id: ID<Account>) async throws -> Person {
        try await services.database.read { db in try AccountStore(db).find(id) }
    }

    /// Keeps what somebody says of themselves. The journal learns that it changed, not to what.
    func introduce(_ id: ID<Account>, as profile: Profile) async throws -> Person {
        let problems = profile.problems
        guard problems.isEmpty else { throw InvalidFields(problems) }
        let now = services.now()
        return try await services.database.write { db in
            let accounts = AccountStore(db)
            var person = try accounts.find(id)
            let before = person
            person.introduce(as: profile, at: now)
            guard person != before else { return person }
            try accounts.update(person)
            try AccountJournal(db).append("account.changed", about: id, by: id, at: now, data: ["by": "owner"])
            return person
        }
    }
}
