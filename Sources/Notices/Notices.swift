import Cases
import Foundation
import Hummingbird
import Retention
import Vault
import Web

/// What people are told: messages in the inbox.
package struct Notices: Feature {
    package static let migrations = NoticeSchema.migrations
    package static let bundle = Bundle.module
    package static let sealedTables = [NoticeStore.table]
    package static let retention: [RetentionRule] = NoticeRetentionStore.rules

    private let services: Services
    private let facts: CaseFacts

    package init(_ services: Services, facts: CaseFacts) {
        self.services = services
        self.facts = facts
    }

    package func addRoutes(to routes: Routes) {
        NoticeRoutes(services, facts: facts).add(to: routes)
    }
}
