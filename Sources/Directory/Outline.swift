import Foundation
import Kernel

/// A corner of an outline, in ten-millionths of a degree (about a centimetre): whole numbers, so that whether a point lies
/// on a border has one exact answer.
package struct Vertex: Sendable, Hashable {
    package let x: Int32
    package let y: Int32

    package init(x: Int32, y: Int32) {
        self.x = x
        self.y = y
    }

    package init(_ position: Position) {
        x = Int32((max(-180, min(180, position.lng)) * Self.perDegree).rounded())
        y = Int32((max(-90, min(90, position.lat)) * Self.perDegree).rounded())
    }

    package static let perDegree = 1e7
}

/// The smallest upright rectangle round something. Its edges belong to it.
package struct Bounds: Sendable, Hashable {
    package let west, south, east, north: Int32

    package init(west: Int32, south: Int32, east: Int32, north: Int32) {
        self.west = west
        self.south = south
        self.east = east
        self.north = north
    }

    package init(_ vertices: some Sequence<Vertex>) {
        var (west, south, east, north) = (Int32.max, Int32.max, Int32.min, Int32.min)
        for vertex in vertices {
            west = min(west, vertex.x)
            east = max(east, vertex.x)
            south = min(south, vertex.y)
            north = max(north, vertex.y)
        }
        self.init(west: west, south: south, east: east, north: north)
    }

    package func contains(_ vertex: Vertex) -> Bool {
        (west...east).contains(vertex.x) && (south...north).contains(vertex.y)
    }
}

extension Bounds {
    /// Reads `west,south,east,north` in degrees.
    package init?(_ text: String) {
        let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard numbers.count == 4, let west = numbers[0], let south = numbers[1], let east = numbers[2],
            let north = numbers[3], west <= east, south <= north,
            let low = Position(checkedLat: south, lng: west), let high = Position(checkedLat: north, lng: east)
        else { return nil }
        self.init([Vertex(low), Vertex(high)])
    }
}

/// Where a territory ends: one or more polygons in WGS-84, each with its outer ring and its holes.
package struct Outline: Sendable, Hashable {
    /// A closed line; the first corner isn't said again at the end.
    package typealias Ring = [Vertex]

    /// The outer ring first, then the holes.
    package let polygons: [[Ring]]

    package init(polygons: [[Ring]]) {
        self.polygons = polygons
    }

    package var bounds: Bounds { Bounds(polygons.joined().joined()) }

    package var vertexCount: Int { polygons.joined().reduce(0) { $0 + $1.count } }

    /// Whether `vertex` lies in the outline or on its border. A point on a border that two territories share is so in
    /// both of them; the caller takes the one with the lower code.
    package func contains(_ vertex: Vertex) -> Bool {
        polygons.contains { rings in
            var isInside = false
            for ring in rings {
                switch Self.side(of: vertex, ring) {
                case .border: return true
                case .inside: isInside.toggle()
                case .outside: break
                }
            }
            return isInside
        }
    }

    private enum Side { case inside, outside, border }

    /// Counts how often a line from `vertex` to the east crosses the ring: an odd number of times from inside.
    private static func side(of vertex: Vertex, _ ring: Ring) -> Side {
        guard var start = ring.last else { return .outside }
        var isInside = false
        for end in ring {
            defer { start = end }
            let (lower, upper) = start.y <= end.y ? (start, end) : (end, start)
            guard (lower.y...upper.y).contains(vertex.y) else { continue }
            let turn = lower.turn(to: upper, then: vertex)
            if turn == 0, (min(start.x, end.x)...max(start.x, end.x)).contains(vertex.x) { return .border }
            // The upper end doesn't count, so that a corner between two edges is crossed once.
            if vertex.y < upper.y, turn > 0 { isInside.toggle() }
        }
        return isInside ? .inside : .outside
    }
}

extension Vertex {
    /// 1 when `third` lies to the left of the line from here to `second`, -1 to the right, 0 on it. Exact: each product
    /// is below 2⁶³, and they are compared, not subtracted.
    func turn(to second: Vertex, then third: Vertex) -> Int {
        let left = (Int64(second.x) - Int64(x)) * (Int64(third.y) - Int64(y))
        let right = (Int64(second.y) - Int64(y)) * (Int64(third.x) - Int64(x))
        return left == right ? 0 : left > right ? 1 : -1
    }
}
