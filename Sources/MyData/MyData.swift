import Access
import Cases
import Deadlines
import Foundation
import Hummingbird
import People
import Retention
import Storage
import Web

/// What belongs to the person themselves: who can see them, who looked, what they agreed to; taking it along, putting it
/// right, withdrawing, leaving.
package struct MyData: Feature {
    package static let migrations = MyDataSchema.migrations
    package static let bundle = Bundle.module
    package static let retention: [RetentionRule] = DataRequestRetentionStore.rules

    /// What `nuanxin data-request` does, and the job beside the server.
    package let requests: DataRequestCommands
    package let consents: ConsentCommands

    private let services: Services
    private let facts: CaseFacts
    private let profiles: ProfileCommands
    private let desk: StaffDesk

    package init(_ services: Services, facts: CaseFacts, people: People) {
        self.services = services
        self.facts = facts
        profiles = people.profiles
        desk = people.desk
        requests = DataRequestCommands(services, book: facts.clocks, keys: people.keys, looks: facts.looks)
        consents = ConsentCommands(services, purposes: facts.purposes)
    }

    package func addRoutes(to routes: Routes) {
        let exports = ExportCommands(services, facts: facts, requests: requests)
        MyDataRoutes(services, facts: facts, requests: requests).add(to: routes)
        ConsentRoutes(services, facts: facts, consents: consents).add(to: routes)
        CorrectionRoutes(services, facts: facts, profiles: profiles, requests: requests).add(to: routes)
        LeavingRoutes(services, requests: requests, exports: exports).add(to: routes)
        MyDataAPIRoutes(services, facts: facts, consents: consents, requests: requests, exports: exports)
            .add(to: routes)
        DataRequestDeskRoutes(services, requests: requests, desk: desk).add(to: routes)
        DataRequestAPIRoutes(services, requests: requests).add(to: routes)
    }
}

extension Subject {
    /// All that belongs to the person themselves.
    static func myData(of caller: Caller) -> Subject { Subject(kind: "myData", owner: caller.id) }
}
