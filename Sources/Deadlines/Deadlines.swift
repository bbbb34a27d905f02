import Foundation
import Hummingbird
import Storage
import Web

/// Working days and the legal and promised deadlines that are counted in them.
package struct Deadlines: Feature {
    package static let migrations = CalendarSchema.migrations
    package static let bundle = Bundle.module

    private let services: Services
    private let book: ClockBook

    package init(_ services: Services, book: ClockBook) {
        self.services = services
        self.book = book
    }

    package func addRoutes(to routes: Routes) {
        DeadlineAPIRoutes(services, book: book).add(to: routes)
        CalendarAPIRoutes(services).add(to: routes)
        CalendarRoutes(services).add(to: routes)
    }
}
