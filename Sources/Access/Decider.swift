import Kernel

/// What a caller may do by one action with things of one kind: the rows that matter, picked once for many things.
///
/// Two denials win over all rows. Who belongs to the business that a thing is about never reaches it as staff (D1), and
/// nobody decides on what they did themselves, nor does who stands in for them by their grant (D3).
package struct Decider: Sendable {
    struct Clause: Sendable {
        let grant: Grant
        let scope: Policy.Scope
        let view: Policy.View
    }

    let caller: Caller
    let clauses: [Clause]
    /// The acts of which nobody may be the doer who wants to do this.
    let decidesOn: [String]

    /// How much the caller may see in doing it; `nil` when it isn't allowed.
    package func view(of subject: Subject) -> Policy.View? {
        guard !decidesOn.contains(where: { subject.did[$0] == caller.id }) else { return nil }
        let isAboutOwn = !subject.about.isDisjoint(with: caller.organisations)
        var widest: Policy.View?
        for clause in clauses where holds(clause, for: subject, isAboutOwn: isAboutOwn) {
            widest = widest.map { max($0, clause.view) } ?? clause.view
        }
        return widest
    }

    /// Whether a second person is needed because the caller did themselves what is to be decided on.
    package func isOwnAct(_ subject: Subject) -> Bool {
        decidesOn.contains { act in
            subject.did[act].map { doer in doer == caller.id || caller.grants.contains { $0.actingFor == doer } }
                ?? false
        }
    }

    private func holds(_ clause: Clause, for subject: Subject, isAboutOwn: Bool) -> Bool {
        let grant = clause.grant
        if isAboutOwn, clause.scope != .own { return false }
        if let absent = grant.actingFor, decidesOn.contains(where: { subject.did[$0] == absent }) { return false }
        return switch clause.scope {
        case .own: subject.owner == caller.id
        case .assigned:
            subject.assignee.map { $0 == caller.id || $0 == grant.actingFor } ?? false
        case .office: grant.office != nil && subject.office == grant.office
        case .organisation: grant.organisation != nil && subject.organisation == grant.organisation
        case .territory: liesWithin(grant, subject)
        case .sector: grant.sector != nil && liesWithin(grant, subject)
        case .approved: subject.approved.contains(caller.id)
        case .any: true
        }
    }

    private func liesWithin(_ grant: Grant, _ subject: Subject) -> Bool {
        guard let own = grant.territory, let place = subject.territory, own.contains(place) else { return false }
        guard let line = grant.sector else { return true }
        return subject.sector.map { line.contains($0) } ?? false
    }
}

extension Policy {
    package func decider(for caller: Caller, doing action: String, on kind: String) -> Decider {
        Decider(
            caller: caller,
            clauses: caller.posts.flatMap { grant in
                rules(for: grant.role, action, on: kind).map {
                    Decider.Clause(grant: grant, scope: $0.scope, view: $0.view)
                }
            },
            decidesOn: approvals.filter { $0.kind == kind && $0.actions.contains(action) }.map(\.of))
    }

    /// How much `caller` may see in doing `action`; `nil` when it isn't allowed.
    package func view(of subject: Subject, for caller: Caller, doing action: String) -> View? {
        decider(for: caller, doing: action, on: subject.kind).view(of: subject)
    }

    package func allows(_ caller: Caller, _ action: String, on subject: Subject) -> Bool {
        view(of: subject, for: caller, doing: action) != nil
    }

    /// Whether `caller` may do `action` on anything at all of the kind: for showing a menu entry.
    package func mayEver(_ caller: Caller, _ action: String, on kind: String) -> Bool {
        caller.posts.contains { !rules(for: $0.role, action, on: kind).isEmpty }
    }
}
