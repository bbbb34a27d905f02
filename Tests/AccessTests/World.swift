import Foundation
import Kernel
import Storage

@testable import Access

/// A small made-up city, the same for the same seed: people, offices, both trees, a policy, and things to decide on.
struct World: Sendable {
    let policy: Policy
    let kinds: [String]
    let actions: [String]
    let callers: [Caller]
    let subjects: [Subject]

    /// Without a `policy`, one of random rows is made.
    init(seed: UInt64, policy: Policy? = nil, kind: String? = nil, things: Int = 300) {
        var random = SeededGenerator(seed: seed)
        let policy = policy ?? Self.policy(using: &random)
        let kinds = kind.map { [$0] } ?? ["case", "report"]
        self.policy = policy
        self.kinds = kinds
        actions = Set(kinds.flatMap { policy.actions(on: $0) }).sorted() + ["unheardOf"]
        callers = Self.accounts.flatMap { account in
            (0..<2).map { _ in
                let grants = (0..<Int.random(in: 0...4, using: &random)).map { _ in Self.grant(using: &random) }
                return Caller(id: account, name: "\(account)", grants: grants)
            }
        }
        subjects = (0..<things).map { _ in
            Subject(
                kind: kinds.randomElement(using: &random) ?? "case", owner: Self.accounts.some(of: 2, using: &random),
                assignee: Self.accounts.some(of: 2, using: &random), office: Self.offices.some(of: 2, using: &random),
                organisation: Self.organisations.some(of: 2, using: &random),
                territory: Self.territories.some(of: 8, using: &random),
                sector: Self.sectors.some(of: 4, using: &random),
                about: Bool.random(using: &random)
                    ? [] : Set(Self.organisations.filter { _ in Bool.random(using: &random) }),
                did: Self.accounts.some(of: 2, using: &random).map { ["ask": $0] } ?? [:],
                approved: Set(Self.accounts.prefix(2).filter { _ in Bool.random(using: &random) }))
        }
    }

    static let accounts = (0..<6).map { ID<Account>(UUID(high: 0xa, low: $0)) }
    static let offices = (0..<3).map { ID<OfficeEntity>(UUID(high: 0xb, low: $0)) }
    static let organisations = (0..<3).map { ID<OrganisationEntity>(UUID(high: 0xc, low: $0)) }

    /// With every trap that a prefix can have: a code that starts as its sibling does, a parent, a root.
    static let territories = [
        "/", "/33/", "/33/3301/", "/33/33010/", "/33/3301/330102/", "/33/33010/330102/", "/3301/", "/21/2101/",
    ].map { TerritoryPath(rawValue: $0) }

    static let sectors = ["/market/", "/market/food/", "/marketing/", "/fire/"].map { SectorPath(rawValue: $0) }

    static func grant(using random: inout SeededGenerator) -> Grant {
        Grant(
            role: Role.allCases.randomElement(using: &random) ?? .rider,
            territory: territories.some(of: 8, using: &random),
            sector: Bool.random(using: &random) ? nil : sectors.some(of: 4, using: &random),
            office: offices.some(of: 3, using: &random), organisation: organisations.some(of: 3, using: &random),
            actingFor: Bool.random(using: &random) ? nil : accounts.some(of: 2, using: &random))
    }

    private static func policy(using random: inout SeededGenerator) -> Policy {
        let actions = ["read", "close", "note", "assign"]
        return Policy(
            rules: (0..<Int.random(in: 1...30, using: &random)).map { _ in
                Policy.Rule(
                    role: Role.allCases.randomElement(using: &random) ?? .rider,
                    kind: Bool.random(using: &random) ? "case" : "report",
                    actions: actions.filter { _ in Bool.random(using: &random) },
                    scope: Policy.Scope.allCases.randomElement(using: &random) ?? .own,
                    view: Policy.View.allCases.randomElement(using: &random) ?? .card)
            },
            approvals: [.init(kind: "case", actions: ["close", "assign"], of: "ask")])
    }
}

extension Array {
    /// One of the first `count`, or none.
    fileprivate func some(of count: Int, using random: inout SeededGenerator) -> Element? {
        (prefix(count).map(Optional.some) + [nil]).randomElement(using: &random) ?? nil
    }
}
