import Foundation
import Hummingbird
import Journal
import Storage
import Web

/// What the auditor comes to: the journal, what is unusual in it, the state of its chain.
package struct Audit: Feature {
    package static let migrations = AuditSchema.migrations
    package static let bundle = Bundle.module

    /// How the server keeps signed words on the journal, for the page that says so.
    package struct Witness: Sendable {
        /// The public key that it signs with.
        package let signer: Data
        /// Whether copies are kept in another place than the database's own machine.
        package let isElsewhere: Bool

        package init(signer: Data, isElsewhere: Bool) {
            self.signer = signer
            self.isElsewhere = isElsewhere
        }
    }

    private let services: Services
    private let rules: UnusualRules
    private let witness: Witness
    private let commands: AuditCommands

    package init(_ services: Services, rules: UnusualRules, witness: Witness) {
        self.services = services
        self.rules = rules
        self.witness = witness
        commands = AuditCommands(services, signer: witness.signer)
    }

    package func addRoutes(to routes: Routes) {
        AuditRoutes(services).add(to: routes)
        EntryFileRoutes(services, commands: commands).add(to: routes)
        ChainRoutes(services, commands: commands, witness: witness).add(to: routes)
        UnusualRoutes(services, commands: commands, rules: rules).add(to: routes)
    }
}
