import Foundation
import Hummingbird
import Kernel
import Storage
import Web

/// Where something is and who answers for it: territories with their outlines, offices with their duties, other bodies.
package struct Directory: Feature {
    package static let migrations = DirectorySchema.migrations
    package static let bundle = Bundle.module

    /// The name of a category by its code or its beginning; `nil` when there is none. Categories belong to another feature,
    /// so `App` brings their names along.
    package typealias CategoryNames = @Sendable (String, Language) -> String?

    private let services: Services
    private let categoryNames: CategoryNames

    package init(_ services: Services, categoryNames: @escaping CategoryNames = { _, _ in nil }) {
        self.services = services
        self.categoryNames = categoryNames
    }

    package func addRoutes(to routes: Routes) {
        TerritoryAPIRoutes(services).add(to: routes)
        OfficeAPIRoutes(services).add(to: routes)
        OrganisationAPIRoutes(services: services).add(to: routes)
        OutlineRoutes(services).add(to: routes)
        DirectoryRoutes(services, categoryNames: categoryNames).add(to: routes)
    }
}
