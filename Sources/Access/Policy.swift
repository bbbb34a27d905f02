import Foundation
import Kernel

/// Who may do what: the rows of `Data/policy.json`. Nothing is allowed that no row allows, and five denials win over all
/// rows: three are checked on the file itself (``faults(knownActions:)``), two with every decision (``Decider``).
package struct Policy: Sendable, Decodable {
    /// How the thing in question must relate to a grant.
    package enum Scope: String, Sendable, Codable, CaseIterable {
        /// It is the caller's own: reported by them, addressed to them.
        case own
        /// The caller, or whom they stand in for, works on it.
        case assigned
        /// It lies with the office of the grant.
        case office
        /// It belongs to the organisation of the grant.
        case organisation
        /// It lies in the territory of the grant and, when the grant names a sector, in that sector too.
        case territory
        /// As ``territory``, for grants that name a sector: 条 ∧ 块.
        case sector
        /// A custodian let the caller look, and that time isn't over.
        case approved
        case any
    }

    /// How much of a thing is shown, from little to all. Which fields that are stands in ``fields``.
    package enum View: String, Sendable, Codable, Comparable, CaseIterable {
        /// Without anything about persons.
        case card
        /// With what is needed to work on it; who reported stays hidden.
        case masked
        /// With all that its handler needs.
        case full

        package static func < (left: View, right: View) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// How much harm it does when the wrong person sees a thing (security.md §1.1).
    package enum Protection: String, Sendable, Codable, CaseIterable {
        case open
        /// Work of the house, without personal data.
        case `internal`
        /// Names, phones, plates.
        case personal
        /// Who reported or complained, hardship, originals of photos.
        case hidden
        /// Membership of the party.
        case party
        /// Settings of the product itself, and what was done by whom.
        case control
    }

    package struct Kind: Sendable, Codable {
        package let kind: String
        package let protection: Protection

        package init(_ kind: String, _ protection: Protection) {
            self.kind = kind
            self.protection = protection
        }
    }

    package struct Rule: Sendable, Codable {
        package let role: Role
        package let kind: String
        package let actions: [String]
        package let scope: Scope
        package let view: View

        package init(role: Role, kind: String, actions: [String], scope: Scope, view: View) {
            self.role = role
            self.kind = kind
            self.actions = actions
            self.scope = scope
            self.view = view
        }
    }

    /// Acts on what somebody else did (`of`): whoever did that can't decide on it.
    package struct Approval: Sendable, Codable {
        package let kind: String
        package let actions: [String]
        package let of: String

        package init(kind: String, actions: [String], of: String) {
            self.kind = kind
            self.actions = actions
            self.of = of
        }
    }

    /// The fields of a kind that a view shows.
    package struct Fields: Sendable, Codable {
        package let kind: String
        package let view: View
        package let fields: Set<String>
    }

    /// The fields of a kind that pages and answers know.
    package struct KnownFields: Sendable {
        /// Shown to everybody who reaches a thing of the kind.
        package let always: Set<String>
        /// Shown when the view has them.
        package let byView: Set<String>

        package init(always: Set<String>, byView: Set<String>) {
            self.always = always
            self.byView = byView
        }
    }

    package let kinds: [Kind]
    package let approvals: [Approval]
    package let fields: [Fields]
    package let rules: [Rule]

    package init(rules: [Rule], kinds: [Kind] = [], approvals: [Approval] = [], fields: [Fields] = []) {
        self.rules = rules
        self.kinds = kinds
        self.approvals = approvals
        self.fields = fields
    }

    /// Everything that some row allows on things of a kind.
    package func actions(on kind: String) -> Set<String> {
        Set(rules.filter { $0.kind == kind }.flatMap(\.actions))
    }

    package func protection(of kind: String) -> Protection? {
        kinds.first { $0.kind == kind }?.protection
    }

    /// What a view shows of things of a kind; nothing when the file doesn't say.
    package func fields(of kind: String, in view: View) -> Set<String> {
        fields.first { $0.kind == kind && $0.view == view }?.fields ?? []
    }

    func rules(for role: Role, _ action: String, on kind: String) -> [Rule] {
        rules.filter { $0.role == role && $0.kind == kind && $0.actions.contains(action) }
    }
}
