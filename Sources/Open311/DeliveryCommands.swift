import Access
import Foundation
import Journal
import Kernel
import Storage
import Web

/// What is done about deliveries that nobody tries any more.
package struct DeliveryCommands: Sendable {
    private let services: Services

    package static let longestReason = 200
    private static let mostShown = 200

    package init(_ services: Services) {
        self.services = services
    }

    /// What those see who look after deliveries.
    package struct Overview: Sendable {
        package let dead: [DeliveryStore.Listed]
        package let counts: [Delivery.State: Int]
    }

    package func overview(for caller: Caller) async throws -> Overview {
        guard services.policy.allows(caller, "read", on: .delivery) else { throw NotAllowed() }
        return try await services.database.read { db in
            let store = DeliveryStore(db)
            return Overview(dead: try store.list(.dead, limit: Self.mostShown), counts: try store.counts())
        }
    }

    /// Sends it again, from the first try on.
    ///
    /// - Throws: ``Open311Error/notDead``.
    package func retry(_ id: ID<Delivery>, by caller: Caller) async throws {
        try await change(id, "retry", "delivery.retried", by: caller) { delivery, now throws(Open311Error) in
            try delivery.retry(at: now)
        }
    }

    /// Gives it up.
    ///
    /// - Throws: ``Open311Error/notDead``; ``Kernel/InvalidFields`` without a reason.
    package func drop(_ id: ID<Delivery>, because reason: String, by caller: Caller) async throws {
        guard !reason.isEmpty else { throw InvalidFields("reason", "missing") }
        guard reason.count <= Self.longestReason else {
            throw InvalidFields("reason", "too-long", details: ["limit": "\(Self.longestReason)"])
        }
        try await change(id, "drop", "delivery.dropped", by: caller) { delivery, now throws(Open311Error) in
            try delivery.drop(because: reason, at: now)
        }
    }

    private struct ChangeData: Encodable {
        let target: String
        let tries: Int
    }

    private func change(
        _ id: ID<Delivery>, _ action: String, _ kind: String, by caller: Caller,
        _ work: @escaping @Sendable (inout Delivery, Date) throws(Open311Error) -> Void
    ) async throws {
        let now = services.now()
        try await services.write(as: caller) { [policy = services.policy] db, caller in
            guard policy.allows(caller, action, on: .delivery) else { throw NotAllowed() }
            let store = DeliveryStore(db)
            guard var delivery = try store.find(id) else { throw NoSuchPage() }
            let data = ChangeData(target: delivery.target, tries: delivery.tries)
            try work(&delivery, now)
            try store.update(delivery)
            try JournalStore(db).append(kind, subject: delivery.matter.uuid, by: caller.id, at: now, data: data)
        }
    }
}

extension Subject {
    static var delivery: Subject { Subject(kind: "delivery") }
}
