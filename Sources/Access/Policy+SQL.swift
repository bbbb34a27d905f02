import Kernel
import Storage

/// The columns in which a kind of thing keeps what ``Policy`` asks for. `nil`: the kind has no such thing.
package struct AccessColumns: Sendable {
    package let owner: SQL?
    package let assignee: SQL?
    package let office: SQL?
    package let territory: SQL?

    package init(owner: SQL? = nil, assignee: SQL? = nil, office: SQL? = nil, territory: SQL? = nil) {
        self.owner = owner
        self.assignee = assignee
        self.office = office
        self.territory = territory
    }
}

extension Policy {
    /// The condition that picks the rows on which `caller` may do `action`: for lists, counts and exports. It is made from
    /// the same rows as ``view(of:for:doing:)``, and a test compares the two.
    package func condition(for caller: Caller, doing action: String, on kind: String, in columns: AccessColumns) -> SQL
    {
        caller.grants.flatMap { grant in
            rules(for: grant.role, action, on: kind).map { rule in
                condition(rule.scope, grant: grant, caller: caller, columns: columns)
            }
        }.any
    }

    private func condition(_ scope: Scope, grant: Grant, caller: Caller, columns: AccessColumns) -> SQL {
        switch scope {
        case .own: columns.owner.map { "\($0) = \(caller.id)" } ?? "FALSE"
        case .assigned: columns.assignee.map { "\($0) = \(caller.id)" } ?? "FALSE"
        case .office:
            if let column = columns.office, let office = grant.office { "\(column) = \(office)" } else { "FALSE" }
        case .territory:
            if let column = columns.territory, let territory = grant.territory {
                .starts(column, with: territory.rawValue)
            } else {
                "FALSE"
            }
        case .any: "TRUE"
        }
    }
}
