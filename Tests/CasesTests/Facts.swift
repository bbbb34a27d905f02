import Access
import Cases
import Deadlines
import Directory
import Foundation
import TestSupport

extension CaseFacts {
    /// The facts that are shipped.
    static var shipped: CaseFacts {
        get throws {
            CaseFacts(
                categories: try Categories(json: fact("categories.json")),
                workflow: try Workflow(json: fact("workflow.json")),
                clocks: try JSONDecoder().decode(ClockBook.self, from: fact("clocks.json")),
                bodies: try Bodies(json: fact("bodies.json")))
        }
    }
}

extension Policy {
    /// What riders may do with their reports, and staff with cases.
    var stepActions: Set<String> { actions(on: "case").union(actions(on: "report")) }
}

/// A file of `Data`.
func fact(_ name: String) throws -> Data {
    try Data(contentsOf: sourceRoot.appending(path: "Data/\(name)"))
}
