import Cases
import Foundation
import Hummingbird
import Journal
import Outgoing
import Retention
import Storage
import Web

/// GeoReport v2 of Open311, both ways: others read and send by it, and cases of some kinds go on to servers of others.
package struct Open311: Feature {
    package static let migrations = Open311Schema.migrations
    package static let bundle = Bundle.module
    package static let retention: [RetentionRule] = Open311RetentionStore.rules

    package let keys: ProgramKeyCommands
    package let sender: DeliverySender
    private let services: Services
    private let cases: CaseFacts
    private let facts: Open311Facts
    private let targets: DeliveryTargets
    private let isSecure: Bool

    /// `isSecure`: whether others reach this server by TLS.
    package init(
        _ services: Services, cases: CaseFacts, facts: Open311Facts, targets: DeliveryTargets,
        outgoing: any Outgoing, isSecure: Bool
    ) {
        self.services = services
        self.cases = cases
        self.facts = facts
        self.targets = targets
        self.isSecure = isSecure
        keys = ProgramKeyCommands(services)
        sender = DeliverySender(services, targets: targets, outgoing: outgoing, categories: cases.categories)
    }

    package var consumers: [any JournalConsumer] {
        [
            PublicRequestConsumer(facts: facts),
            DeliveryConsumer(targets: targets, now: services.now, makeUUID: services.makeUUID),
        ]
    }

    package func addRoutes(to routes: Routes) {
        Open311Routes(services, cases: cases, facts: facts, isSecure: isSecure).add(to: routes)
        DeliveryRoutes(services, categories: cases.categories, targets: targets).add(to: routes)
    }
}
