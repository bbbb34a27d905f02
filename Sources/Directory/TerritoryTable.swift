import Foundation
import Kernel

/// The national table of territories down to the township, as the set-up fetches it (`.setup/divisions.json`): rows of
/// level, code, parent and name, with the day they are of.
package struct TerritoryTable: Sendable {
    package let codeSystem: CodeSystem
    /// Parents come before what lies in them.
    package let territories: [Territory]
    package let problems: [ImportProblem]

    package init(json: Data) {
        do {
            let document = try JSONDecoder().decode(Document.self, from: json)
            codeSystem = .civilAffairs(asOf: document.metadata.asOf)
            (territories, problems) = Self.checked(document.divisions, codeSystem)
        } catch {
            codeSystem = CodeSystem(rawValue: "")
            territories = []
            problems = [ImportProblem(row: 0, field: "file", "not-a-territory-table", ["reason": "\(error)"])]
        }
    }

    private static func checked(_ rows: [Division], _ system: CodeSystem) -> ([Territory], [ImportProblem]) {
        var known: [TerritoryCode: Territory] = [:]
        known.reserveCapacity(rows.count)
        var territories: [Territory] = []
        territories.reserveCapacity(rows.count)
        var problems: [ImportProblem] = []
        let numbered = rows.enumerated().sorted { ($0.element.level, $0.offset) < ($1.element.level, $1.offset) }
        for (offset, row) in numbered {
            switch territory(row, known: known, system: system) {
            case .success(let territory):
                known[territory.code] = territory
                territories.append(territory)
            case .failure(let fault):
                problems.append(ImportProblem(row: offset + 1, code: row.code, field: fault.field, fault.name))
            }
        }
        return (territories, problems)
    }

    private static func territory(
        _ row: Division, known: [TerritoryCode: Territory], system: CodeSystem
    ) -> Result<Territory, TerritoryFault> {
        guard let level = Level(depth: row.level) else { return .failure(.unknownLevel) }
        let code = TerritoryCode(rawValue: row.code)
        let parent = row.parent.isEmpty ? nil : TerritoryCode(rawValue: row.parent)
        guard known[code] == nil else { return .failure(.duplicateCode) }
        return Territory.checked(
            code: code, level: level, parent: parent, name: row.name, codeSystem: system, known: { known[$0] })
    }
}

/// What can be wrong with a territory that somebody wants to add.
package enum TerritoryFault: Error, Hashable {
    case unknownLevel, duplicateCode, codeDoesNotFit, noName, unknownParent, wrongParent

    package var field: String {
        switch self {
        case .unknownLevel: "level"
        case .duplicateCode, .codeDoesNotFit: "code"
        case .noName: "name"
        case .unknownParent, .wrongParent: "parent"
        }
    }

    package var name: String {
        switch self {
        case .unknownLevel: "unknown-level"
        case .duplicateCode: "duplicate-code"
        case .codeDoesNotFit: "code-does-not-fit-level"
        case .noName: "no-name"
        case .unknownParent: "unknown-parent"
        case .wrongParent: "wrong-parent"
        }
    }
}

extension Territory {
    /// The territory, when its code fits its level and its parent is known and of a level that can hold it.
    static func checked(
        code: TerritoryCode, level: Level, parent: TerritoryCode?, name: String, codeSystem: CodeSystem,
        known: (TerritoryCode) -> Territory?
    ) -> Result<Territory, TerritoryFault> {
        guard level.fits(code) else { return .failure(.codeDoesNotFit) }
        guard (1...60).contains(name.count) else { return .failure(.noName) }
        var path = TerritoryPath([code])
        if let parent {
            guard let above = known(parent) else { return .failure(.unknownParent) }
            guard level.mayLie(in: above.level), level.code(code, liesIn: parent) else {
                return .failure(.wrongParent)
            }
            path = TerritoryPath(rawValue: above.path.rawValue + code.rawValue + "/")
        } else if level != .province {
            return .failure(.unknownParent)
        }
        return .success(
            Territory(code: code, level: level, parent: parent, path: path, name: name, codeSystem: codeSystem))
    }
}

private struct Document: Decodable {
    struct Metadata: Decodable {
        let asOf: Day

        private enum CodingKeys: String, CodingKey {
            case asOf = "data_as_of"
        }
    }

    let metadata: Metadata
    let divisions: [Division]
}

/// `[4, "210103013", "210103", "朱剪炉街道"]`
private struct Division: Decodable {
    let level: Int
    let code: String
    let parent: String
    let name: String

    init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        level = try row.decode(Int.self)
        code = try row.decode(String.self)
        parent = try row.decode(String.self)
        name = try row.decode(String.self)
    }
}
