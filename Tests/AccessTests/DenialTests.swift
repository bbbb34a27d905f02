import Access
import Foundation
import Kernel
import TestSupport
import Testing

/// The five denials that win over every grant (security.md §4.2).
struct DenialTests {
    private let li = ID<Account>(UUID(high: 1, low: 1))
    private let wang = ID<Account>(UUID(high: 1, low: 2))
    private let kitchen = ID<OrganisationEntity>(UUID(high: 2, low: 1))
    private let city = TerritoryPath(rawValue: "/21/")

    private func policy(_ rules: Policy.Rule...) -> Policy {
        Policy(rules: rules, approvals: [.init(kind: "case", actions: ["approve"], of: "ask")])
    }

    @Test(arguments: Policy.Scope.allCases)
    func `D1: whoever belongs to the reported business never sees the matter as staff`(scope: Policy.Scope) {
        let policy = policy(.init(role: .officer, kind: "case", actions: ["read"], scope: scope, view: .full))
        let office = ID<OfficeEntity>(UUID(high: 3, low: 1))
        let post = Grant(
            role: .officer, territory: city, sector: SectorPath(rawValue: "/market/"), office: office,
            organisation: scope == .organisation ? ID(UUID(high: 2, low: 9)) : nil)
        let subject = Subject(
            kind: "case", owner: li, assignee: li, office: office, organisation: post.organisation, territory: city,
            sector: SectorPath(rawValue: "/market/food/"), about: [kitchen], approved: [li])
        let apart = Caller(id: li, name: "Li", grants: [post])
        let tied = Caller(id: li, name: "Li", grants: [post, Grant(role: .everyone, organisation: kitchen)])
        #expect(policy.allows(apart, "read", on: subject))
        #expect(policy.allows(tied, "read", on: subject) == (scope == .own), "one's own report stays one's own")
    }

    @Test func `D3: nobody decides on what they asked for, whatever else they are`() {
        let policy = policy(
            .init(role: .officer, kind: "case", actions: ["ask"], scope: .any, view: .full),
            .init(role: .supervisor, kind: "case", actions: ["approve"], scope: .any, view: .full))
        let both = [Grant(role: .officer), Grant(role: .supervisor)]
        let subject = Subject(kind: "case", did: ["ask": li])
        #expect(!policy.allows(Caller(id: li, name: "Li", grants: both), "approve", on: subject))
        #expect(policy.allows(Caller(id: wang, name: "Wang", grants: both), "approve", on: subject))
        #expect(policy.allows(Caller(id: li, name: "Li", grants: both), "ask", on: subject))
    }

    @Test func `D3: what needs a second person with one kind doesn't with another`() {
        let policy = policy(
            .init(role: .supervisor, kind: "case", actions: ["approve"], scope: .any, view: .full),
            .init(role: .supervisor, kind: "leave", actions: ["approve"], scope: .any, view: .full))
        let caller = Caller(id: li, name: "Li", grants: [Grant(role: .supervisor)])
        #expect(!policy.allows(caller, "approve", on: Subject(kind: "case", did: ["ask": li])))
        #expect(policy.allows(caller, "approve", on: Subject(kind: "leave", did: ["ask": li])))
    }

    @Test func `D3: who stands in for somebody doesn't decide on that person's request by their grant`() {
        let policy = policy(.init(role: .supervisor, kind: "case", actions: ["approve"], scope: .any, view: .full))
        let subject = Subject(kind: "case", did: ["ask": li])
        let standIn = Caller(id: wang, name: "Wang", grants: [Grant(role: .supervisor, actingFor: li)])
        let ofOwnPost = Caller(
            id: wang, name: "Wang", grants: [Grant(role: .supervisor, actingFor: li), Grant(role: .supervisor)])
        #expect(!policy.allows(standIn, "approve", on: subject))
        #expect(policy.allows(ofOwnPost, "approve", on: subject))
    }

    /// P7: more grants never undo a denial.
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `no set of grants undoes a denial`(seed: UInt64) {
        let world = World(seed: seed)
        for caller in world.callers {
            for subject in world.subjects where !subject.about.isDisjoint(with: caller.organisations) {
                for action in world.actions where subject.owner != caller.id {
                    #expect(!world.policy.allows(caller, action, on: subject))
                }
            }
        }
    }

    @Test(arguments: [
        (Role.merchant, "reporter", Policy.Scope.assigned, "(D2)"), (.keeper, "reporter", .own, "(D2)"),
        (.community, "reporter", .approved, "(D2)"), (.platform, "reporter", .assigned, "(D2)"),
        (.administrator, "reporter", .assigned, "(D2)"), (.auditor, "reporter", .approved, "(D2)"),
        (.supervisor, "reporter", .territory, "(D2)"), (.custodian, "reporter", .any, "(D2)"),
        (.administrator, "account", .any, "(D4)"), (.security, "account", .territory, "(D4)"),
        (.auditor, "member", .organisation, "(D4)"), (.officer, "member", .assigned, "(D5)"),
        (.party, "member", .territory, "(D5)"), (.platform, "member", .organisation, "(D5)"),
    ])
    func `D2, D4, D5: a row that no city may have stops the server`(
        role: Role, kind: String, scope: Policy.Scope, denial: String
    ) {
        let faults = Self.faults(of: .init(role: role, kind: kind, actions: ["read"], scope: scope, view: .card))
        #expect(faults.contains { $0.contains(denial) && $0.contains(role.rawValue) }, "\(faults)")
    }

    @Test(arguments: [
        (Role.officer, "reporter", Policy.Scope.assigned), (.custodian, "reporter", .approved),
        (.party, "member", .organisation), (.rider, "member", .own), (.officer, "account", .assigned),
    ])
    func `rows that keep to the denials are taken`(role: Role, kind: String, scope: Policy.Scope) {
        #expect(Self.faults(of: .init(role: role, kind: kind, actions: ["read"], scope: scope, view: .full)) == [])
    }

    /// P12: whatever grants somebody of these roles collects, who reported stays hidden.
    @Test func `with the shipped policy no outsider or guard reaches a hidden identity by any grants`() throws {
        let policy = try Policy.shipped
        let roles = Role.outsiders.union(Role.guards).union([.party, .everyone, .rider, .intake, .supervisor])
        var random = SeededGenerator(seed: 12)
        let world = World(seed: 12, policy: policy, kind: "reporter")
        for _ in 0..<500 {
            let grants = (0..<5).map { _ in World.grant(using: &random) }.filter { roles.contains($0.role) }
            let caller = Caller(id: World.accounts[0], name: "", grants: grants)
            for subject in world.subjects { #expect(!policy.allows(caller, "read", on: subject)) }
        }
    }

    private static func faults(of rule: Policy.Rule) -> [String] {
        Policy(
            rules: [rule],
            kinds: [.init("reporter", .hidden), .init("account", .personal), .init("member", .party)]
        ).faults(knownActions: ["reporter": ["read"], "account": ["read"], "member": ["read"]])
    }
}
