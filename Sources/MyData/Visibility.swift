import Access
import Foundation
import Kernel

/// Who of those who work here now can see something of a person: as the policy decides it, post by post.
struct Visibility: Sendable, Hashable {
    /// One post and what it lets see.
    struct Line: Sendable, Hashable {
        /// Where the post is.
        enum Place: Sendable, Hashable {
            case office(ID<OfficeEntity>)
            /// All of it, or one line of work in it.
            case territory(TerritoryPath, SectorPath?)
            case organisation(ID<OrganisationEntity>)
            case everywhere
            /// The office that will work on it, whichever that is.
            case whereItLies
        }

        let role: Role
        let place: Place
        /// Only whoever works on the case or stands in for them, not everybody with the post.
        let isHandler: Bool
        /// How much of the thing itself; `nil` when nothing.
        let view: Policy.View?
        /// Whether the post may see when and where photos were taken.
        let seesEvidence: Bool
        /// Whether the post may be told name, number and platform of the reporter, who agreed to it.
        let seesReporter: Bool
    }

    let kind: String
    let lines: Set<Line>

    /// Who may read a thing. `isNamed` says whether its reporter agreed to be named to the handler; `handler` are the posts
    /// of the person who works on it, when there is one.
    ///
    /// It asks the policy for each post that exists, and knows nothing of its rules.
    init(
        of subject: Subject, isNamed: Bool, posts: [Grant], handler: [Grant]? = nil, policy: Policy
    ) {
        kind = subject.kind
        func line(_ grant: Grant, at place: Line.Place, as caller: ID<Account>, isHandler: Bool) -> Line? {
            // By whom somebody stands in for another they see what that one works on: that is said of the other.
            let post = Grant(
                role: grant.role, territory: grant.territory, sector: grant.sector, office: grant.office,
                organisation: grant.organisation)
            let caller = Caller(id: caller, name: "", grants: [post])
            func sees(_ kind: String) -> Bool { policy.allows(caller, "read", on: subject.as(kind)) }
            let view = policy.view(of: subject, for: caller, doing: "read")
            let isCase = subject.kind == "case"
            let (evidence, reporter) = (isCase && sees("evidence"), isCase && isNamed && sees("reporter"))
            guard view != nil || evidence || reporter else { return nil }
            return Line(
                role: grant.role, place: place, isHandler: isHandler, view: view, seesEvidence: evidence,
                seesReporter: reporter)
        }
        let staff = posts.filter { $0.role != .rider && $0.role != .everyone }
        var lines = Set(
            staff.compactMap { line($0, at: Self.place(of: $0), as: Self.stranger, isHandler: false) })
        // Whoever works on it may do more than others of the same post, and so may who stands in for them.
        if let assignee = subject.assignee {
            let standIns = staff.filter { $0.actingFor == assignee }
            // While nobody does: somebody of the office that will, in each role that there is.
            let theirs =
                handler.map { ($0 + standIns).map { ($0, Self.place(of: $0)) } }
                ?? Set(staff.map(\.role)).map { role in
                    (
                        Grant(
                            role: role, territory: subject.territory, sector: subject.sector, office: subject.office),
                        .whereItLies
                    )
                }
            for (grant, place) in theirs where grant.role != .rider && grant.role != .everyone {
                let own = line(grant, at: place, as: assignee, isHandler: true)
                if let own, !own.says(line(grant, at: place, as: Self.stranger, isHandler: false)) {
                    lines.insert(own)
                }
            }
        }
        self.lines = lines
    }

    /// Whether somebody with these posts is among those who see it, and whether as one who may learn the reporter.
    func shows(_ grants: [Grant], isHandler: Bool) -> (thing: Bool, reporter: Bool) {
        let theirs = lines.filter { line in
            (!line.isHandler || isHandler)
                && grants.contains { $0.role == line.role && Self.place(of: $0) == line.place }
        }
        return (theirs.contains { $0.view != nil }, theirs.contains(where: \.seesReporter))
    }

    static func place(of grant: Grant) -> Line.Place {
        if let office = grant.office { return .office(office) }
        if let organisation = grant.organisation { return .organisation(organisation) }
        return grant.territory.map { .territory($0, grant.sector) } ?? .everywhere
    }

    /// Somebody who is neither the owner of anything nor works on it.
    private static let stranger = ID<Account>(UUID(high: 1, low: 1))
    /// Whoever will work on something that nobody works on yet.
    static let somebody = ID<Account>(UUID(high: 2, low: 2))
}

/// What changes when something is chosen otherwise.
struct VisibilityChange: Sendable {
    /// A post for which something changes; `nil` where it sees nothing.
    struct Item: Sendable {
        let before: Visibility.Line?
        let after: Visibility.Line?
    }

    let items: [Item]

    init(from before: Visibility, to after: Visibility) {
        let (gone, come) = (before.lines.subtracting(after.lines), after.lines.subtracting(before.lines))
        func isSamePost(_ one: Visibility.Line, _ other: Visibility.Line) -> Bool {
            one.role == other.role && one.place == other.place && one.isHandler == other.isHandler
        }
        items =
            Visibility.sorted(come).map { line in
                Item(before: gone.first { isSamePost($0, line) }, after: line)
            }
            + Visibility.sorted(gone).filter { line in !come.contains { isSamePost($0, line) } }.map { line in
                Item(before: line, after: nil)
            }
    }

    var isNone: Bool { items.isEmpty }
    var lines: [Visibility.Line] { items.compactMap { $0.after ?? $0.before } }
}

extension Visibility.Line {
    /// Whether another line says just the same of who sees what.
    fileprivate func says(_ other: Self?) -> Bool {
        view == other?.view && seesEvidence == other?.seesEvidence && seesReporter == other?.seesReporter
    }
}

extension Visibility {
    var sorted: [Line] { Self.sorted(lines) }

    /// Those who see most come first.
    static func sorted(_ lines: Set<Line>) -> [Line] {
        func key(_ line: Line) -> (Int, Int, Int, String) {
            let role = Role.allCases.firstIndex(of: line.role) ?? 0
            return (line.seesReporter ? 0 : 1, line.isHandler ? 0 : 1, role, "\(line.place)")
        }
        return lines.sorted { key($0) < key($1) }
    }
}
