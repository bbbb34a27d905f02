import Foundation
import Kernel

/// A square of about 400 metres: what the public learns of where something is.
///
/// Rows are of one height everywhere; columns are as wide as the middle of their row asks for.
struct GeoCell: Sendable, Hashable {
    static let metres = 400.0
    private static let rowDegrees = metres / 111_195
    let row: Int
    let column: Int

    init(at position: Position) {
        row = Int((position.lat / Self.rowDegrees).rounded(.down))
        column = Int((position.lng / Self.columnDegrees(row)).rounded(.down))
    }

    private init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }

    /// `11628:22956`, as it is kept.
    init?(_ code: String) {
        let parts = code.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let row = parts[0], let column = parts[1] else { return nil }
        self.init(row: row, column: column)
    }

    var code: String { "\(row):\(column)" }

    var centre: Position {
        Position(
            lat: (Double(row) + 0.5) * Self.rowDegrees, lng: (Double(column) + 0.5) * Self.columnDegrees(row)
        ).rounded
    }

    /// Those whose middle lies within `radius` metres of a point.
    static func around(_ point: Position, radius: Double) -> [GeoCell] {
        let middle = GeoCell(at: point)
        let reach = Int((radius / metres).rounded(.up)) + 1
        return (middle.row - reach...middle.row + reach).flatMap { row -> [GeoCell] in
            let column = Int((point.lng / columnDegrees(row)).rounded(.down))
            return (column - reach...column + reach).map { GeoCell(row: row, column: $0) }
        }.filter { $0.centre.distance(to: point) <= radius }
    }

    private static func columnDegrees(_ row: Int) -> Double {
        let middle = (Double(row) + 0.5) * rowDegrees
        return rowDegrees / max(0.01, cos(middle * .pi / 180))
    }
}
