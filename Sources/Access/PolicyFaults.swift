import Kernel

extension Policy {
    /// What is wrong with the file, one sentence each: for the start of the server and `nuanxin check`. A row with a misspelt
    /// action allows nothing, and nobody would see why; a row that a hard denial forbids would be found by whoever gains by it.
    ///
    /// `knownFields` says of a kind what its pages and answers ask the policy about.
    package func faults(
        knownActions: [String: Set<String>], knownFields: [String: KnownFields] = [:]
    ) -> [String] {
        ruleFaults(knownActions) + denialFaults() + approvalFaults(knownActions) + fieldFaults()
            + viewFaults(knownFields)
            + knownActions.keys.sorted().filter { protection(of: $0) == nil }.map {
                "policy: kinds doesn't say how well \($0) is protected"
            }
    }

    private func ruleFaults(_ knownActions: [String: Set<String>]) -> [String] {
        rules.enumerated().flatMap { index, rule -> [String] in
            let place = place(index, rule)
            guard let known = knownActions[rule.kind] else {
                return ["\(place) names the unknown kind \(rule.kind)\(knownActions.keys.hint(insteadOf: rule.kind))"]
            }
            return rule.actions.filter { !known.contains($0) }.map { action in
                "\(place) allows the unknown action \(action) on \(rule.kind)\(known.hint(insteadOf: action))"
            }
        }
    }

    /// D2, D4 and D5 of security.md §4.2: what no row may ever say.
    private func denialFaults() -> [String] {
        rules.enumerated().flatMap { index, rule -> [String] in
            guard let protection = protection(of: rule.kind) else { return [] }
            var faults: [String] = []
            if protection == .hidden, Role.outsiders.union(Role.guards).contains(rule.role) {
                faults.append("reaches \(rule.kind), which is hidden from this role for good (D2)")
            }
            if protection == .hidden, ![.own, .assigned, .approved].contains(rule.scope) {
                faults.append("reaches \(rule.kind) of more than what is one's own, assigned or approved (D2)")
            }
            if Role.guards.contains(rule.role), [.personal, .party].contains(protection) {
                faults.append("reaches \(rule.kind): who sets up or watches the product sees no personal data (D4)")
            }
            if protection == .party, !(rule.role == .party && rule.scope == .organisation), rule.scope != .own {
                faults.append("reaches \(rule.kind) outside the member's own organisation (D5)")
            }
            return faults.map { "\(place(index, rule)) \($0)" }
        }
    }

    private func approvalFaults(_ knownActions: [String: Set<String>]) -> [String] {
        approvals.flatMap { approval -> [String] in
            let known = knownActions[approval.kind] ?? []
            return (approval.actions + [approval.of]).filter { !known.contains($0) }.map { action in
                "policy: approvals name the unknown action \(action) on \(approval.kind)\(known.hint(insteadOf: action))"
            }
        }
    }

    /// Each wider view shows at least what the narrower ones show.
    private func fieldFaults() -> [String] {
        Set(fields.map(\.kind)).sorted().flatMap { kind -> [String] in
            zip(View.allCases, View.allCases.dropFirst()).compactMap { narrow, wide in
                let missing = fields(of: kind, in: narrow).subtracting(fields(of: kind, in: wide)).sorted()
                guard !missing.isEmpty else { return nil }
                return "policy: the view \(wide.rawValue) of \(kind) lacks \(missing.joined(separator: ", ")), "
                    + "which \(narrow.rawValue) shows"
            }
        }
    }

    /// A view that promises to leave something out must not belong to somebody to whom it would be shown all the same.
    private func viewFaults(_ known: [String: KnownFields]) -> [String] {
        known.sorted { $0.key < $1.key }.flatMap { kind, known -> [String] in
            let all = known.always.union(known.byView)
            let unknown = fields.filter { $0.kind == kind }.flatMap { row in
                row.fields.subtracting(all).sorted().map { field in
                    "policy: the view \(row.view.rawValue) of \(kind) names the unknown field \(field)"
                        + all.hint(insteadOf: field)
                }
            }
            let tooNarrow = rules.enumerated().compactMap { index, rule -> String? in
                let missing = rule.kind == kind ? known.always.subtracting(fields(of: kind, in: rule.view)) : []
                guard !missing.isEmpty else { return nil }
                return
                    "\(place(index, rule)) reaches \(kind) as \(rule.view.rawValue), but whoever reaches one is shown "
                    + missing.sorted().joined(separator: ", ")
            }
            return unknown + tooNarrow
        }
    }

    private func place(_ index: Int, _ rule: Rule) -> String {
        "policy: rules[\(index)] (\(rule.role.rawValue))"
    }
}
