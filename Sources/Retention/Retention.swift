import Foundation
import Hummingbird
import Storage
import Web

/// How long what is kept, and what happens then: spans are data, and each feature says how its own is found and erased.
package struct Retention: Feature {
    package static let migrations = RetentionSchema.migrations
    package static let bundle = Bundle.module
    /// What belongs to no other feature.
    package static let rules = [JournalRetentionStore.rule]

    /// What `nuanxin retention` does, and the job beside the server.
    package let commands: RetentionCommands
    private let services: Services

    package init(_ services: Services, commands: RetentionCommands) {
        self.services = services
        self.commands = commands
    }

    package func addRoutes(to routes: Routes) {
        RetentionRoutes(services, commands: commands).add(to: routes)
    }
}
