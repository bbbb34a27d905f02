import Foundation
import Hummingbird
import Storage
import Web

/// The record of security incidents, with the clock for telling the authority.
package struct Incidents: Feature {
    package static let migrations = IncidentSchema.migrations
    package static let bundle = Bundle.module

    package let commands: IncidentCommands
    private let services: Services
    private let facts: IncidentFacts

    package init(_ services: Services, facts: IncidentFacts) {
        self.services = services
        self.facts = facts
        commands = IncidentCommands(services, facts: facts)
    }

    package func addRoutes(to routes: Routes) {
        IncidentRoutes(services, facts: facts, commands: commands).add(to: routes)
    }
}
