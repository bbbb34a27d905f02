import Foundation
import Kernel
import Testing

struct PositionTests {
    @Test(arguments: [
        // Half of the earth's circumference, a quarter of it, one degree of latitude, and nothing.
        (0.0, 0.0, 0.0, 180.0, 20_015_114.4), (0, 0, 90, 0, 10_007_557.2), (0, 0, 1, 0, 111_195.1),
        (60, 0, 60, 1, 55_597.1), (41.79, 123.45, 41.79, 123.45, 0),
        // Across the date line it is near.
        (0, 179.999, 0, -179.999, 222.4),
        // Shenyang's South Station to its North Station, measured on a map.
        (41.7944, 123.3960, 41.8172, 123.4337, 4_025),
    ])
    func `a distance is that of a great circle`(lat: Double, lng: Double, lat2: Double, lng2: Double, metres: Double) {
        let here = Position(lat: lat, lng: lng)
        let there = Position(lat: lat2, lng: lng2)
        #expect(abs(here.distance(to: there) - metres) <= max(0.1, metres * 0.002))
        #expect(here.distance(to: there) == there.distance(to: here))
    }

    @Test(arguments: [
        (90.0, 180.0, true), (-90, -180, true), (41.79, 123.45, true), (90.000001, 0, false), (0, 180.000001, false),
        (-91, 0, false), (.nan, 0, false), (0, .infinity, false),
    ])
    func `only a place on the earth is one`(lat: Double, lng: Double, exists: Bool) {
        #expect((Position(checkedLat: lat, lng: lng) != nil) == exists)
    }

    @Test(arguments: [5] as [UInt64])
    func `rounding moves a place by no more than a metre`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            let place = Position(
                lat: .random(in: -90...90, using: &generator), lng: .random(in: -180...180, using: &generator))
            #expect(place.rounded.distance(to: place) < 1, "\(place)")
            #expect(place.rounded.rounded == place.rounded)
        }
    }
}
