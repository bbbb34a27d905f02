import Foundation
import Kernel
import Testing

struct TerritoryPathTests {
    @Test(arguments: [
        ("/33/3301/", "/33/3301/", true), ("/33/3301/", "/33/3301/330102/", true), ("/33/", "/33/3301/330102/", true),
        ("/", "/33/", true),
        // A sibling whose code starts with the same digits.
        ("/3301/", "/33010/", false), ("/33/3301/", "/33/33010/", false), ("/33/3301/", "/33/33010/330102/", false),
        ("/33/3301/330102/", "/33/3301/", false), ("/33/3301/", "/21/3301/", false), ("/33/3301/", "/", false),
    ])
    func `a territory holds itself and what lies in it`(territory: String, other: String, holds: Bool) {
        #expect(TerritoryPath(rawValue: territory).contains(TerritoryPath(rawValue: other)) == holds)
    }

    @Test func `a path is made of codes from the province down and gives them back`() {
        let codes = ["21", "2101", "210103", "210103013"].map { TerritoryCode(rawValue: $0) }
        let path = TerritoryPath(codes)
        #expect(path.rawValue == "/21/2101/210103/210103013/")
        #expect(path.codes == codes)
        #expect(TerritoryPath([]).rawValue == "/")
        #expect(TerritoryPath([]).codes.isEmpty)
    }
}
