import Foundation

/// The shifted coordinates of Chinese base maps (GCJ-02). They exist only at the map's edge: nothing is stored in them.
///
/// There is no official definition; this is the formula that everybody uses. Its inverse is found by iteration: five
/// steps bring it below a hundredth of a millimetre.
package enum ChineseCoordinates {
    /// The WGS-84 `position` as a Chinese base map shows it. Outside China's bounding box nothing is shifted.
    package static func shifted(_ position: Position) -> Position {
        guard isNearChina(position) else { return position }
        let x = position.lng - 105
        let y = position.lat - 35
        let phi = position.lat * .pi / 180
        let magic = 1 - eccentricity * sin(phi) * sin(phi)
        let metresPerLat = axis * (1 - eccentricity) / (magic * magic.squareRoot()) * .pi / 180
        let metresPerLng = axis / magic.squareRoot() * cos(phi) * .pi / 180
        return Position(
            lat: position.lat + northing(x, y) / metresPerLat, lng: position.lng + easting(x, y) / metresPerLng)
    }

    /// The WGS-84 position of a point read off a Chinese base map.
    package static func unshifted(_ shiftedPosition: Position) -> Position {
        guard isNearChina(shiftedPosition) else { return shiftedPosition }
        var guess = shiftedPosition
        for _ in 0..<6 {
            let image = shifted(guess)
            guess = Position(
                lat: guess.lat - (image.lat - shiftedPosition.lat), lng: guess.lng - (image.lng - shiftedPosition.lng))
        }
        return guess
    }

    private static let axis = 6_378_245.0
    private static let eccentricity = 0.00669342162296594323

    private static func isNearChina(_ position: Position) -> Bool {
        (72.004...137.8347).contains(position.lng) && (0.8293...55.8271).contains(position.lat)
    }

    private static func northing(_ x: Double, _ y: Double) -> Double {
        let polynomial = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * abs(x).squareRoot()
        return polynomial + wave(x, [(6, 20), (2, 20)]) + wave(y, [(1, 20), (1 / 3, 40), (1 / 12, 160), (1 / 30, 320)])
    }

    private static func easting(_ x: Double, _ y: Double) -> Double {
        let polynomial = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * abs(x).squareRoot()
        return polynomial
            + wave(x, [(6, 20), (2, 20), (1, 20), (1 / 3, 40), (1 / 12, 150), (1 / 30, 300)])
    }

    /// ⅔ of the sum of `height` × sin(`frequency` × π × `value`).
    private static func wave(_ value: Double, _ terms: [(frequency: Double, height: Double)]) -> Double {
        terms.reduce(0) { $0 + $1.height * sin($1.frequency * .pi * value) } * 2 / 3
    }
}
