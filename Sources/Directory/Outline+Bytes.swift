import Foundation
import Kernel

// How an outline is kept: counts and corners as 32-bit little-endian numbers, eight bytes a corner.
extension Outline {
    package var bytes: Data {
        var data = Data(capacity: vertexCount * 8 + polygons.count * 8 + 4)
        func append(_ number: UInt32) {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                data.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        append(UInt32(polygons.count))
        for rings in polygons {
            append(UInt32(rings.count))
            for ring in rings {
                append(UInt32(ring.count))
                for vertex in ring {
                    append(UInt32(bitPattern: vertex.x))
                    append(UInt32(bitPattern: vertex.y))
                }
            }
        }
        return data
    }

    /// `nil` when the bytes weren't made by ``bytes``.
    package init?(bytes: Data) {
        let outline = bytes.withUnsafeBytes { buffer -> Outline? in
            var offset = 0
            func next() -> UInt32? {
                guard offset + 4 <= buffer.count else { return nil }
                defer { offset += 4 }
                return UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
            func list<Element>(_ element: () -> Element?) -> [Element]? {
                guard let count = next(), Int(count) <= buffer.count else { return nil }
                var elements: [Element] = []
                elements.reserveCapacity(Int(count))
                for _ in 0..<count {
                    guard let element = element() else { return nil }
                    elements.append(element)
                }
                return elements
            }
            func vertex() -> Vertex? {
                guard let x = next(), let y = next() else { return nil }
                return Vertex(x: Int32(bitPattern: x), y: Int32(bitPattern: y))
            }
            let polygons = list { list { list(vertex) } }
            guard let polygons, offset == buffer.count else { return nil }
            return Outline(polygons: polygons)
        }
        guard let outline else { return nil }
        self = outline
    }
}
