import Foundation
import Hummingbird
import Media
import Retention
import Storage
import Vault
import Web

/// Cases: what riders report, and what becomes of it.
package struct Cases: Feature {
    package static let migrations = CaseSchema.migrations
    package static let bundle = Bundle.module
    package static let sealedTables = [ReporterStore.table]
    package static let retention: [RetentionRule] = CaseRetentionStore.rules

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

    package func addRoutes(to routes: Routes) {
        HomeRoutes(services, facts: facts).add(to: routes)
        ReportRoutes(services, facts: facts, desk: desk, map: map).add(to: routes)
        OfflineRoutes(services, facts: facts, map: map).add(to: routes)
        ReportAPIRoutes(services, facts: facts, desk: desk).add(to: routes)
        PhotoRoutes(desk: desk, facts: facts).add(to: routes)
        let work = WorkRoutes(services, facts: facts, desk: desk, map: map)
        work.add(to: routes)
        CaseHoldRoutes(services, facts: facts, work: work).add(to: routes)
        CaseHoldAPIRoutes(services, facts: facts).add(to: routes)
        CaseAPIRoutes(services, facts: facts).add(to: routes)
        FiguresRoutes(services).add(to: routes)
    }
}
