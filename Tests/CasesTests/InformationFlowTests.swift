import Foundation
import HTTPTypes
import HummingbirdTesting
import Kernel
import TestSupport
import Testing

@testable import Cases

/// Charter: who reported is hidden from everyone whose duty doesn't need it. Two worlds differ in who reported, in nothing
/// else; whoever works on the case can't tell them apart.
struct InformationFlowTests {
    @Test(arguments: [Reporter.Identity.named, .confidential, .anonymous], [Someone.liuYang, .gaoJie])
    func `nobody can tell from a case who reported it`(
        _ identity: Reporter.Identity, other: Someone
    ) async throws {
        let first = try await World(reportedBy: .zhangWei, identity)
        let second = try await World(reportedBy: other, identity)
        // Of the two reporters only those who work on the case look; Gao Jie is one of her own district's staff.
        let viewers = Someone.staff.filter { $0 != other }
        var seen = 0
        for viewer in viewers {
            let (left, right) = (
                try await first.everything(seenBy: viewer), try await second.everything(seenBy: viewer)
            )
            #expect(left.count == right.count)
            for (one, two) in zip(left, right) where one != two {
                Issue.record("\(viewer) can tell \(one.path): \(difference(one.text, two.text))")
            }
            seen += left.filter { $0.status == 200 }.map(\.text.utf8.count).reduce(0, +)
        }
        #expect(seen > 300_000, "something was looked at: \(seen)")
    }

    @Test func `the comparison would notice: the identity that was chosen is to be seen`() async throws {
        let named = try await World(reportedBy: .zhangWei, .named)
        let hidden = try await World(reportedBy: .zhangWei, .confidential)
        let differing = zip(
            try await named.everything(seenBy: .wangFang), try await hidden.everything(seenBy: .wangFang)
        ).filter { $0 != $1 }
        #expect(differing.map(\.0.path).contains { $0.hasPrefix("/work/cases/") })
    }

    @Test func `what the handler sees before looking says no more than what everybody sees`() async throws {
        let world = try await World(reportedBy: .zhangWei, .named)
        for seen in try await world.everything(seenBy: .liNa) {
            for word in [Someone.zhangWei.name, Someone.zhangWei.phone, Someone.zhangWei.id.text, "7788"] {
                #expect(!seen.text.contains(word), "\(seen.path) holds \(word)")
            }
        }
    }

    private func difference(_ one: String, _ two: String) -> String {
        let start = zip(one, two).prefix { $0 == $1 }.count
        return "…\(one.dropFirst(max(0, start - 40)).prefix(120))… / …\(two.dropFirst(max(0, start - 40)).prefix(120))…"
    }
}

private struct World {
    struct Seen: Equatable {
        let path: String
        let status: Int
        let text: String
    }

    private let district: TestDistrict
    private let id: ID<Case>

    init(reportedBy reporter: Someone, _ identity: Reporter.Identity) async throws {
        district = try await TestDistrict()
        id = try await district.live(by: reporter, identity: identity)
        // Another one stands at its beginning.
        _ = try await district.report(by: reporter, identity: identity)
        await district.catchUp()
    }

    func everything(seenBy viewer: Someone) async throws -> [Seen] {
        let seen = SeenList()
        try await district.run { [id] client in
            let api = ["/api/v1/cases?view=all", "/api/v1/cases?view=closed", "/api/v1/cases/\(id)", "/api/v1/notices"]
            let pages = [
                "/work?view=all", "/work", "/work/cases/\(id)", "/inbox", "/figures", "/api/v1/public/figures",
            ]
            let others = ["/reports/\(id)", "/api/v1/reports/\(id)", "/reports", "/api/v1/reports"]
            for path in api + pages + others {
                let answer = try await client.get(path, as: viewer)
                // Each refusal has a number of its own.
                let text = answer.text.replacing(/requests\/[0-9a-f]+/, with: "")
                await seen.add(Seen(path: path, status: Int(answer.status.code), text: text))
            }
        }
        return await seen.list
    }

    private actor SeenList {
        private(set) var list: [Seen] = []
        func add(_ seen: Seen) { list.append(seen) }
    }
}
