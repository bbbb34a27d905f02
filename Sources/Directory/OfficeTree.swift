import Kernel

/// All offices and how they stand to each other, for the rule of who may hand a matter over to whom.
///
/// A *unit* is a bureau with its sections and stations. Order 121 (《市场监督管理投诉举报处理办法》) art. 41: an internal
/// unit must not forward a matter sideways, it goes back to the unified intake (统一接收机构), our duty desk.
package struct OfficeTree: Sendable {
    private let offices: [ID<OfficeEntity>: Office]
    /// The duty desks by their unit.
    private let desks: [ID<OfficeEntity>: [Office]]

    package init(_ offices: [Office]) {
        let byID = Dictionary(offices.map { ($0.id, $0) }) { first, _ in first }
        self.offices = byID
        desks = Dictionary(grouping: offices.filter { $0.isDutyDesk && !$0.isExternal }) { Self.unit(of: $0, in: byID) }
            .mapValues { $0.sorted { $0.code < $1.code } }
    }

    /// The unified intake that `office` gives matters back to: the duty desk of its unit, else of the next unit above
    /// that has one.
    package func intake(of office: Office) -> Office? {
        var unit = Self.unit(of: office, in: offices)
        // As in `ancestors`, a circle in a table must not hang the server.
        for _ in 0...offices.count {
            if let desk = desks[unit]?.first(where: { $0.id != office.id }) { return desk }
            guard let above = superior(of: unit) else { break }
            unit = above
        }
        return nil
    }

    /// Whether `office` may give a matter to `other`. An internal office may only give it back to its intake; a duty desk
    /// may give it to any office below its unit, to the intake above and to the intakes of its sibling units, and to
    /// another authority. A bureau with an intake is reached by its intake only.
    package func mayHandOver(from office: Office, to other: Office) -> Bool {
        guard office.id != other.id, !office.isExternal else { return false }
        guard office.isDutyDesk else { return other.id == intake(of: office)?.id }
        if other.isExternal { return true }
        if other.kind == .bureau, !other.isDutyDesk, desks[other.id] != nil { return false }
        let unit = Self.unit(of: office, in: offices)
        if lies(other, below: unit) { return true }
        guard other.isDutyDesk else { return false }
        let otherUnit = Self.unit(of: other, in: offices)
        return other.id == intake(above: unit)?.id || superior(of: otherUnit) == superior(of: unit)
    }

    /// Everybody to whom `office` may give a matter: its intake or duty desks first, then by code.
    package func handOverTargets(for office: Office) -> [Office] {
        offices.values.filter { mayHandOver(from: office, to: $0) }
            .sorted { ($0.isDutyDesk ? 0 : 1, $0.code) < ($1.isDutyDesk ? 0 : 1, $1.code) }
    }

    private func intake(above unit: ID<OfficeEntity>) -> Office? {
        superior(of: unit).flatMap { offices[$0] }.flatMap { above in desks[above.id]?.first ?? intake(of: above) }
    }

    private func lies(_ office: Office, below unit: ID<OfficeEntity>) -> Bool {
        Self.ancestors(of: office, in: offices).contains { $0.id == unit }
    }

    private func superior(of unit: ID<OfficeEntity>) -> ID<OfficeEntity>? {
        offices[unit]?.parent.flatMap { offices[$0] }.map { Self.unit(of: $0, in: offices) }
    }

    /// The nearest bureau above, or the office itself when it is one; without a bureau, the topmost office.
    private static func unit(of office: Office, in offices: [ID<OfficeEntity>: Office]) -> ID<OfficeEntity> {
        let line = [office] + ancestors(of: office, in: offices)
        return (line.first { $0.kind == .bureau } ?? line.last ?? office).id
    }

    /// From the parent up. Ends after as many steps as there are offices, whatever a table may say.
    private static func ancestors(of office: Office, in offices: [ID<OfficeEntity>: Office]) -> [Office] {
        var line: [Office] = []
        var current = office
        while let parent = current.parent.flatMap({ offices[$0] }), line.count < offices.count {
            line.append(parent)
            current = parent
        }
        return line
    }
}
