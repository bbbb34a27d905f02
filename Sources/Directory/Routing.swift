import Kernel

/// Where a matter goes first, and why.
package struct Route: Sendable, Hashable {
    package let office: Office
    package let reason: RouteReason

    package init(office: Office, reason: RouteReason) {
        self.office = office
        self.reason = reason
    }
}

/// Why a matter goes to an office, for the timeline. Its words are made by `words(_:)`.
package struct RouteReason: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable {
        /// The office answers for the category in the territory.
        case duty
        /// Nobody answers for it: the intake of the nearest level takes it.
        case dutyDesk
        /// As before, but no level of the matter's territory has an intake.
        case rootDesk
        /// The place is unknown or lies outside every outline.
        case outside
    }

    package let kind: Kind
    /// The name of the office at that time.
    package let office: LocalizedText
    /// The category's code or its beginning, for ``Kind/duty``; empty for an office that answers for all.
    package let category: String?
    /// The territory of the duty or of the duty desk.
    package let territory: String
    package let place: String

    package init(kind: Kind, office: LocalizedText, category: String? = nil, territory: TerritoryPath, place: String) {
        self.kind = kind
        self.office = office
        self.category = category
        self.territory = territory.rawValue
        self.place = place
    }
}

/// Finds the office that answers for a matter. No matter is without an owner as long as there is one duty desk.
package enum Routing {
    package struct Candidate: Sendable, Hashable {
        package let office: Office
        package let duty: Duty

        package init(office: Office, duty: Duty) {
            self.office = office
            self.duty = duty
        }
    }

    /// The deepest territory decides first, then the narrowest category, then the priority, then the office's code, so that
    /// the answer is always the same. Without such a duty: the duty desk of the deepest territory round the matter, else
    /// the root desk. The territory is `nil` when the place is unknown or outside every outline.
    package static func route(
        category: String, territory: TerritoryPath?, candidates: [Candidate], desks: [Office]
    ) throws(DirectoryError) -> Route {
        if let territory, let best = best(of: candidates, category: category, territory: territory) {
            return Route(
                office: best.office,
                reason: RouteReason(
                    kind: .duty, office: best.office.name, category: best.duty.category,
                    territory: best.duty.territory, place: best.duty.place))
        }
        let desk = try dutyDesk(for: territory, desks: desks)
        let kind: RouteReason.Kind =
            if let territory { desk.territory.contains(territory) ? .dutyDesk : .rootDesk } else { .outside }
        return Route(
            office: desk,
            reason: RouteReason(kind: kind, office: desk.name, territory: desk.territory, place: desk.place))
    }

    /// The duty desk of the deepest territory round `territory`; the root desk when there is none or the place is unknown.
    package static func dutyDesk(for territory: TerritoryPath?, desks: [Office]) throws(DirectoryError) -> Office {
        let desks = desks.filter { $0.isDutyDesk && !$0.isExternal }
        let round = desks.filter { desk in territory.map { desk.territory.contains($0) } ?? false }
        let nearest = round.min { (-$0.territory.depth, $0.code) < (-$1.territory.depth, $1.code) }
        guard let desk = nearest ?? rootDesk(of: desks) else { throw .noDutyDesk }
        return desk
    }

    /// The duty desk of the widest territory, the lowest code when there are two: what everything falls back to.
    package static func rootDesk(of desks: [Office]) -> Office? {
        desks.min { ($0.territory.depth, $0.code) < ($1.territory.depth, $1.code) }
    }

    private static func best(of candidates: [Candidate], category: String, territory: TerritoryPath) -> Candidate? {
        func rank(_ candidate: Candidate) -> (Int, Int, Int, String) {
            let duty = candidate.duty
            return (-duty.territory.depth, -duty.category.utf8.count, duty.priority, candidate.office.code)
        }
        return
            candidates
            .filter { !$0.office.isExternal && $0.duty.covers(category, in: territory) }
            .min { rank($0) < rank($1) }
    }
}

extension TerritoryPath {
    /// How many territories it names.
    package var depth: Int { rawValue.utf8.count { $0 == UInt8(ascii: "/") } - 1 }

    /// The territory itself and everything above it, from the province down.
    package var line: [TerritoryPath] {
        codes.indices.map { TerritoryPath(Array(codes[...$0])) }
    }
}
