import Foundation
import Kernel
import TestSupport
import Testing

@testable import Access

/// When grants end is no matter of the policy: who loads a caller leaves out what doesn't hold now (PeopleTests).
struct PolicyTests {
    private static let seeds: [UInt64] = [1, 2, 3]

    @Test(arguments: seeds)
    func `without a grant only what everybody may is allowed`(seed: UInt64) {
        let whole = World(seed: seed)
        let world = World(
            seed: seed, policy: Policy(rules: whole.policy.rules.filter { $0.role != .everyone }))
        let nobody = Caller(id: ID(UUID(high: 0xa, low: 0)), name: "Mei", grants: [])
        for action in world.actions {
            #expect(!world.subjects.contains { world.policy.allows(nobody, action, on: $0) })
            #expect(!world.kinds.contains { world.policy.mayEver(nobody, action, on: $0) })
        }
    }

    /// P4: somebody with two posts never does the act of one in the territory of the other.
    @Test(arguments: seeds)
    func `several grants allow what each allows by itself, and no mix of them`(seed: UInt64) throws {
        let world = World(seed: seed)
        for caller in world.callers {
            // What somebody belongs to hides things from them whichever grant they use.
            let ties = caller.organisations.map { Grant(role: .everyone, organisation: $0) }
            let single = caller.grants.map { Caller(id: caller.id, name: caller.name, grants: [$0] + ties) }
            for action in world.actions {
                for subject in world.subjects {
                    let whole = world.policy.view(of: subject, for: caller, doing: action)
                    let parts = single.compactMap { world.policy.view(of: subject, for: $0, doing: action) }
                    try #require(whole == parts.max(), "seed \(seed): \(caller) doing \(action) on \(subject)")
                }
            }
        }
    }

    @Test(arguments: seeds)
    func `the order of rows and grants changes nothing`(seed: UInt64) throws {
        let world = World(seed: seed)
        var random = SeededGenerator(seed: seed)
        let shuffled = Policy(
            rules: world.policy.rules.shuffled(using: &random), approvals: world.policy.approvals)
        for caller in world.callers {
            let same = Caller(id: caller.id, name: caller.name, grants: caller.grants.shuffled(using: &random))
            for action in world.actions {
                for subject in world.subjects {
                    let views = [
                        world.policy.view(of: subject, for: caller, doing: action),
                        shuffled.view(of: subject, for: same, doing: action),
                    ]
                    try #require(views[0] == views[1], "seed \(seed): \(caller) doing \(action) on \(subject)")
                }
            }
        }
    }

    @Test(arguments: seeds)
    func `a menu entry is there for everybody who could use it`(seed: UInt64) {
        let world = World(seed: seed)
        for caller in world.callers {
            for action in world.actions {
                for subject in world.subjects where world.policy.allows(caller, action, on: subject) {
                    #expect(world.policy.mayEver(caller, action, on: subject.kind))
                }
            }
        }
    }

    @Test func `one act in one territory isn't another act in another`() {
        let policy = Policy(rules: [
            .init(role: .officer, kind: "case", actions: ["close"], scope: .territory, view: .masked),
            .init(role: .intake, kind: "case", actions: ["read"], scope: .territory, view: .masked),
        ])
        let li = Caller(
            id: ID(UUID(high: 1, low: 1)), name: "Li",
            grants: [
                Grant(role: .officer, territory: TerritoryPath(rawValue: "/21/2101/")),
                Grant(role: .intake, territory: TerritoryPath(rawValue: "/21/2102/")),
            ])
        let here = Subject(kind: "case", territory: TerritoryPath(rawValue: "/21/2101/210103/"))
        let there = Subject(kind: "case", territory: TerritoryPath(rawValue: "/21/2102/210202/"))
        #expect(policy.allows(li, "close", on: here))
        #expect(!policy.allows(li, "close", on: there))
        #expect(policy.allows(li, "read", on: there))
        #expect(!policy.allows(li, "read", on: here))
    }

    @Test(arguments: [
        ("/33/3301/", "/33/3301/", true), ("/33/3301/", "/33/3301/330102/", true), ("/33/3301/", "/33/33010/", false),
        ("/33/3301/", "/33/", false), ("/3301/", "/33010/", false), ("/", "/33/", true),
    ])
    func `a grant for a territory holds in it and below, never beside it`(own: String, other: String, holds: Bool) {
        let policy = Policy(rules: [
            .init(role: .intake, kind: "case", actions: ["read"], scope: .territory, view: .masked)
        ])
        let caller = Caller(
            id: ID(UUID(high: 1, low: 1)), name: "Wang",
            grants: [Grant(role: .intake, territory: TerritoryPath(rawValue: own))])
        let subject = Subject(kind: "case", territory: TerritoryPath(rawValue: other))
        #expect(policy.allows(caller, "read", on: subject) == holds)
    }

    @Test func `what has no owner, office or territory belongs to nobody's`() {
        let policy = Policy(
            rules: [Policy.Scope.own, .assigned, .office, .territory].map {
                .init(role: .officer, kind: "case", actions: ["read"], scope: $0, view: .full)
            })
        let caller = Caller(id: ID(UUID(high: 1, low: 1)), name: "Li", grants: [Grant(role: .officer)])
        #expect(!policy.allows(caller, "read", on: Subject(kind: "case")))
        #expect(policy.allows(caller, "read", on: Subject(kind: "case", owner: caller.id)))
        #expect(!policy.allows(caller, "read", on: Subject(kind: "report", owner: caller.id)), "of another kind")
    }

    @Test func `the widest of several views is given`() {
        #expect(Policy.View.card < .masked)
        #expect(Policy.View.masked < .full)
        #expect(!(Policy.View.full < .card))
        let policy = Policy(rules: [
            .init(role: .officer, kind: "case", actions: ["read"], scope: .assigned, view: .full),
            .init(role: .officer, kind: "case", actions: ["read"], scope: .any, view: .card),
        ])
        let caller = Caller(id: ID(UUID(high: 1, low: 1)), name: "Li", grants: [Grant(role: .officer)])
        #expect(policy.view(of: Subject(kind: "case", assignee: caller.id), for: caller, doing: "read") == .full)
        #expect(policy.view(of: Subject(kind: "case"), for: caller, doing: "read") == .card)
        #expect(policy.view(of: Subject(kind: "case"), for: caller, doing: "close") == nil)
    }
}
