import Foundation
import Kernel
import Testing

struct ChineseCoordinatesTests {
    /// The published pairs of domain.md §3.3, with the decimals they were published with.
    @Test(arguments: [
        (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215, 1e-13),
        (22.543847, 113.912316, 22.540796131694766, 113.9171764808363, 1e-13),
        (39.911954, 116.377817, 39.91334545536069, 116.38404722455657, 1e-13),
        (41.79, 123.45, 41.792397, 123.456099, 5.1e-7),
        (34.86, 113.61, 34.858923, 113.61605, 5.1e-7),
    ])
    func `a position is shown where Chinese maps show it`(
        lat: Double, lng: Double, shownLat: Double, shownLng: Double, tolerance: Double
    ) {
        let shown = ChineseCoordinates.shifted(Position(lat: lat, lng: lng))
        #expect(abs(shown.lat - shownLat) < tolerance)
        #expect(abs(shown.lng - shownLng) < tolerance)
    }

    /// domain.md §12, case 14.
    @Test func `Shenyang goes to the map and back within a millimetre`() {
        let shenyang = Position(lat: 41.79, lng: 123.45)
        let shown = ChineseCoordinates.shifted(shenyang)
        #expect(String(format: "%.6f,%.6f", shown.lat, shown.lng) == "41.792397,123.456099")
        #expect(ChineseCoordinates.unshifted(shown).distance(to: shenyang) < 0.001)
    }

    @Test(arguments: [1, 14, 20_261_121] as [UInt64])
    func `any place in China goes to the map and back within a millimetre`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            let place = Position(
                lat: .random(in: 18...53.5, using: &generator), lng: .random(in: 73.6...135, using: &generator))
            let shown = ChineseCoordinates.shifted(place)
            try #require((10...1_500).contains(shown.distance(to: place)), "\(place) is shifted, but not out of sight")
            try #require(ChineseCoordinates.unshifted(shown).distance(to: place) < 0.001, "\(place)")
        }
    }

    @Test(arguments: [
        Position(lat: 51.5, lng: -0.12), Position(lat: -33.9, lng: 151.2), Position(lat: 41.79, lng: 72),
        Position(lat: 41.79, lng: 137.84), Position(lat: 0.82, lng: 110), Position(lat: 55.83, lng: 110),
        Position(lat: 0, lng: 0), Position(lat: 90, lng: 180),
    ])
    func `outside China nothing is shifted`(place: Position) {
        #expect(ChineseCoordinates.shifted(place) == place)
        #expect(ChineseCoordinates.unshifted(place) == place)
    }
}
