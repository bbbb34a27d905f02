import Foundation
import Hummingbird
import Storage

/// One part of the product, as `App` puts it together with the others.
package protocol Feature: Sendable {
    /// The history of its tables.
    static var migrations: [Migration] { get }
    /// Its templates, words and part of the API's description.
    static var bundle: Bundle { get }

    func addRoutes(to routes: Routes)
}
