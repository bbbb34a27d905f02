import Foundation
import Kernel
import Web

/// What the numbers of a file of outlines mean.
package enum CoordinateSystem: String, Sendable, Hashable, CaseIterable {
    case wgs84 = "WGS-84"
    /// The shifted system of Chinese base maps. Converted on the way in, never stored.
    case gcj02 = "GCJ-02"

    /// Reads the names that files use. CGCS2000 differs from WGS-84 by centimetres.
    package init?(named name: String) {
        switch name.uppercased().filter({ $0.isLetter || $0.isNumber }) {
        case "WGS84", "EPSG4326", "CRS84", "URNOGCDEFCRSOGC13CRS84", "URNOGCDEFCRSEPSG4326", "CGCS2000", "EPSG4490",
            "URNOGCDEFCRSEPSG4490":
            self = .wgs84
        case "GCJ02": self = .gcj02
        default: return nil
        }
    }
}

/// A territory's outline with where it came from.
package struct TerritoryOutline: Sendable, Hashable {
    package let code: TerritoryCode
    package let outline: Outline
    /// The system of the file it was read from; what is stored is WGS-84.
    package let source: CoordinateSystem
    /// Drawn to give an idea: no real boundary.
    package let isSchematic: Bool

    package init(code: TerritoryCode, outline: Outline, source: CoordinateSystem, isSchematic: Bool) {
        self.code = code
        self.outline = outline
        self.source = source
        self.isSchematic = isSchematic
    }
}

/// A GeoJSON file (RFC 7946) with an outline in each feature and the territory's `code` among its properties.
package struct OutlineFile: Sendable {
    struct Feature: Sendable {
        let row: Int
        let code: TerritoryCode
        let level: Level?
        let name: String?
        let parent: TerritoryCode?
        let outline: Outline
        let isSchematic: Bool
    }

    let system: CoordinateSystem
    let features: [Feature]
    package let problems: [ImportProblem]

    /// Reads the file. A given `system` says what the numbers mean when the file doesn't say it or says it wrongly.
    package init(geoJSON: Data, in system: CoordinateSystem? = nil) {
        var problems: [ImportProblem] = []
        var features: [Feature] = []
        var found = system ?? .wgs84
        do {
            let document = try JSONValue(parsing: geoJSON)
            if system == nil, let name = Self.systemName(of: document) {
                if let known = CoordinateSystem(named: name) {
                    found = known
                } else {
                    problems.append(ImportProblem(row: 0, field: "crs", "unknown-crs", ["crs": name]))
                }
            }
            if document["type"].text == "FeatureCollection", let items = document["features"].items {
                for (offset, item) in items.enumerated() {
                    switch Self.feature(item, row: offset + 1, in: found) {
                    case .success(let feature): features.append(feature)
                    case .failure(let failure): problems.append(failure.problem)
                    }
                }
            } else {
                problems.append(ImportProblem(row: 0, field: "type", "not-a-feature-collection"))
            }
        } catch let problem as JSONProblem {
            problems.append(
                ImportProblem(
                    row: 0, field: "file", "malformed-json",
                    ["offset": "\(problem.offset)", "reason": problem.reason.rawValue]))
        } catch {
            problems.append(ImportProblem(row: 0, field: "file", "malformed-json", ["reason": "\(error)"]))
        }
        self.system = found
        self.features = features
        self.problems = problems
    }

    /// `"crs": "GCJ-02"`, or the object of the GeoJSON of 2008.
    private static func systemName(of document: JSONValue) -> String? {
        document["crs"].text ?? document["crs"]["properties"]["name"].text
    }

    private struct Failure: Error {
        let problem: ImportProblem
    }

    private static func feature(
        _ item: JSONValue, row: Int, in system: CoordinateSystem
    ) -> Result<Feature, Failure> {
        let properties = item["properties"]
        guard let code = properties["code"].code else {
            return .failure(Failure(problem: ImportProblem(row: row, field: "code", "no-code")))
        }
        func failure(_ field: String, _ name: String) -> Result<Feature, Failure> {
            .failure(Failure(problem: ImportProblem(row: row, code: code, field: field, name)))
        }
        var level: Level?
        if let name = properties["level"].text {
            guard let known = Level(rawValue: name) else { return failure("level", "unknown-level") }
            level = known
        }
        do {
            let feature = Feature(
                row: row, code: TerritoryCode(rawValue: code), level: level, name: properties["name"].text,
                parent: properties["parent"].code.map(TerritoryCode.init(rawValue:)),
                outline: try Outline(geometry: item["geometry"], in: system),
                isSchematic: properties["schematic"] == .bool(true))
            return .success(feature)
        } catch {
            return failure("geometry", error.name)
        }
    }
}

extension Outline {
    /// Reads the geometry of a GeoJSON feature. A third number of a corner (its height) is left out.
    init(geometry: JSONValue, in system: CoordinateSystem) throws(OutlineFault) {
        guard let coordinates = geometry["coordinates"].items else { throw .notAPolygon }
        let polygons: [JSONValue]
        switch geometry["type"].text {
        case "Polygon": polygons = [.array(coordinates)]
        case "MultiPolygon": polygons = coordinates
        default: throw .notAPolygon
        }
        guard !polygons.isEmpty else { throw .notAPolygon }
        var result: [[Ring]] = []
        for polygon in polygons {
            guard let rings = polygon.items, !rings.isEmpty else { throw .badCoordinates }
            var polygon: [Ring] = []
            for ring in rings {
                polygon.append(try Self.ring(ring, in: system))
            }
            result.append(polygon)
        }
        self.init(polygons: result)
    }

    private static func ring(_ value: JSONValue, in system: CoordinateSystem) throws(OutlineFault) -> Ring {
        guard let corners = value.items else { throw .badCoordinates }
        var ring: Ring = []
        ring.reserveCapacity(corners.count)
        for corner in corners {
            guard let numbers = corner.items, (2...3).contains(numbers.count), let lng = numbers[0].number,
                let lat = numbers[1].number
            else { throw .badCoordinates }
            guard let position = Position(checkedLat: lat, lng: lng) else { throw .outOfRange }
            ring.append(Vertex(system == .gcj02 ? ChineseCoordinates.unshifted(position) : position))
        }
        guard ring.count >= 4 else { throw .ringTooShort }
        guard ring.first == ring.last else { throw .ringNotClosed }
        ring.removeLast()
        guard Set(ring).count >= 3 else { throw .ringTooShort }
        guard selfCrossing(of: ring) == nil else { throw .crossesItself }
        return ring
    }
}

extension JSONValue {
    /// A member of an object; `null` for everything else.
    subscript(key: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[key] ?? .null
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    var number: Double? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    var items: [JSONValue]? {
        guard case .array(let items) = self else { return nil }
        return items
    }

    /// A code as text, or as the whole number that some tools make of it.
    fileprivate var code: String? {
        if let text { return text.isEmpty ? nil : text }
        guard let number, number == number.rounded(), (0..<1e15).contains(number) else { return nil }
        return String(Int64(number))
    }
}
