import Foundation
import Hummingbird
import Media
import Storage
import Vault
import Web

/// Cases: what riders report, and what becomes of it.
package struct Cases: Feature {
    package static let migrations = CaseSchema.migrations
    package static let bundle = Bundle.module
    package static let sealedTables = [ReporterStore.table]

    private let services: Services
    private let facts: CaseFacts
    private let desk: PhotoDesk
    private let map: MapSettings

    package init(_ services: Services, facts: CaseFacts, desk: PhotoDesk, map: MapSettings) {
        self.services = services
        self.facts = facts
        self.desk = desk
        self.map = map
    }

    package func addRoutes(to router: Router<AppContext>) {
        HomeRoutes(services, facts: facts).add(to: router)
        ReportRoutes(services, facts: facts, desk: desk, map: map).add(to: router)
        ReportAPIRoutes(services, facts: facts, desk: desk).add(to: router)
        PhotoRoutes(desk: desk, facts: facts).add(to: router)
        WorkRoutes(services, facts: facts, desk: desk, map: map).add(to: router)
        CaseAPIRoutes(services, facts: facts).add(to: router)
        FiguresRoutes(services).add(to: router)
    }
}
