import Foundation
import Kernel
import TestSupport
import Testing

@testable import Directory

@Suite struct OutlineTests {
    @Test func `a point is inside or outside`() {
        let outline = Outline.box(123.4, 41.7, 123.5, 41.8)
        #expect(outline.contains(123.45, 41.75))
        #expect(!outline.contains(123.55, 41.75))
        #expect(!outline.contains(123.45, 41.85))
        #expect(!outline.contains(123.39, 41.7))
    }

    @Test func `a hole is outside and its border is not`() {
        let outline = Outline(polygons: [[Outline.ring(0, 0, 10, 10), Outline.ring(4, 4, 6, 6)]])
        #expect(outline.contains(2, 5))
        #expect(!outline.contains(5, 5))
        #expect(outline.contains(4, 5))
        #expect(outline.contains(8, 5))
    }

    @Test func `each piece of several belongs to it`() {
        let outline = Outline(polygons: [[Outline.ring(0, 0, 1, 1)], [Outline.ring(5, 5, 6, 6)]])
        #expect(outline.contains(0.5, 0.5))
        #expect(outline.contains(5.5, 5.5))
        #expect(!outline.contains(3, 3))
    }

    @Test func `a border that two share belongs to both`() {
        let west = Outline.box(0, 0, 1, 1)
        let east = Outline.box(1, 0, 2, 1)
        for (lng, lat) in [(1.0, 0.5), (1.0, 0.0), (1.0, 1.0), (1.0, 0.3333333)] {
            #expect(west.contains(lng, lat) && east.contains(lng, lat))
        }
        #expect(!east.contains(0.9999999, 0.5))
        #expect(!west.contains(1.0000001, 0.5))
    }

    @Test func `no point falls between slanted neighbours`() {
        // Two halves of a square, cut by a bent line that each of them runs along in its own direction.
        let cut = [(0.31, 0.0), (0.42, 0.27), (0.4, 0.61), (0.57, 1.0)].map { Vertex(Position(lat: $0.1, lng: $0.0)) }
        let west = Outline(polygons: [[[Vertex(x: 0, y: 0)] + cut + [Vertex(x: 0, y: 10_000_000)]]])
        let east = Outline(
            polygons: [[[Vertex(x: 10_000_000, y: 0), Vertex(x: 10_000_000, y: 10_000_000)] + cut.reversed()]])
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let vertex = Vertex(
                x: .random(in: 0...10_000_000, using: &generator), y: .random(in: 0...10_000_000, using: &generator))
            #expect(west.contains(vertex) || east.contains(vertex))
        }
    }

    @Test func `stored bytes give the same outline`() {
        let outline = Outline(
            polygons: [[Outline.ring(-10, -20, 10, 10), Outline.ring(4, 4, 6, 6)], [Outline.ring(100, 5, 120, 6)]])
        #expect(Outline(bytes: outline.bytes) == outline)
        #expect(Outline(bytes: outline.bytes.dropLast()) == nil)
        #expect(Outline(bytes: Data([255, 255, 255, 255])) == nil)
    }

    @Test func `a ring that crosses itself is found`() {
        let bowTie = [(0, 0), (10, 10), (10, 0), (0, 10)].map { Vertex(x: $0.0, y: $0.1) }
        #expect(Outline.selfCrossing(of: bowTie) != nil)
        let touching = [(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)].map { Vertex(x: $0.0, y: $0.1) }
        #expect(Outline.selfCrossing(of: touching) == nil)
        #expect(Outline.selfCrossing(of: Outline.ring(0, 0, 1, 1)) == nil)
    }

    @Test func `neighbours keep their common border when they are simplified`() {
        let border = (0...200).map { (step: Int32) in Vertex(x: 1_000_000 + step % 7 * 40, y: step * 5000) }
        let west = Outline(polygons: [[[Vertex(x: 0, y: 0)] + border + [Vertex(x: 0, y: 1_000_000)]]])
        let east = Outline(
            polygons: [[[Vertex(x: 2_000_000, y: 0), Vertex(x: 2_000_000, y: 1_000_000)] + border.reversed()]])
        let simpleWest = west.simplified(to: 10_000)
        let simpleEast = east.simplified(to: 10_000)
        #expect(simpleWest.vertexCount == 4 && simpleEast.vertexCount == 4)
        #expect(Set(simpleWest.polygons[0][0]).intersection(simpleEast.polygons[0][0]).count == 2)
    }

    @Test func `what is too small to be seen is left out`() {
        let outline = Outline(polygons: [[Outline.ring(0, 0, 0.00001, 0.00001)], [Outline.ring(1, 1, 2, 2)]])
        #expect(outline.simplified(to: 100_000).polygons.count == 1)
    }
}
