import Foundation
import Kernel

/// The place a camera wrote: degrees, minutes and seconds as fractions, and a letter for the half of the earth.
enum ExifPosition {
    /// - Returns: `nil` for what isn't a place, among it 0° 0′, which is how phones write that they didn't know.
    static func read(
        latitude: Substring?, latitudeReference: Substring?, longitude: Substring?, longitudeReference: Substring?
    ) -> Position? {
        guard let lat = angle(latitude, sign(latitudeReference, positive: "N", negative: "S")),
            let lng = angle(longitude, sign(longitudeReference, positive: "E", negative: "W")),
            lat != 0 || lng != 0
        else { return nil }
        return Position(checkedLat: lat, lng: lng)
    }

    private static func sign(_ reference: Substring?, positive: Substring, negative: Substring) -> Double? {
        switch reference {
        case positive: 1
        case negative: -1
        default: nil
        }
    }

    private static func angle(_ text: Substring?, _ sign: Double?) -> Double? {
        guard let text, let sign else { return nil }
        let parts = text.split(separator: " ").map(fraction)
        guard (1...3).contains(parts.count) else { return nil }
        var sum = 0.0
        for (part, unit) in zip(parts, [1.0, 60, 3600]) {
            guard let part else { return nil }
            sum += part / unit
        }
        return sign * sum
    }

    private static func fraction(_ text: Substring) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let above = Double(parts[0]), let below = Double(parts[1]), above >= 0, below > 0
        else { return nil }
        return above / below
    }
}
