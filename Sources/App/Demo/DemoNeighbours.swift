import Cases
import Foundation
import Kernel

/// Somebody passes the same place and reports it again: what officers are shown as "may be the same".
enum DemoNeighbours {
    /// The reports with one more about the same thing as an earlier one, instead of what it was about.
    static func repeatOne(_ reports: [DemoReport]) -> [DemoReport] {
        func isSomebodys(_ report: DemoReport) -> Bool {
            report.county == "210103" && report.rider >= DemoRider.allCases.count && report.identity != .anonymous
        }
        guard
            let first = reports.first(where: { isSomebodys($0) && $0.moves.last?.step == "dispatch" }),
            let position = first.place.position,
            let again = reports.lastIndex(where: { isSomebodys($0) && $0.moves.isEmpty && $0.rider != first.rider })
        else { return reports }
        var place = first.place
        // 30 metres away: the next one stood on the other side of the street.
        place.position = Position(lat: position.lat + 0.000_22, lng: position.lng + 0.000_21)
        let old = reports[again]
        var reports = reports
        reports[again] = DemoReport(
            id: old.id, rider: old.rider, receivedAt: old.receivedAt, category: first.category,
            description: "我今天路过也看到了。\(first.description)", place: place, county: old.county,
            identity: old.identity,
            photos: zip(old.photos, first.photos).map { DemoPhoto(name: $0.name, picture: $1.picture) },
            moves: [])
        return reports
    }
}
