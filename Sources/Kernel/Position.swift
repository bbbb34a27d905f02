import Foundation

/// A point on the earth in WGS-84, which is what phones give and what is stored.
package struct Position: Hashable, Sendable, Codable {
    /// Degrees north, -90…90.
    package let lat: Double
    /// Degrees east, -180…180.
    package let lng: Double

    package init(lat: Double, lng: Double) {
        self.lat = lat
        self.lng = lng
    }

    /// `nil` when the numbers can't be a place on the earth.
    package init?(checkedLat lat: Double, lng: Double) {
        guard (-90...90).contains(lat), (-180...180).contains(lng) else { return nil }
        self.init(lat: lat, lng: lng)
    }

    /// Metres to `other` along a great circle, on a sphere of 6,371,008.8 m.
    package func distance(to other: Position) -> Double {
        let radians = Double.pi / 180
        let deltaLat = (other.lat - lat) * radians
        let deltaLng = (other.lng - lng) * radians
        let haversine =
            sin(deltaLat / 2) * sin(deltaLat / 2)
            + cos(lat * radians) * cos(other.lat * radians) * sin(deltaLng / 2) * sin(deltaLng / 2)
        return 2 * 6_371_008.8 * asin(min(1, haversine.squareRoot()))
    }

    /// About one metre: five decimals.
    package var rounded: Position {
        Position(lat: (lat * 1e5).rounded() / 1e5, lng: (lng * 1e5).rounded() / 1e5)
    }
}
