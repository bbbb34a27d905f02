import Access
import Directory
import Foundation
import Kernel
import Storage
import Web

/// What people do with their own account.
package struct ProfileCommands: Sendable {
    let services: Services
    let purposes: Purposes

    package init(services: Services, purposes: Purposes) {
        self.services = services
        self.purposes = purposes
    }

    /// What somebody says on the first page after registering.
    package struct Registration: Sendable {
        package var profile = Profile()
        package var territory: TerritoryCode?
        /// The purposes they agree to, with the versions whose words they saw.
        package var agreed: [String: String] = [:]

        package init() {}
    }

    package func find(_ id: ID<Account>) async throws -> Person {
        try await services.database.read { db in try AccountStore(db).find(id) }
    }

    func consents(of id: ID<Account>) async throws -> Consents {
        try await services.database.read { db in try ConsentStore(db).consents(of: id) }
    }

    /// The territories that somebody can choose as their own.
    package func homes() async throws -> [Territory] {
        try await services.database.read { db in try DirectoryStore(db).homes() }
    }

    /// Keeps what a rider who says they are of age says of themselves, and what they agreed to. Each consent is an entry of
    /// its own; what they left open is none.
    func register(
        _ caller: Caller, _ registration: Registration, from source: ConsentEntry.Source
    ) async throws -> Person {
        let now = services.now()
        let asked = purposes.current(on: Day(of: now)).filter(\.isBox)
        for (key, version) in registration.agreed {
            // Agreed to words that aren't these any more: they are asked again.
            guard asked.contains(where: { $0.key == key && $0.version == version }) else {
                throw InvalidFields("consent", "consent-changed")
            }
        }
        let ids = (0..<registration.agreed.count + 1).map { _ in services.makeUUID(now) }
        return try await services.write(as: caller) { db, caller in
            let store = ConsentStore(db)
            let id = caller.id
            let before = try store.consents(of: id)
            var entries: [ConsentEntry] = []
            if !before.isAdult {
                entries.append(
                    ConsentEntry(
                        id: ids[0], account: id, purpose: ConsentEntry.adult, version: ConsentEntry.adultVersion,
                        isGiven: true, at: now, source: source))
            }
            for (purpose, uuid) in zip(asked.filter { registration.agreed[$0.key] != nil }, ids.dropFirst())
            where !before.isGiven(purpose) {
                entries.append(
                    ConsentEntry(
                        id: uuid, account: id, purpose: purpose.key, version: purpose.version, isGiven: true, at: now,
                        source: source))
            }
            try store.insert(entries)
            try Self.note(entries, in: db)
            // Now it is the rider's own word.
            if let phone = try AccountStore(db).find(id).phone { try EnrolmentStore(db).remove(phone) }
            return try keep(
                registration.profile, .some(registration.territory), of: id, at: now, from: source, in: db)
        }
    }

    /// Keeps what somebody says of themselves. The journal learns that it changed, not to what. Without `territory` that
    /// stays as it is.
    package func introduce(
        _ caller: Caller, as profile: Profile, territory: TerritoryCode?? = nil, from source: ConsentEntry.Source
    ) async throws -> Person {
        let now = services.now()
        return try await services.write(as: caller) { db, caller in
            try keep(profile, territory, of: caller.id, at: now, from: source, in: db)
        }
    }

    /// Sends away somebody who isn't of age yet: nothing of them is kept.
    func turnAway(_ id: ID<Account>) async throws {
        let now = services.now()
        try await services.database.write { db in
            let accounts = AccountStore(db)
            // Who is here already is no newcomer: their page has a way to leave.
            let person = try accounts.find(id)
            guard person.welcomedAt == nil else { throw NoSuchPage() }
            if let phone = person.phone { try EnrolmentStore(db).remove(phone) }
            try SessionStore(db).endAll(of: id)
            try AccountJournal(db).append(
                "account.turned-away", about: id, by: nil, at: now, data: ["reason": "under-age"])
        }
        do {
            try await services.database.write { db in
                try ConsentStore(db).erase(of: id)
                try AccountStore(db).remove(newcomer: id)
            }
        } catch StorageError.foreignKeyViolation {
            // They have sent something by a program already, which has to keep its place.
            try await services.database.write { db in
                let accounts = AccountStore(db)
                try accounts.forget(accounts.find(id), because: "under-age")
            }
        }
    }

    private func keep(
        _ profile: Profile, _ territory: TerritoryCode??, of id: ID<Account>, at now: Date,
        from source: ConsentEntry.Source, in db: any Transaction
    ) throws -> Person {
        let problems = profile.problems
        guard problems.isEmpty else { throw InvalidFields(problems) }
        let accounts = AccountStore(db)
        var person = try accounts.find(id)
        let before = person
        person.introduce(as: profile, at: now)
        if let territory, territory != before.territory {
            if let code = territory {
                guard try DirectoryStore(db).isHome(code) else { throw InvalidFields("territory", "no-such-choice") }
            }
            person.territory = territory
        }
        guard person != before else { return person }
        try accounts.update(person)
        try AccountJournal(db).append("account.changed", about: id, by: id, at: now, data: ["by": "owner"])
        if person.kind == .rider { try noteFilling(of: person, at: now, from: source, in: db) }
        return person
    }

    /// Filling in what may be left out is agreeing to its purpose, emptying all of it is taking that back.
    private func noteFilling(
        of person: Person, at now: Date, from source: ConsentEntry.Source, in db: any Transaction
    ) throws {
        guard let purpose = purposes.current(Purpose.profile, on: Day(of: now)) else { return }
        let store = ConsentStore(db)
        let wasGiven = try store.consents(of: person.id).isGiven(purpose)
        guard wasGiven != person.hasProfile else { return }
        let entry = ConsentEntry(
            id: services.makeUUID(now), account: person.id, purpose: purpose.key, version: purpose.version,
            isGiven: person.hasProfile, at: now, source: source)
        try store.insert([entry])
        try Self.note([entry], in: db)
    }

    /// The journal learns to what somebody agreed, and from where.
    package static func note(_ entries: [ConsentEntry], in db: any Transaction) throws {
        for entry in entries {
            try AccountJournal(db).append(
                entry.isGiven ? "consent.given" : "consent.withdrawn", about: entry.account, by: entry.account,
                at: entry.at,
                data: ["purpose": entry.purpose, "version": entry.version, "source": entry.source.rawValue])
        }
    }
}
