import Foundation
import Kernel
import TestSupport

@testable import Directory

extension Territory {
    /// A territory with everything above it, such as `of("沈河区", .county, "210000", "210100", "210103")`.
    static func of(_ name: String, _ level: Level, _ codes: String...) -> Territory {
        let line = codes.map(TerritoryCode.init(rawValue:))
        let system: CodeSystem =
            switch level {
            case .community: .community
            case .grid: .grid
            default: CodeSystem(rawValue: "mca-2025-12-31")
            }
        return Territory(
            code: line[line.count - 1], level: level, parent: line.dropLast().last, path: TerritoryPath(line),
            name: name,
            codeSystem: system)
    }

    static let liaoning = of("辽宁省", .province, "210000")
    static let shenyang = of("沈阳市", .city, "210000", "210100")
    static let heping = of("和平区", .county, "210000", "210100", "210102")
    static let shenhe = of("沈河区", .county, "210000", "210100", "210103")
    static let hunnan = of("浑南区", .county, "210000", "210100", "210112")
    static let binhe = of("滨河街道", .township, "210000", "210100", "210103", "210103005")
    static let zhujianlu = of("朱剪炉街道", .township, "210000", "210100", "210103", "210103013")

    /// Parents before children.
    static let story = [liaoning, shenyang, heping, shenhe, hunnan, binhe, zhujianlu]
}

extension [Territory] {
    var byCode: [TerritoryCode: Territory] { Dictionary(uniqueKeysWithValues: map { ($0.code, $0) }) }
}

extension Outline {
    /// A rectangle, in degrees.
    static func box(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> Outline {
        Outline(polygons: [[ring(west, south, east, north)]])
    }

    static func ring(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> Ring {
        [(west, south), (east, south), (east, north), (west, north)].map { Vertex(Position(lat: $0.1, lng: $0.0)) }
    }

    func contains(_ lng: Double, _ lat: Double) -> Bool {
        contains(Vertex(Position(lat: lat, lng: lng)))
    }
}

/// A GeoJSON file of one rectangle for each feature.
func geoJSON(_ features: [(properties: String, ring: [[Double]])], crs: String? = nil) -> Data {
    let texts = features.map { feature in
        """
        {"type":"Feature","properties":{\(feature.properties)},
         "geometry":{"type":"Polygon","coordinates":[\(feature.ring)]}}
        """
    }
    let crs = crs.map { "\"crs\":\"\($0)\"," } ?? ""
    return Data("{\"type\":\"FeatureCollection\",\(crs)\"features\":[\(texts.joined(separator: ","))]}".utf8)
}

func square(_ west: Double, _ south: Double, _ size: Double = 0.1) -> [[Double]] {
    [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
}
