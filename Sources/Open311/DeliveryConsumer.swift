import Cases
import Foundation
import Journal
import Kernel
import Storage

/// Puts each case of a kind that some other server takes on its way there: once, also after a crash.
package struct DeliveryConsumer: JournalConsumer {
    package let name = "deliveries"
    private let targets: DeliveryTargets
    private let now: @Sendable () -> Date
    private let makeUUID: @Sendable (Date) -> UUID

    /// What is older than this isn't sent: a target that is set up today doesn't get the cases of years.
    private static let oldest = 3.0 * 86_400

    package init(
        targets: DeliveryTargets, now: @escaping @Sendable () -> Date, makeUUID: @escaping @Sendable (Date) -> UUID
    ) {
        self.targets = targets
        self.now = now
        self.makeUUID = makeUUID
    }

    package func handle(_ entry: JournalEntry, in db: any Transaction) throws {
        guard !targets.all.isEmpty, entry.kind == "case.step" else { return }
        let step: CaseJournalData = try entry.decoded()
        let time = now()
        guard ["receive", "classify"].contains(step.step), time.timeIntervalSince(entry.at) < Self.oldest,
            let matter = try CaseStore(db).find(ID(entry.subject))
        else { return }
        for target in targets.all {
            guard let rule = target.rule(for: matter) else { continue }
            try DeliveryStore(db).insert(
                Delivery(
                    id: ID(makeUUID(time)), target: target.name, matter: matter.id, service: rule.service,
                    createdAt: time, nextAt: time, changedAt: time))
        }
    }
}
