import Foundation
import Kernel

/// The tree of sectors (行业、条线), as `Data/sectors.json` has it: the second tree beside the territories.
package struct Sectors: Sendable, Decodable {
    package struct Sector: Sendable, Decodable {
        package let path: SectorPath
        package let name: LocalizedText
    }

    /// In the order in which they are shown, each after the one above it.
    package let all: [Sector]

    private enum CodingKeys: String, CodingKey {
        case all = "sectors"
    }

    package init(json: Data) throws {
        self = try JSONDecoder().decode(Sectors.self, from: json)
    }

    package subscript(path: SectorPath) -> Sector? {
        all.first { $0.path == path }
    }

    /// With the names above it: `市场监管 › 餐饮食品`.
    package func title(of path: SectorPath, in language: Language) -> String {
        all.filter { $0.path.contains(path) }.map { $0.name(language) }.joined(separator: " › ")
    }

    /// What is wrong with the file, one sentence each.
    package func faults() -> [String] {
        var seen: Set<SectorPath> = []
        return all.flatMap { sector -> [String] in
            let place = "sectors: \(sector.path.rawValue)"
            let parts = sector.path.rawValue.split(separator: "/", omittingEmptySubsequences: false)
            var faults: [String] = []
            if parts.count < 3 || parts.first != "" || parts.last != "" || parts.dropFirst().dropLast().contains("") {
                faults.append("\(place) isn't written like /market/food/")
            }
            let above = SectorPath(rawValue: parts.dropLast(2).joined(separator: "/") + "/")
            if parts.count > 3, !seen.contains(above) {
                faults.append("\(place) comes before \(above.rawValue), or that is missing")
            }
            if !seen.insert(sector.path).inserted { faults.append("\(place) stands there twice") }
            return faults
        }
    }
}
