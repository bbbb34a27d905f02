import Foundation
import Kernel
import Storage

/// What a list of cases is narrowed to. The page, its count and the API use the same one.
package struct CaseQuery: Sendable {
    package enum Order: String, Sendable, CaseIterable {
        case newest, due
    }

    package var handler: ID<Account>?
    package var states: [Case.State] = []
    /// A group's two digits or a category's four.
    package var category: String?
    package var territory: TerritoryPath?
    /// Only what was due before this instant and is still open.
    package var dueBefore: Date?
    package var dueFrom: Date?
    /// Only where somebody must decide on an extension or on reopening.
    package var awaitsDecision = false
    /// Words in the number, the place or the description.
    package var text: String?
    package var sorting = Order.newest
    /// The last row of the page before: its sort key and identity.
    package var after: (key: Date, id: ID<Case>)?

    package init() {}

    package var conditions: [SQL] {
        var conditions: [SQL] = []
        if let handler { conditions.append("handler_id = \(handler)") }
        if !states.isEmpty { conditions.append("state IN (\(each: states))") }
        if let category { conditions.append(.starts("category", with: category)) }
        if let territory { conditions.append(.starts("territory_path", with: territory.rawValue)) }
        if let dueBefore { conditions.append("due_at < \(dueBefore)") }
        if let dueFrom { conditions.append("due_at >= \(dueFrom)") }
        if awaitsDecision { conditions.append("(extension_request = 'asked' OR reopen_request = 'asked')") }
        if sorting == .due { conditions.append("due_at IS NOT NULL") }
        if let text {
            let places: [SQL] = [.contains("number", text), .contains("area", text)]
            // Numbers of persons are masked for most who read what was typed: nobody finds what they can't read.
            let typed: [SQL] =
                PersonalNumbers.mayBePart(text) ? [] : [.contains("address", text), .contains("description", text)]
            conditions.append((places + typed).any)
        }
        if let (key, id) = after {
            switch sorting {
            case .newest: conditions.append("(received_at, matter.id) < (\(key), \(id))")
            case .due: conditions.append("(due_at, matter.id) > (\(key), \(id))")
            }
        }
        return conditions
    }

    var order: SQL {
        switch sorting {
        case .newest: "received_at DESC, matter.id DESC"
        case .due: "due_at, matter.id"
        }
    }
}
