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

    @Test func `somebody without a grant is nobody`() {
        let caller = Caller(id: ID(UUID(high: 1, low: 1)), name: "Mei", grants: [])
        #expect(!caller.isStaff)
        #expect(!Role.allCases.contains { caller.has($0) })
    }
}
