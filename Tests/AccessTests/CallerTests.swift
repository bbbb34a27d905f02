import Access
import Foundation
import Kernel
import Testing

struct CallerTests {
    @Test(arguments: Role.allCases)
    func `the workbench is for everybody with a post`(role: Role) {
        let caller = Caller(
            id: ID(UUID(high: 1, low: 1)), name: "Mei", grants: [Grant(role: .rider), Grant(role: role)])
        #expect(caller.isStaff == ![.rider, .everyone].contains(role))
        #expect(caller.has(role))
    }

    @Test func `what is everybody's is theirs too who have no post`() {
        let policy = Policy(rules: [
            .init(role: .everyone, kind: "notice", actions: ["read"], scope: .own, view: .full)
        ])
        let id: ID<Account> = ID(UUID(high: 1, low: 1))
        for grants in [[], [Grant(role: .rider)], [Grant(role: .officer)]] {
            let caller = Caller(id: id, name: "Mei", grants: grants)
            #expect(policy.allows(caller, "read", on: Subject(kind: "notice", owner: id)))
            #expect(policy.mayEver(caller, "read", on: "notice"))
        }
    }

    @Test func `somebody without a grant is nobody`() {
        let caller = Caller(id: ID(UUID(high: 1, low: 1)), name: "Mei", grants: [])
        #expect(!caller.isStaff)
        #expect(!Role.allCases.contains { caller.has($0) })
    }
}
