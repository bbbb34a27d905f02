/// What can be wrong with the shape of an outline.
package enum OutlineFault: Error, Hashable {
    case notAPolygon, badCoordinates, ringTooShort, ringNotClosed, outOfRange, crossesItself

    package var name: String {
        switch self {
        case .notAPolygon: "not-a-polygon"
        case .badCoordinates: "bad-coordinates"
        case .ringTooShort: "ring-too-short"
        case .ringNotClosed: "ring-not-closed"
        case .outOfRange: "coordinates-out-of-range"
        case .crossesItself: "ring-crosses-itself"
        }
    }
}

extension Outline {
    /// Where a ring crosses itself, if it does. Rings that only touch themselves are taken: maps have them, and whether a
    /// point lies inside stays clear.
    ///
    /// Edges are sorted from west to east, so that each is compared with its neighbours only: a township takes well under
    /// a millisecond, a province of 10,000 corners some tens.
    static func selfCrossing(of ring: Ring) -> Vertex? {
        guard var start = ring.last else { return nil }
        var edges: [Edge] = []
        edges.reserveCapacity(ring.count)
        for end in ring {
            edges.append(Edge(start, end))
            start = end
        }
        edges.sort { $0.west < $1.west }
        for (index, edge) in edges.enumerated() {
            for other in edges[(index + 1)...] {
                if other.west > edge.east { break }
                if edge.crosses(other) { return other.start }
            }
        }
        return nil
    }
}

private struct Edge {
    let start, end: Vertex
    let west, east, south, north: Int32

    init(_ start: Vertex, _ end: Vertex) {
        self.start = start
        self.end = end
        west = min(start.x, end.x)
        east = max(start.x, end.x)
        south = min(start.y, end.y)
        north = max(start.y, end.y)
    }

    /// Whether the inner parts of both edges meet in one point.
    func crosses(_ other: Edge) -> Bool {
        guard south <= other.north, other.south <= north else { return false }
        return start.turn(to: end, then: other.start) * start.turn(to: end, then: other.end) < 0
            && other.start.turn(to: other.end, then: start) * other.start.turn(to: other.end, then: end) < 0
    }
}
