import Foundation
import Kernel
import TestSupport
import Testing

@testable import Access

/// What holds in any city with any policy (security.md §4.3).
struct WorldPropertyTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    /// P3: one more grant never takes away, one less never adds. Ties to an organisation are no rights: they hide.
    @Test(arguments: seeds)
    func `a further grant takes nothing away`(seed: UInt64) throws {
        let world = World(seed: seed)
        var random = SeededGenerator(seed: seed)
        for caller in world.callers {
            let more = World.grant(using: &random)
            let untied = Grant(
                role: more.role, territory: more.territory, sector: more.sector, office: more.office,
                actingFor: more.actingFor)
            let richer = Caller(id: caller.id, name: "", grants: caller.grants + [untied])
            for action in world.actions {
                for subject in world.subjects {
                    let before = world.policy.view(of: subject, for: caller, doing: action)
                    let after = world.policy.view(of: subject, for: richer, doing: action)
                    try #require(before.map { b in after.map { $0 >= b } ?? false } ?? true, "\(subject)")
                }
            }
        }
    }

    /// P5: when a place moves to another parent, the access to what lies in it moves along, and no other.
    @Test(arguments: seeds)
    func `moving a place moves exactly the access to what lies in it`(seed: UInt64) throws {
        let world = World(seed: seed)
        let moved = (from: "/33/3301/", to: "/21/3301/")
        func after(_ path: TerritoryPath?) -> TerritoryPath? {
            guard let path, path.rawValue.hasPrefix(moved.from) else { return path }
            return TerritoryPath(rawValue: moved.to + path.rawValue.dropFirst(moved.from.count))
        }
        for caller in world.callers {
            for action in world.actions {
                for subject in world.subjects {
                    var other = subject
                    other.territory = after(subject.territory)
                    let before = world.policy.view(of: subject, for: caller, doing: action)
                    let now = world.policy.view(of: other, for: caller, doing: action)
                    if other.territory == subject.territory {
                        try #require(before == now)
                    } else {
                        // The same as somebody whose grants lay at the new place had before.
                        let mirrored = Caller(
                            id: caller.id, name: "",
                            grants: caller.grants.map { $0.lying(in: mirror($0.territory, moved)) })
                        try #require(world.policy.view(of: subject, for: mirrored, doing: action) == now)
                    }
                }
            }
        }
    }

    /// Where a grant would have to lie among the old paths to hold for what it holds for among the new ones.
    private func mirror(_ path: TerritoryPath?, _ moved: (from: String, to: String)) -> TerritoryPath? {
        guard let path else { return nil }
        if moved.to.hasPrefix(path.rawValue) { return TerritoryPath(rawValue: moved.from) }
        if path.rawValue.hasPrefix(moved.to) {
            return TerritoryPath(rawValue: moved.from + path.rawValue.dropFirst(moved.to.count))
        }
        return TerritoryPath(rawValue: "/nowhere/")
    }

    /// P8: a wider view shows at least what a narrower one shows.
    @Test func `each view shows what the narrower ones show`() throws {
        let policy = try Policy.shipped
        for kind in Set(policy.fields.map(\.kind)) {
            for (narrow, wide) in zip(Policy.View.allCases, Policy.View.allCases.dropFirst()) {
                #expect(policy.fields(of: kind, in: narrow).isSubset(of: policy.fields(of: kind, in: wide)))
            }
        }
        #expect(!policy.fields(of: "case", in: .masked).contains("numbersInWords"))
        #expect(policy.fields(of: "case", in: .card).isDisjoint(with: ["description", "photos", "handler", "place"]))
    }
}

extension Grant {
    fileprivate func lying(in territory: TerritoryPath?) -> Grant {
        Grant(
            role: role, territory: territory, sector: sector, office: office, organisation: organisation,
            actingFor: actingFor)
    }
}
