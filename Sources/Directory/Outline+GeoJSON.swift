import Kernel

/// What our map draws: a GeoJSON `FeatureCollection` of territories.
package struct OutlineCollection: Sendable, Encodable {
    package struct Feature: Sendable, Encodable {
        package struct Properties: Sendable, Encodable {
            package let code: String
            package let level: Level
            package let name: String
            package let schematic: Bool
        }

        package struct Geometry: Sendable, Encodable {
            package let type = "MultiPolygon"
            package let coordinates: [[[[Double]]]]

            private enum CodingKeys: CodingKey { case type, coordinates }
        }

        package let type = "Feature"
        package let properties: Properties
        package let geometry: Geometry

        private enum CodingKeys: CodingKey { case type, properties, geometry }

        /// Keeps details down to `cell`, in ten-millionths of a degree.
        package init(_ territory: Territory, _ outline: Outline, isSchematic: Bool, cell: Int32) {
            properties = Properties(
                code: territory.code.rawValue, level: territory.level, name: territory.name, schematic: isSchematic)
            geometry = Geometry(coordinates: outline.simplified(to: cell).coordinates)
        }
    }

    package let type = "FeatureCollection"
    package let features: [Feature]
    /// Whether there were more than fit into one answer: look at a smaller piece of the map.
    package let isTruncated: Bool

    private enum CodingKeys: String, CodingKey {
        case type, features
        case isTruncated = "truncated"
    }

    package init(features: [Feature], isTruncated: Bool) {
        self.features = features
        self.isTruncated = isTruncated
    }
}

extension Outline {
    /// The outline with its corners moved to a lattice, and those gone that then make no difference. Neighbours keep the
    /// border they share, which they would not if each line were thinned out by itself.
    package func simplified(to cell: Int32) -> Outline {
        let cell = max(1, cell)
        func snapped(_ number: Int32) -> Int32 {
            let half = Int64(cell / 2)
            let shifted = Int64(number) + (number < 0 ? -half : half)
            return Int32(clamping: shifted / Int64(cell) * Int64(cell))
        }
        return Outline(
            polygons: polygons.compactMap { rings in
                let thinned = rings.map { ring in
                    Self.thinned(ring.map { Vertex(x: snapped($0.x), y: snapped($0.y)) })
                }
                // A polygon smaller than a cell is not seen; a hole smaller than one neither.
                guard let outer = thinned.first, outer.count >= 3 else { return nil }
                return [outer] + thinned.dropFirst().filter { $0.count >= 3 }
            })
    }

    /// Without corners that repeat the one before or lie on the straight line between their neighbours.
    private static func thinned(_ ring: Ring) -> Ring {
        var kept: Ring = []
        for vertex in ring where vertex != kept.last {
            if kept.count >= 2, kept[kept.count - 2].turn(to: kept[kept.count - 1], then: vertex) == 0 {
                kept.removeLast()
                if kept.last == vertex { continue }
            }
            kept.append(vertex)
        }
        while kept.count > 1, kept.first == kept.last { kept.removeLast() }
        return kept
    }

    /// Closed rings of longitude and latitude, as GeoJSON has them.
    package var coordinates: [[[[Double]]]] {
        polygons.map { rings in
            rings.map { ring in
                (ring + ring.prefix(1)).map { [Double($0.x) / Vertex.perDegree, Double($0.y) / Vertex.perDegree] }
            }
        }
    }
}
