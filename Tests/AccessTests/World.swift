import Foundation
import Kernel
import Storage

@testable import Access

/// A small made-up city, the same for the same seed: people, offices, territories, a policy, and things to decide on.
struct World: Sendable {
    let policy: Policy
    let kinds: [String]
    let actions: [String]
    let callers: [Caller]
    let subjects: [Subject]

    /// Without a `policy`, one of random rows is made.
    init(seed: UInt64, policy: Policy? = nil, kind: String? = nil) {
        var random = SeededGenerator(seed: seed)
        let accounts = (0..<6).map { ID<Account>(UUID(high: 0xa, low: $0)) }
        let offices = (0..<3).map { ID<OfficeEntity>(UUID(high: 0xb, low: $0)) }
        let policy = policy ?? Self.policy(using: &random)
        let kinds = kind.map { [$0] } ?? ["case", "report"]
        self.policy = policy
        self.kinds = kinds
        actions = Set(kinds.flatMap { policy.actions(on: $0) }).sorted() + ["unheardOf"]
        callers = accounts.flatMap { account in
            (0..<2).map { _ in
                let grants = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    Grant(
                        role: Role.allCases.randomElement(using: &random) ?? .rider,
                        territory: (Self.territories + [nil]).randomElement(using: &random) ?? nil,
                        office: (offices + [nil]).randomElement(using: &random) ?? nil)
                }
                return Caller(id: account, name: "\(account)", grants: grants)
            }
        }
        let people: [ID<Account>?] = [nil, accounts[0], accounts[1]]
        let places = Self.territories.filter { $0.rawValue != "/" }.map(Optional.some) + [nil]
        subjects = kinds.flatMap { kind in
            people.flatMap { owner in
                people.flatMap { assignee in
                    (offices.prefix(2).map(Optional.some) + [nil]).flatMap { office in
                        places.map { place in
                            Subject(kind: kind, owner: owner, assignee: assignee, office: office, territory: place)
                        }
                    }
                }
            }
        }
    }

    /// With every trap that a prefix can have: a code that starts as its sibling does, a parent, a root.
    static let territories = [
        "/", "/33/", "/33/3301/", "/33/33010/", "/33/3301/330102/", "/33/33010/330102/", "/3301/", "/21/2101/",
    ].map { TerritoryPath(rawValue: $0) }

    private static func policy(using random: inout SeededGenerator) -> Policy {
        let actions = ["read", "close", "note", "assign"]
        return Policy(
            rules: (0..<Int.random(in: 1...14, using: &random)).map { _ in
                Policy.Rule(
                    role: Role.allCases.randomElement(using: &random) ?? .rider,
                    kind: Bool.random(using: &random) ? "case" : "report",
                    actions: actions.filter { _ in Bool.random(using: &random) },
                    scope: Policy.Scope.allCases.randomElement(using: &random) ?? .own,
                    view: Policy.View.allCases.randomElement(using: &random) ?? .card)
            })
    }
}
