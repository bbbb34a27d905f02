import Access
import Cases
import Foundation
import Kernel
import People
import Storage
import Web

/// Giving a consent and taking it back. Either acts at once.
package struct ConsentCommands: Sendable {
    private let services: Services
    private let purposes: Purposes

    package init(_ services: Services, purposes: Purposes) {
        self.services = services
        self.purposes = purposes
    }

    /// What somebody may say yes or no to, as it is today; a problem for what isn't asked.
    package func purpose(_ key: String) throws -> Purpose {
        guard let purpose = purposes.current(key, on: Day(of: services.now())), purpose.isOptional else {
            throw NoSuchPage()
        }
        return purpose
    }

    /// `version` is the one whose words were read; agreeing to another one is refused.
    package func set(
        _ key: String, version: String, isGiven: Bool, by caller: Caller, from source: ConsentEntry.Source
    ) async throws {
        let purpose = try purpose(key)
        guard purpose.version == version || !isGiven else { throw InvalidFields("consent", "consent-changed") }
        // What is agreed to by filling it in isn't agreed to by a button.
        guard !isGiven || purpose.isBox else { throw InvalidFields("consent", "no-such-choice") }
        let now = services.now()
        let entry = ConsentEntry(
            id: services.makeUUID(now), account: caller.id, purpose: key, version: purpose.version, isGiven: isGiven,
            at: now, source: source)
        try await services.write(as: caller) { [policy = services.policy] db, caller in
            guard policy.allows(caller, "withdraw", on: .myData(of: caller)) else { throw NotAllowed() }
            let store = ConsentStore(db)
            let before = try store.consents(of: caller.id)
            // Saying the same once more is nothing new. No is kept though nothing was agreed to: nobody is asked again.
            if isGiven { guard !before.isGiven(purpose) else { return } }
            if !isGiven, case .withdrawn = before.answer(to: purpose) { return }
            try store.insert([entry])
            try ProfileCommands.note([entry], in: db)
            if !isGiven { try withdraw(key, of: caller.id, at: now, in: db) }
        }
    }

    /// What else happens when it is taken back.
    private func withdraw(_ key: String, of account: ID<Account>, at now: Date, in db: any Transaction) throws {
        switch key {
        case Purpose.named:
            let count = try ReporterStore(db).hideNames(of: account)
            guard count > 0 else { return }
            try AccountJournal(db).append(
                "reporter.hidden", about: account, by: account, at: now, data: ["count": count])
        case Purpose.profile:
            let accounts = AccountStore(db)
            var person = try accounts.find(account)
            guard person.kind == .rider, person.hasProfile else { return }
            person.introduce(as: Profile(), at: now)
            person.territory = nil
            try accounts.update(person)
            try AccountJournal(db).append(
                "account.changed", about: account, by: account, at: now, data: ["by": "owner"])
        default: break
        }
    }
}
