import Kernel

extension OutlineFile {
    /// The file against what is known: the territories that it adds or renames, and the outlines it brings.
    package struct Checked: Sendable {
        package var territories: [Territory] = []
        package var outlines: [TerritoryOutline] = []
        package var problems: [ImportProblem]
    }

    /// The codes that have to be looked up before ``checked(against:)``.
    package var codes: Set<TerritoryCode> {
        Set(features.flatMap { [$0.code] + (parent(of: $0).map { [$0] } ?? []) })
    }

    /// Territories down to the township come from the national table and must be known. Communities and grids are the
    /// city's own: the file brings them along, with their names and what they lie in.
    package func checked(against table: [TerritoryCode: Territory]) -> Checked {
        var known = table
        var seen: Set<TerritoryCode> = []
        var result = Checked(problems: problems)
        let outermostFirst = features.sorted {
            ($0.code.rawValue.utf8.count, $0.row) < ($1.code.rawValue.utf8.count, $1.row)
        }
        for feature in outermostFirst {
            func refuse(_ field: String, _ name: String) {
                result.problems.append(
                    ImportProblem(row: feature.row, code: feature.code.rawValue, field: field, name))
            }
            guard seen.insert(feature.code).inserted else {
                refuse("code", "duplicate-code")
                continue
            }
            switch ownLevel(of: feature) {
            case nil:
                guard let territory = known[feature.code] else {
                    refuse("code", "unknown-territory")
                    continue
                }
                guard feature.level == nil || feature.level == territory.level else {
                    refuse("level", "other-level")
                    continue
                }
            case let level?:
                guard feature.level == nil || feature.level == level else {
                    refuse("level", "code-does-not-fit-level")
                    continue
                }
                let checked = Territory.checked(
                    code: feature.code, level: level, parent: parent(of: feature),
                    name: feature.name ?? known[feature.code]?.name ?? "",
                    codeSystem: level == .grid ? .grid : .community, known: { known[$0] })
                switch checked {
                case .success(let territory):
                    known[territory.code] = territory
                    result.territories.append(territory)
                case .failure(let fault):
                    refuse(fault.field, fault.name)
                    continue
                }
            }
            result.outlines.append(
                TerritoryOutline(
                    code: feature.code, outline: feature.outline, source: system, isSchematic: feature.isSchematic))
        }
        result.problems.sort { $0.row < $1.row }
        return result
    }

    /// The level of a territory that the national table doesn't have.
    private func ownLevel(of feature: Feature) -> Level? {
        [Level.community, .grid].first { $0.fits(feature.code) }
    }

    private func parent(of feature: Feature) -> TerritoryCode? {
        if let parent = feature.parent { return parent }
        guard let level = ownLevel(of: feature) else { return nil }
        return TerritoryCode(rawValue: String(feature.code.rawValue.prefix(level.digits - 3)))
    }
}
