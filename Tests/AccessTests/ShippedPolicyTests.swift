import Access
import Foundation
import Kernel
import TestSupport
import Testing

/// What `Data/policy.json` may never say, however it is changed.
struct ShippedPolicyTests {
    private let policy: Policy

    init() throws { policy = try .shipped }

    /// security.md §4.2, D2 and §5.1.
    @Test func `who reported is shown only to whom the matter is assigned`() {
        let rules = policy.rules.filter { $0.kind == "reporter" }
        #expect(rules.map(\.scope) == [.assigned] && rules.map(\.role) == [.officer])
        for rule in policy.rules where rule.kind == "case" {
            #expect(rule.view != .full || rule.scope == .assigned)
        }
    }

    /// GB/T 22239-2019: what one of the three guards does, the other two can't.
    @Test func `those who set up, give roles and audit share no act`() {
        let acts = Role.guards.map { role in
            Set(policy.rules.filter { $0.role == role }.flatMap { rule in rule.actions.map { "\(rule.kind) \($0)" } })
        }
        for (index, some) in acts.enumerated() {
            for others in acts.dropFirst(index + 1) { #expect(some.isDisjoint(with: others)) }
        }
    }

    @Test func `a rider reaches only what is their own`() {
        for rule in policy.rules where rule.role == .rider {
            #expect(["report", "myData"].contains(rule.kind))
            #expect(rule.scope == .own || rule.actions == ["create"])
        }
    }

    /// P9: nobody changes what they may not look at.
    @Test func `who may act on a matter may read it, from the same place`() {
        for rule in policy.rules where rule.actions != ["create"] {
            let readers = policy.rules.filter {
                [rule.role, .everyone].contains($0.role) && $0.kind == rule.kind && $0.actions.contains("read")
            }
            #expect(readers.contains { $0.scope == rule.scope || $0.scope == .any }, "\(rule)")
        }
    }

    /// D3: who asks for an extension isn't who grants it.
    @Test func `what needs a second person isn't given to the first`() {
        for role in Role.allCases {
            let actions = Set(policy.rules.filter { $0.role == role && $0.kind == "case" }.flatMap(\.actions))
            #expect(actions.isDisjoint(with: ["requestExtension"]) || actions.isDisjoint(with: ["approveExtension"]))
            #expect(actions.isDisjoint(with: ["close"]) || actions.isDisjoint(with: ["reopen"]), "\(role)")
        }
    }

    @Test func `no row allows nothing, or the same thing twice`() {
        for rule in policy.rules {
            #expect(!rule.actions.isEmpty)
            #expect(Set(rule.actions).count == rule.actions.count, "\(rule)")
        }
    }

    @Test func `a row with a word that doesn't exist is refused`() throws {
        let row =
            #"{"kinds": [], "approvals": [], "fields": [], "rules": [{"role": "ROLE", "kind": "case", "actions": ["read"], "scope": "SCOPE", "view": "VIEW"}]}"#
        func decoded(_ role: String, _ scope: String, _ view: String) throws -> Policy {
            let json = row.replacing("ROLE", with: role).replacing("SCOPE", with: scope).replacing("VIEW", with: view)
            return try JSONDecoder().decode(Policy.self, from: Data(json.utf8))
        }
        #expect(try decoded("officer", "office", "masked").rules.count == 1)
        #expect(throws: DecodingError.self) { try decoded("wizard", "office", "masked") }
        #expect(throws: DecodingError.self) { try decoded("officer", "anywhere", "masked") }
        #expect(throws: DecodingError.self) { try decoded("officer", "office", "everything") }
    }
}
