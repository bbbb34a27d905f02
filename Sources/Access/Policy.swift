import Foundation
import Kernel

/// Who may do what: the rows of `Data/policy.json`. Nothing is allowed that no row allows.
package struct Policy: Sendable, Decodable {
    /// How the thing in question must relate to a grant.
    package enum Scope: String, Sendable, Codable, CaseIterable {
        /// It is the caller's own: reported by them, addressed to them.
        case own
        /// The caller works on it.
        case assigned
        /// It lies with the office of the grant.
        case office
        /// It lies in the territory of the grant.
        case territory
        case any
    }

    /// How much of a thing is shown, from little to all.
    package enum View: String, Sendable, Codable, Comparable, CaseIterable {
        /// Without anything about persons.
        case card
        /// With what is needed to work on it; who reported stays hidden.
        case masked
        /// With the reporter who agreed to be named.
        case full

        package static func < (left: View, right: View) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    package struct Rule: Sendable, Codable {
        package let role: Role
        package let kind: String
        package let actions: [String]
        package let scope: Scope
        package let view: View
    }

    package let rules: [Rule]

    package init(rules: [Rule]) {
        self.rules = rules
    }

    /// Everything that some row allows on things of a kind.
    package func actions(on kind: String) -> Set<String> {
        Set(rules.filter { $0.kind == kind }.flatMap(\.actions))
    }

    /// What is wrong with the file, for `nuanxin check`: one sentence each. A row with a misspelt action allows nothing, and
    /// nobody would see why.
    package func faults(knownActions: [String: Set<String>]) -> [String] {
        rules.enumerated().flatMap { index, rule -> [String] in
            let place = "policy: rules[\(index)] (\(rule.role.rawValue))"
            guard let known = knownActions[rule.kind] else {
                return ["\(place) names the unknown kind \(rule.kind)\(knownActions.keys.hint(insteadOf: rule.kind))"]
            }
            return rule.actions.filter { !known.contains($0) }.map { action in
                "\(place) allows the unknown action \(action) on \(rule.kind)\(known.hint(insteadOf: action))"
            }
        }
    }

    func rules(for role: Role, _ action: String, on kind: String) -> [Rule] {
        rules.filter { $0.role == role && $0.kind == kind && $0.actions.contains(action) }
    }
}

/// What has to be known of a thing to decide on it.
package struct Subject: Sendable {
    package let kind: String
    package var owner: ID<Account>?
    package var assignee: ID<Account>?
    package var office: ID<OfficeEntity>?
    package var territory: TerritoryPath?

    package init(
        kind: String, owner: ID<Account>? = nil, assignee: ID<Account>? = nil, office: ID<OfficeEntity>? = nil,
        territory: TerritoryPath? = nil
    ) {
        self.kind = kind
        self.owner = owner
        self.assignee = assignee
        self.office = office
        self.territory = territory
    }
}

extension Policy {
    /// How much `caller` may see in doing `action`; `nil` when it isn't allowed.
    package func view(of subject: Subject, for caller: Caller, doing action: String) -> View? {
        caller.grants.flatMap { grant in
            rules(for: grant.role, action, on: subject.kind).filter { rule in
                holds(rule.scope, grant: grant, caller: caller, subject: subject)
            }
        }.map(\.view).max()
    }

    package func allows(_ caller: Caller, _ action: String, on subject: Subject) -> Bool {
        view(of: subject, for: caller, doing: action) != nil
    }

    /// Whether `caller` may do `action` on anything at all of the kind: for showing a menu entry.
    package func mayEver(_ caller: Caller, _ action: String, on kind: String) -> Bool {
        caller.grants.contains { !rules(for: $0.role, action, on: kind).isEmpty }
    }

    private func holds(_ scope: Scope, grant: Grant, caller: Caller, subject: Subject) -> Bool {
        switch scope {
        case .own: subject.owner == caller.id
        case .assigned: subject.assignee == caller.id
        case .office: grant.office != nil && subject.office == grant.office
        case .territory:
            grant.territory.flatMap { own in subject.territory.map { own.contains($0) } } ?? false
        case .any: true
        }
    }
}
