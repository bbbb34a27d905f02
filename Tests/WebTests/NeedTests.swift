import Access
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Kernel
import Logging
import Testing
import Web

/// No address without saying whom it is for.
struct NeedTests {
    private let policy = Policy(
        rules: [.init(role: .auditor, kind: "journal", actions: ["read"], scope: .any, view: .card)],
        kinds: [.init("journal", .control), .init("calendar", .open)])

    @Test func `an address that the policy lets nobody come to is a fault`() {
        let routes = Routes(Router(context: AppContext.self), policy: policy)
        routes.get("journal", .may("read", "journal")) { _, _ in "" }
        routes.get("about", .open) { _, _ in "" }
        #expect(routes.faults == [])
        routes.post("journal/export", .may("export", "journal")) { _, _ in "" }
        #expect(routes.faults == ["policy: nobody may export a journal, which POST /journal/export needs"])
        #expect(routes.entries.count == 3)
    }
}
