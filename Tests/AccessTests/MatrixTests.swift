import Access
import Foundation
import Kernel
import TestSupport
import Testing

/// Every role × kind × action × place × sector × personal relation, against a file whose every change is looked at:
/// `Tests/AccessTests/matrix.txt`. With `NUANXIN_WRITE_MATRIX=1` the test writes it anew.
///
/// Of the grants' time there is nothing in it: one that doesn't hold now isn't among a caller's grants
/// (`GrantTests` in People).
struct MatrixTests {
    private let policy: Policy
    private let file = sourceRoot.appending(path: "Tests/AccessTests/matrix.txt")

    init() throws { policy = try .shipped }

    @Test func `every role may do what the reviewed matrix says, and nothing else`() throws {
        var cells = 0
        var lines: [String] = []
        // Actions that are allowed alike stand together.
        func tell(_ role: Role, _ kind: String, _ allowed: [[String]: [String]]) {
            for (block, actions) in allowed.sorted(by: { $0.value[0] < $1.value[0] }) {
                lines += ["\(role.rawValue) \(kind): \(actions.joined(separator: ", "))"] + block
            }
        }
        for role in Role.allCases {
            for kind in policy.kinds.map(\.kind) {
                var alike: [[String]: [String]] = [:]
                for action in policy.actions(on: kind).sorted() {
                    if role != .everyone, isOfEverybody(kind, action) { continue }
                    let views = Relation.allCases.map { relation in
                        Place.allCases.flatMap { place in
                            Line.allCases.map { line in
                                cells += 1
                                return (place, line, view(role, kind, action, relation, place, line))
                            }
                        }
                    }
                    let allowed = zip(Relation.allCases, views).compactMap { relation, cells in
                        Self.summary(cells).map { "  \(relation.rawValue): \($0)" }
                    }
                    if !allowed.isEmpty { alike[allowed, default: []].append(action) }
                }
                tell(role, kind, alike)
            }
        }
        #expect(cells > 70_000)
        let matrix = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["NUANXIN_WRITE_MATRIX"] != nil {
            try Data(matrix.utf8).write(to: file)
        }
        let reviewed = try String(contentsOf: file, encoding: .utf8)
        let changes = matrix.split(separator: "\n").difference(from: reviewed.split(separator: "\n"))
        #expect(changes.isEmpty, "\(changes.prefix(20))")
    }

    /// What everybody may do is told once; a role that may more of it is told for itself.
    private func isOfEverybody(_ kind: String, _ action: String) -> Bool {
        let rules = policy.rules.filter { $0.kind == kind && $0.actions.contains(action) }
        return rules.allSatisfy { $0.role == .everyone }
    }

    /// How a thing stands to the person.
    private enum Relation: String, CaseIterable {
        case stranger, owner, assignee, sameOffice, sameOrganisation, aboutOwn
    }

    /// Where a thing lies, seen from the grant's territory.
    private enum Place: String, CaseIterable {
        case same, below, above, sibling, cousin, elsewhere, nowhere

        var path: TerritoryPath? {
            let path: String? =
                switch self {
                case .same: "/33/3301/330102/"
                case .below: "/33/3301/330102/330102005/"
                case .above: "/33/3301/"
                case .sibling: "/33/3301/330103/"
                case .cousin: "/33/3302/330202/"
                case .elsewhere: "/21/"
                case .nowhere: nil
                }
            return path.map(TerritoryPath.init(rawValue:))
        }
    }

    /// The sector of the grant, and of the thing.
    private enum Line: String, CaseIterable {
        case grantForAll, sameSector, sectorBelow, otherSector
    }

    private func view(
        _ role: Role, _ kind: String, _ action: String, _ relation: Relation, _ place: Place, _ line: Line
    ) -> Policy.View? {
        let me = ID<Account>(UUID(high: 1, low: 1))
        let office = ID<OfficeEntity>(UUID(high: 2, low: 1))
        let organisation = ID<OrganisationEntity>(UUID(high: 3, low: 1))
        let market = SectorPath(rawValue: "/market/")
        let grant = Grant(
            role: role, territory: Place.same.path, sector: line == .grantForAll ? nil : market, office: office,
            organisation: organisation)
        let sectors: [Line: SectorPath] = [
            .grantForAll: SectorPath(rawValue: "/fire/"), .sameSector: market,
            .sectorBelow: SectorPath(rawValue: "/market/food/"), .otherSector: SectorPath(rawValue: "/fire/"),
        ]
        let subject = Subject(
            kind: kind, owner: relation == .owner ? me : nil, assignee: relation == .assignee ? me : nil,
            office: relation == .sameOffice ? office : nil,
            organisation: relation == .sameOrganisation ? organisation : nil, territory: place.path,
            sector: sectors[line], about: relation == .aboutOwn ? [organisation] : [])
        return policy.view(of: subject, for: Caller(id: me, name: "", grants: [grant]), doing: action)
    }

    /// `full everywhere`, or `masked in same, below of grantForAll, sameSector`; `nil` when nothing is allowed.
    private static func summary(_ cells: [(place: Place, line: Line, view: Policy.View?)]) -> String? {
        let parts = Policy.View.allCases.compactMap { view -> String? in
            let own = cells.filter { $0.view == view }
            guard !own.isEmpty else { return nil }
            if own.count == cells.count { return "\(view.rawValue) everywhere" }
            let places = Place.allCases.filter { place in own.contains { $0.place == place } }
            let lines = Line.allCases.filter { line in own.contains { $0.line == line } }
            if own.count == places.count * lines.count {
                let places = places.map(\.rawValue).joined(separator: ", ")
                let lines = lines.count == Line.allCases.count ? "all" : lines.map(\.rawValue).joined(separator: ", ")
                return "\(view.rawValue) in \(places) of \(lines)"
            }
            return "\(view.rawValue) in "
                + own.map { "\($0.place.rawValue)/\($0.line.rawValue)" }.joined(separator: ", ")
        }
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
